import type * as z from "zod";
import { type OriginOf, origins } from "./job-origin.ts";
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

/** Whether a snapshot is older than so many days, to the second; not when XO does not know its time. */
export function isOlderThan(
  { snapshot_time }: Pick<Snapshot, "snapshot_time">,
  days: number,
  now: number,
): boolean {
  return (snapshot_time ?? 0) > 0 && now / 1000 - (snapshot_time ?? 0) > days * day;
}

/**
 * Whether a snapshot was taken with memory that is gone: XAPI cannot resume from it any more
 * (xapi_vm_snapshot.ml, checkpoint).
 */
export function lostMemory({
  power_state,
  suspendVdi,
}: Pick<Snapshot, "power_state" | "suspendVdi">): boolean {
  return power_state === "Suspended" && !suspendVdi;
}

/** The ids of the job and of the schedule whose backup took a snapshot, also where they are gone. */
export function marksOf({ other }: Pick<Snapshot, "other">): {
  job: string | undefined;
  schedule: string | undefined;
} {
  return {
    job: other?.["xo:backup:job"] || undefined,
    schedule: other?.["xo:backup:schedule"] || undefined,
  };
}

/** Who took a snapshot: one of XO's backup jobs, which marks its own, or somebody else. */
export function originOf(snapshot: Pick<Snapshot, "other">): "backup" | "manual" {
  const { job, schedule } = marksOf(snapshot);
  return job || schedule ? "backup" : "manual";
}

/**
 * Whether the VM of a snapshot is gone.
 * @param owners the ids of all VMs and templates: a VM that was made a template keeps its snapshots
 * @param seesVms whether the account sees all VMs and templates: see `readSight`
 * @returns nothing when the VM may only be hidden from the account
 */
export function isOrphan(
  { $snapshot_of }: Pick<Snapshot, "$snapshot_of">,
  owners: { has(id: string): boolean },
  seesVms: boolean,
): boolean | undefined {
  // XO has no id to tell of a VM that is gone.
  if (!$snapshot_of) return true;
  if (owners.has($snapshot_of)) return false;
  return seesVms ? true : undefined;
}

/** What tells what keeps snapshots: see `readKeeping`. */
export interface Keeping {
  schedules: ReadonlyMap<string, z.output<typeof Schedule>>;
  /** Whether the account sees all schedules: see `readSight`. */
  seesSchedules: boolean;
  originOf: OriginOf;
}

export type Keeper =
  | { kept_by: "schedule"; schedule: Pick<z.output<typeof Schedule>, "id" | "name" | "jobId"> }
  | { kept_by: "nothing"; reason: "manual" | "no schedule" | "schedule gone" | "schedule disabled" }
  | { kept_by: "unknown"; reason: "schedule not seen" | `its job is ${string}` };

/**
 * What sees to it that a snapshot is removed in the end: the enabled schedule whose run took it and
 * whose next runs replace it, or nothing. Of a job that was never known to be this XO's it is unknown:
 * another XO may keep it.
 */
export function keeperOf(
  snapshot: Pick<Snapshot, "other" | "snapshot_time">,
  facts: Keeping,
): Keeper {
  if (originOf(snapshot) === "manual") return { kept_by: "nothing", reason: "manual" };
  const { job, schedule: id } = marksOf(snapshot);
  const schedule = facts.schedules.get(id ?? "");
  if (schedule === undefined) {
    if (!facts.seesSchedules) return { kept_by: "unknown", reason: "schedule not seen" };
    const at = (snapshot.snapshot_time ?? 0) * 1000;
    const origin = facts.originOf(job, at);
    if (origin === "present" || origin === "gone") {
      return { kept_by: "nothing", reason: id ? "schedule gone" : "no schedule" };
    }
    return { kept_by: "unknown", reason: `its job is ${origins[origin]}` };
  }
  if (schedule.enabled === false) return { kept_by: "nothing", reason: "schedule disabled" };
  return { kept_by: "schedule", schedule };
}
