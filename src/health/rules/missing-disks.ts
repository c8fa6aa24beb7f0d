import { diskState } from "../../estate/disks.ts";
import { nameAmong } from "../../estate/name.ts";
import { toldBytes } from "../../estate/space.ts";
import { defineRule } from "../rule.ts";

export const missingDisks = defineRule({
  id: "missing-disks",
  severity: "critical",
  title: "Disks that their storage no longer has",
  why: "Their data is gone or out of reach: the VM does not start, and its backups fail.",
  where: "list_vdis with state missing; get_sr_details for the storage.",
  needs: ["vdis"],
  names: ["srs"],
  check({ vdis, srs }) {
    const storages = new Map(srs.map((sr) => [sr.id, sr]));
    return {
      found: vdis
        .filter((vdi) => diskState(vdi, storages) === "missing")
        .map((vdi) => ({
          ...vdi,
          facts: { size_bytes: toldBytes(vdi.size), storage: nameAmong(storages, vdi.$SR) },
        })),
    };
  },
});
