import { diskState, ownBytes } from "../../estate/disks.ts";
import { nameAmong } from "../../estate/name.ts";
import { toldBytes } from "../../estate/space.ts";
import { countOf, defineRule } from "../rule.ts";

export const orphanDisks = defineRule({
  id: "orphan-disks",
  severity: "info",
  title: "Disks that no VM, template or snapshot has",
  why: "They take space for nothing, or hold the last copy of something: look before they go.",
  where: "list_vdis with state orphan; XO: Dashboard, Health.",
  // Of the snapshots of disks, those that are no part of a VM's snapshot.
  needs: ["vdis", "vdi-snapshots", "srs"],
  check(holdings) {
    const storages = new Map(holdings.srs.map((sr) => [sr.id, sr]));
    const judged = [...holdings.vdis, ...holdings["vdi-snapshots"]].map((vdi) => ({
      vdi,
      state: diskState(vdi, storages),
    }));
    const untold = judged.filter(({ state }) => state === "unknown");
    return {
      found: judged
        .flatMap(({ vdi, state }) => (state === "orphan" ? [vdi] : []))
        .toSorted((a, b) => ownBytes(b) - ownBytes(a))
        .map(({ id, name_label, $pool, $SR, usage }) => ({
          id,
          name_label,
          $pool,
          facts: { used_bytes: toldBytes(usage), storage: nameAmong(storages, $SR) },
        })),
      unknown: countOf(untold.length, "disk", "of which the storage is not seen"),
    };
  },
});
