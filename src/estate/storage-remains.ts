import type * as z from "zod";
import type { Vdi } from "../xo/records/vdi.ts";
import type { VdiSnapshot } from "../xo/records/vdi-snapshot.ts";
import type { VmSnapshot } from "../xo/records/vm-snapshot.ts";
import { ownBytes } from "./disks.ts";
import { nameAmong } from "./name.ts";
import { ageDays } from "./snapshots.ts";
import { sumOf } from "./sum-of.ts";

/** How many are named; all are counted. */
const shown = 10;

type Orphan = Pick<
  z.output<typeof Vdi>,
  "id" | "name_label" | "usage" | "VDI_type" | "current_operations" | "$pool"
>;

/** Disks that nothing has, biggest first. */
export function describeOrphans(orphans: readonly Orphan[]) {
  if (orphans.length === 0) return undefined;
  return {
    total: orphans.length,
    used_bytes: sumOf(orphans, ownBytes),
    biggest: orphans
      .toSorted((a, b) => ownBytes(b) - ownBytes(a))
      .slice(0, shown)
      .map((disk) => ({
        id: disk.id,
        name_label: disk.name_label,
        used_bytes: ownBytes(disk),
      })),
  };
}

/** Disks that XAPI keeps for itself, by what for. */
export function describeKept(
  disks: readonly Orphan[],
  purposeOf: (disk: Orphan) => string | undefined,
) {
  const told = disks.flatMap((disk) => {
    const what = purposeOf(disk);
    return what === undefined ? [] : [{ disk, what }];
  });
  const kept = [...Map.groupBy(told, ({ what }) => what)].map(([what, own]) => ({
    kept_for: what,
    total: own.length,
    used_bytes: sumOf(own, ({ disk }) => ownBytes(disk)),
  }));
  return kept.length === 0
    ? undefined
    : kept.toSorted((a, b) => b.used_bytes - a.used_bytes).slice(0, shown);
}

/** What a snapshot's own bytes leave out, for whoever reads them. */
export const ownBytesOnly = "not counting what they share with the disk, which is nearly all";

type Taken = Pick<
  z.output<typeof VmSnapshot>,
  "id" | "name_label" | "snapshot_time" | "$snapshot_of" | "$VBDs" | "suspendVdi"
>;

/** The snapshots of VMs with disks on a storage, oldest first. */
export function describeSnapshots(
  taken: readonly Taken[],
  disks: readonly Pick<z.output<typeof VdiSnapshot>, "id" | "usage" | "$VBDs">[],
  vms: ReadonlyMap<string, { id: string; name_label: string }>,
  now: number,
) {
  const useByLink = new Map(
    disks.flatMap((disk) => (disk.$VBDs ?? []).map((link) => [link, ownBytes(disk)])),
  );
  const useById = new Map(disks.map((disk) => [disk.id, ownBytes(disk)]));
  const here = taken.filter(
    ({ $VBDs, suspendVdi }) =>
      useById.has(suspendVdi ?? "") || ($VBDs ?? []).some((link) => useByLink.has(link)),
  );
  if (here.length === 0) return undefined;
  return {
    total: here.length,
    own_bytes_are: ownBytesOnly,
    oldest: here
      .toSorted((a, b) => (a.snapshot_time ?? 0) - (b.snapshot_time ?? 0))
      .slice(0, shown)
      .map((snapshot) => ({
        id: snapshot.id,
        name_label: snapshot.name_label,
        vm: nameAmong(vms, snapshot.$snapshot_of),
        age_days: ageDays(snapshot, now),
        own_bytes:
          sumOf(snapshot.$VBDs ?? [], (link) => useByLink.get(link)) +
          (useById.get(snapshot.suspendVdi ?? "") ?? 0),
        memory_bytes: useById.get(snapshot.suspendVdi ?? ""),
      })),
  };
}
