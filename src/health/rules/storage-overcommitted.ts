import { allocatedBytes, promisedOf, provisioningOf } from "../../estate/promised.ts";
import { holdsDisks, isDetached, spaceOf } from "../../estate/space.ts";
import { countOf, defineRule } from "../rule.ts";

const thresholds = { above_ratio: 2 };

export const storageOvercommitted = defineRule({
  id: "storage-overcommitted",
  severity: "warning",
  title: "Thin storage that promised its disks more than twice its size",
  why: "When the guests use what they were promised, it runs full although no disk is.",
  where: "list_srs, get_sr_details.",
  needs: ["srs", "vdis"],
  whole: ["vdis"],
  thresholds,
  check({ srs, vdis }) {
    const allocated = allocatedBytes(vdis);
    const disks = srs.filter((sr) => holdsDisks(sr) && !isDetached(sr));
    const untold = disks.filter((sr) => provisioningOf(sr) === undefined);
    const unsized = disks.filter(
      (sr) => provisioningOf(sr) === "thin" && spaceOf(sr) === undefined,
    );
    const unknown = [
      countOf(untold.length, "storage", "did not tell whether thin or thick"),
      countOf(unsized.length, "thin storage", "with no sizes that can be"),
    ].filter((reason) => reason !== undefined);
    return {
      found: disks
        .flatMap((sr) => {
          // Without snapshots: two of each disk would reach the bound, and promise nothing more.
          const promised = promisedOf(sr, allocated.get(sr.id) ?? 0, undefined);
          const ratio = promised.overcommit_ratio_disks ?? 0;
          return ratio > thresholds.above_ratio ? [{ sr, ratio, promised }] : [];
        })
        .toSorted((a, b) => b.ratio - a.ratio)
        .map(({ sr, ratio, promised }) => ({
          ...sr,
          facts: {
            ratio,
            ratio_with_snapshots:
              promised.allocated_is === undefined ? promised.overcommit_ratio : undefined,
            allocated_disks_bytes: promised.allocated_disks_bytes,
            size_bytes: sr.size,
          },
        })),
      unknown: unknown.length === 0 ? undefined : unknown.join("; "),
    };
  },
});
