import { isTemporary } from "../../estate/temporary-vms.ts";
import { defineRule } from "../rule.ts";

export const vmWithoutDisk = defineRule({
  id: "vm-without-disk",
  severity: "info",
  title: "VMs without a disk",
  why: "They boot from the network or an ISO, or their disk was removed: then there is nothing left of them.",
  where: "get_vm_details; list_vdis with state orphan may have the disk.",
  needs: ["vms", "vbds"],
  whole: ["vbds"],
  check({ vms, vbds }) {
    // By what is plugged into a VM and not by the disk: that may be a snapshot, or a drive of its host.
    const having = new Set(
      vbds.flatMap(({ VM, VDI, is_cd_drive }) => (VM && VDI && is_cd_drive !== true ? [VM] : [])),
    );
    return {
      // A disk that its storage has lost is another matter: missing-disks.
      found: vms
        .filter((vm) => !isTemporary(vm) && !having.has(vm.id))
        .map((vm) => ({ ...vm, facts: { power_state: vm.power_state } })),
    };
  },
});
