import { uuidOf } from "../random.ts";
import { byId, ofType } from "../records.ts";
import { trap } from "../traps.ts";
import { situationsOf } from "./situation.ts";

export const storageSituations = situationsOf({
  /** Sizes that cannot be: a use below nothing, more used than there is, all of it after a failed scan. */
  "impossible-sizes": (estate) => {
    const [negative, over, unscanned] = ofType(estate, "SR").filter(
      ({ content_type }) => content_type === "user",
    );
    if (negative === undefined || over === undefined || unscanned === undefined) {
      throw new Error("this estate has too few storages");
    }
    Object.assign(negative, { size: 1024 ** 4, physical_usage: -171_127_603 });
    Object.assign(over, { size: 1_000_000_000_000, physical_usage: 1_200_000_000_000 });
    Object.assign(unscanned, { size: -1, physical_usage: -1, usage: -1 });
  },
  /** Tools ISOs and a DVD: as big as what is in them, so always full. */
  "full-media": (estate) => {
    for (const sr of ofType(estate, "SR")) {
      if (sr.content_type === "iso") Object.assign(sr, { size: 2 ** 20, physical_usage: 2 ** 20 });
    }
  },
  /** A replica that keeps fifteen restore points, each a snapshot of it. */
  "many-restore-points": (estate) => {
    const replica = byId(estate, "VM", trap(estate, "replica").id);
    const [first] = ofType(estate, "VM-snapshot").filter(
      ({ $snapshot_of }) => $snapshot_of === replica.id,
    );
    if (first === undefined) throw new Error("the replica of this estate has no restore point");
    for (let days = 1; days < 15; days++) {
      const id = uuidOf(`restore-point/${days}`);
      const snapshot_time = first.snapshot_time - days * 86_400;
      estate.objects.set(id, { ...first, id, uuid: id, snapshot_time, $VBDs: [], VIFs: [] });
      replica.snapshots.push(id);
    }
  },
});
