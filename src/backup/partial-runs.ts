import type { Xo } from "../xo/client.ts";
import { BackedUpVm, type Job, judgeJobs } from "./jobs.ts";
import { propertiesOf } from "./pattern.ts";
import { readVms } from "./read-runs.ts";
import type { Run } from "./runs.ts";

/** How many VMs a run had, of those that it would have had as a whole. */
export interface Part {
  vms: number;
  of: number;
}

/** Runs before one that may be the whole that it is a part of. */
export const mostBefore = 3;

/**
 * Whether a run had but a part of the VMs that its job has to back up, as one that is started for
 * some: fewer than a run of the same schedule before, although the job still covers the others.
 * @param ids of the VMs of the run, then of those before it, the newest first
 * @param covered ids of the VMs that the job covers now
 */
export function partOf(
  [ids, ...before]: readonly (readonly string[])[],
  covered: ReadonlySet<string>,
): Part | undefined {
  const own = new Set(ids);
  const whole = own.size === 0 ? undefined : before.find((earlier) => isPart(own, earlier));
  const missing = (whole ?? []).filter((id) => !own.has(id) && covered.has(id));
  return missing.length === 0 ? undefined : { vms: own.size, of: own.size + missing.length };
}

function isPart(own: ReadonlySet<string>, earlier: readonly string[]): boolean {
  return earlier.length > own.size && own.isSubsetOf(new Set(earlier));
}

/** A VM that is on now may have been off at the time of a run, which then had no need to have it. */
export function canTellParts({ vms }: Pick<Job, "vms">): boolean {
  return !propertiesOf(vms).includes("power_state");
}

/**
 * Which of some runs are parts, by their ids.
 * @param runs all that are known, newest first
 */
export async function readPartial(
  xo: Xo,
  looked: readonly Run[],
  runs: readonly Run[],
  jobs: readonly Job[],
): Promise<ReadonlyMap<string, Part>> {
  const jobById = new Map(jobs.filter(canTellParts).map((job) => [job.id, job]));
  const groups = looked
    .filter(({ jobId }) => jobById.has(jobId ?? ""))
    .map((run) => {
      const same = runs.filter(
        ({ jobId, scheduleId }) => jobId === run.jobId && scheduleId === run.scheduleId,
      );
      const at = same.findIndex(({ id }) => id === run.id);
      return { run, group: same.slice(at, at + 1 + mostBefore) };
    });
  const vms = await readVms(xo, [...new Set(groups.flatMap(({ group }) => group))]);
  const likely = groups
    .map(({ run, group }) => ({ run, ids: group.map(({ id }) => vms.get(id) ?? []) }))
    .filter(({ ids: [own = [], ...before] }) => {
      return own.length > 0 && before.some((earlier) => isPart(new Set(own), earlier));
    });
  if (likely.length === 0) return new Map();
  const known = await xo.records("vms", BackedUpVm);
  const { covers } = await judgeJobs(xo, [...jobById.values()], known);
  return new Map(
    likely.flatMap(({ run, ids }) => {
      const job = jobById.get(run.jobId ?? "");
      const covered = known.filter((vm) => job !== undefined && covers(job, vm) === true);
      const part = partOf(ids, new Set(covered.map(({ id }) => id)));
      return part === undefined ? [] : [[run.id, part] as const];
    }),
  );
}

/** "1 of 22 VMs that the job covers" */
export function inWords({ vms, of }: Part): string {
  return `${vms} of ${of} VMs that the job covers`;
}
