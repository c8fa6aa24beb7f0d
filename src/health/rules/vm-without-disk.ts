import { holdsDisks } from "../../estate/space.ts";
import { isTemporary } from "../../estate/temporary-vms.ts";
import { defineRule } from "../rule.ts";

export const vmWithoutDisk = defineRule({
  id: "vm-without-disk",
  severity: "info",
  title: "VMs without a disk",
  why: "They boot from the network or an ISO, or their disk was removed: then there is nothing left of them.",
  where: "get_vm_details; list_vdis with state orphan may have the disk.",
  needs: ["vms", "vdis", "srs"],
  check({ vms, vdis, srs }, { sees }) {
    if (!sees("vdis")) return { found: [], unknown: "disks may be hidden from this account" };
    const media = new Set(srs.filter((sr) => !holdsDisks(sr)).map(({ id }) => id));
    // A disk that its storage has lost is another matter: missing-disks.
    const links = new Set(
      vdis.filter(({ $SR }) => !media.has($SR ?? "")).flatMap(({ $VBDs }) => $VBDs ?? []),
    );
    return {
      found: vms
        .filter((vm) => !isTemporary(vm) && !vm.$VBDs?.some((link) => links.has(link)))
        .map((vm) => ({ ...vm, facts: { power_state: vm.power_state } })),
    };
  },
});
