import { allocatedBytes, holdsDisks, overcommitRatio } from "../../estate/storage.ts";
import { countOf, defineRule } from "../rule.ts";

const thresholds = { above_ratio: 2 };

export const storageOvercommitted = defineRule({
  id: "storage-overcommitted",
  severity: "warning",
  title: "Thin storage that promised more than twice its size",
  why: "When the guests use what they were promised, it runs full although no disk is.",
  where: "list_srs, get_sr_details.",
  needs: ["srs", "vdis"],
  thresholds,
  check({ srs, vdis }) {
    const allocated = allocatedBytes(vdis);
    const disks = srs.filter(holdsDisks);
    const untold = disks.filter(
      ({ allocationStrategy }) => !["thin", "thick"].includes(allocationStrategy ?? ""),
    );
    return {
      found: disks
        .flatMap((sr) => {
          const ratio = overcommitRatio(sr, allocated.get(sr.id)) ?? 0;
          return ratio > thresholds.above_ratio ? [{ sr, ratio }] : [];
        })
        .toSorted((a, b) => b.ratio - a.ratio)
        .map(({ sr, ratio }) => ({
          ...sr,
          facts: { ratio, allocated_bytes: allocated.get(sr.id), size_bytes: sr.size },
        })),
      unknown: countOf(untold.length, "storage", "did not tell whether thin or thick"),
    };
  },
});
