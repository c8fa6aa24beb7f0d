import { holdsDisks, usedPercent } from "../estate/storage.ts";
import type { Holdings } from "./holdings.ts";
import { type Checked, countOf } from "./rule.ts";

/** Storages with disks that are used to this share or more, and below the other, fullest first. */
export function fullStorage(srs: Holdings["srs"], from: number, below = Infinity): Checked {
  const judged = srs.filter(holdsDisks).map((sr) => ({ sr, used: usedPercent(sr) }));
  const found = judged
    .flatMap(({ sr, used }) =>
      used !== undefined && used >= from && used < below ? [{ sr, used }] : [],
    )
    .toSorted((a, b) => b.used - a.used)
    .map(({ sr, used }) => ({
      ...sr,
      facts: { used_percent: used, free_bytes: (sr.size ?? 0) - (sr.physical_usage ?? 0) },
    }));
  const untold = judged.filter(({ used }) => used === undefined);
  return { found, unknown: countOf(untold.length, "storage", "did not tell how full") };
}
