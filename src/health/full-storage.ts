import { holdsDisks, isDetached, spaceOf } from "../estate/space.ts";
import type { Holdings } from "./holdings.ts";
import { type Checked, countOf } from "./rule.ts";

/** Storages with disks that are used to this share or more, and below the other, fullest first. */
export function fullStorage(srs: Holdings["srs"], from: number, below = Infinity): Checked {
  // What no host is linked to was full or not when one was: another rule tells of it.
  const judged = srs
    .filter((sr) => holdsDisks(sr) && !isDetached(sr))
    .map((sr) => ({ sr, space: spaceOf(sr) }));
  const found = judged
    .flatMap(({ sr, space }) =>
      space !== undefined && space.used_percent >= from && space.used_percent < below
        ? [{ sr, space }]
        : [],
    )
    .toSorted((a, b) => b.space.used_percent - a.space.used_percent)
    .map(({ sr, space }) => ({
      ...sr,
      facts: { used_percent: space.used_percent, free_bytes: space.free_bytes },
    }));
  const untold = judged.filter(({ space }) => space === undefined);
  return { found, unknown: countOf(untold.length, "storage", "with no sizes that can be") };
}
