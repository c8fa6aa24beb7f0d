import type * as z from "zod";
import type { Schedule } from "../xo/records/schedule.ts";
import type { VmSnapshot } from "../xo/records/vm-snapshot.ts";

type Snapshot = z.output<typeof VmSnapshot>;

const day = 86_400;

/** Whole days since a snapshot was taken; nothing when XO does not know when that was. */
export function ageDays(
  { snapshot_time }: Pick<Snapshot, "snapshot_time">,
  now: number,
): number | undefined {
  if (!snapshot_time || snapshot_time < 0) return undefined;
  return Math.max(0, Math.floor((now / 1000 - snapshot_time) / day));
}

/** Who took a snapshot: one of XO's backup jobs, which marks its own, or somebody else. */
export function originOf({ other }: Pick<Snapshot, "other">): "backup" | "manual" {
  return other?.["xo:backup:job"] || other?.["xo:backup:schedule"] ? "backup" : "manual";
}

/**
 * Whether the VM of a snapshot is gone.
 * @param owners the ids of all VMs and templates: a VM that was made a template keeps its snapshots
 * @param seesAll whether the account sees all VMs (`warnOfGaps` tells)
 * @returns nothing when the VM may only be hidden from the account
 */
export function isOrphan(
  { $snapshot_of }: Pick<Snapshot, "$snapshot_of">,
  owners: { has(id: string): boolean },
  seesAll: boolean,
): boolean | undefined {
  // XO has no id to tell of a VM that is gone.
  if (!$snapshot_of) return true;
  if (owners.has($snapshot_of)) return false;
  return seesAll ? true : undefined;
}

export type Keeper =
  | { kept_by: "schedule"; schedule: Pick<z.output<typeof Schedule>, "id" | "name" | "jobId"> }
  | { kept_by: "nothing"; reason: "manual" | "no schedule" | "schedule gone" | "schedule disabled" }
  | { kept_by: "unknown" };

/**
 * What sees to it that a snapshot is removed in the end: the enabled schedule whose run took it and
 * whose next runs replace it, or nothing.
 * @param schedules by id, or nothing when the account may not see them: see `visibleSchedules`
 */
export function keeperOf(
  snapshot: Pick<Snapshot, "other">,
  schedules: ReadonlyMap<string, z.output<typeof Schedule>> | undefined,
): Keeper {
  if (originOf(snapshot) === "manual") return { kept_by: "nothing", reason: "manual" };
  const id = snapshot.other?.["xo:backup:schedule"];
  if (!id) return { kept_by: "nothing", reason: "no schedule" };
  if (schedules === undefined) return { kept_by: "unknown" };
  const schedule = schedules.get(id);
  if (schedule === undefined) return { kept_by: "nothing", reason: "schedule gone" };
  if (schedule.enabled === false) return { kept_by: "nothing", reason: "schedule disabled" };
  return { kept_by: "schedule", schedule };
}

/** The schedules by id; nothing when there are none because the account may not see them. */
export function visibleSchedules(
  schedules: readonly z.output<typeof Schedule>[],
  seesAll: boolean,
): ReadonlyMap<string, z.output<typeof Schedule>> | undefined {
  if (schedules.length === 0 && !seesAll) return undefined;
  return new Map(schedules.map((schedule) => [schedule.id, schedule]));
}
