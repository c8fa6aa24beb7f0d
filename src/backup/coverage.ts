import type { Xo } from "../xo/client.ts";
import { type BackedUpVm, type Candidates, type Job, noBakTag } from "./jobs.ts";
import type { Outcome, Run } from "./runs.ts";
import type { Runners } from "./schedules.ts";
import { isGood, type JobTrack, jobTrackOf, lastFailure, readAsNeeded } from "./tracks.ts";

/** From what needs somebody to what does not. */
export const statuses = [
  "failing",
  "never-run",
  "stale",
  "only-disabled",
  "not-covered",
  "unknown",
  "excluded",
  "protected",
] as const;
export type Status = (typeof statuses)[number];

/** A good run before that is too old, unless somebody asks for another age. */
export const usualMaxAgeHours = 192;

/** How one VM is protected. */
export interface Protection {
  vm: BackedUpVm;
  status: Status;
  /** All that cover it, whether a schedule runs them or not. */
  jobs: Job[];
  /** Those that would, but for a tag or the power state. */
  missing: { job: Job; tag?: string; unless?: string }[];
  /** Unix milliseconds: when the last run that was good for it began. */
  lastGood?: number | undefined;
  /** Unix milliseconds: when a job of it ran last, though XO no longer tells for which VMs. */
  ranUntold?: number | undefined;
  /** What went wrong in the last run that did. */
  failure?: Outcome["failure"];
  /** Jobs that fail for it, while another one is good. */
  beside?: { jobId: string; failure?: Outcome["failure"] }[];
}

export interface Plan {
  jobs: readonly Job[];
  runners: Runners;
  candidates: Candidates;
}

export interface View {
  /** Unix milliseconds. */
  now: number;
  /** Unix milliseconds: a good run before that is too old. */
  oldest: number;
  /** Whether the account sees all jobs and schedules. */
  seesJobs: boolean;
  /** Whether it sees all runs. */
  seesRuns: boolean;
}

/**
 * How the VMs of a plan are protected, by XO's own rule and by the age of the last good run.
 * @param runs of all jobs, newest first; nothing when they could not be read
 * @returns also how many VMs have runs that were not looked at, although they might be good ones
 */
export async function protectionOf(
  xo: Xo,
  plan: Plan,
  runs: readonly Run[] | undefined,
  view: View,
): Promise<{ protections: Protection[]; cutShort: number }> {
  const { candidates, jobs } = plan;
  const covered = candidates.vms.map((vm) => {
    const verdicts = jobs.map((job) => ({ job, covers: candidates.covers(job, vm) }));
    return {
      vm,
      covering: verdicts.flatMap(({ job, covers }) => (covers === true ? [job] : [])),
      unsure: verdicts.some(({ covers }) => covers === undefined),
    };
  });
  const pairs = covered.flatMap(({ vm, covering }) => covering.map((job) => ({ vm, job })));
  const finished = Map.groupBy(
    runs?.filter(({ status }) => status !== "pending") ?? [],
    ({ jobId }) => jobId ?? "",
  );
  const known = await readAsNeeded(xo, pairs, finished, { runners: plan.runners, now: view.now });
  const cutShort = new Set<string>();
  const protections = covered.map(({ vm, covering, unsure }): Protection => {
    const tracks = new Map(
      covering.map((job) => {
        const own = finished.get(job.id) ?? [];
        return [job.id, jobTrackOf(vm.id, own, known, plan.runners)];
      }),
    );
    if ([...tracks.values()].some(({ isCut }) => isCut)) cutShort.add(vm.id);
    const missing = jobs.flatMap((job) => {
      const missed = covering.length > 0 ? undefined : candidates.misses(job, vm);
      return missed === undefined ? [] : [{ job, ...missed }];
    });
    return {
      vm,
      jobs: covering,
      missing,
      ...judge(
        plan,
        tracks,
        unsure,
        runs === undefined || !view.seesRuns,
        isLeftOut(vm, missing),
        view,
      ),
    };
  });
  return { protections, cutShort: cutShort.size };
}

/** A tag keeps it out of every job, or of those that would have it. */
function isLeftOut(vm: BackedUpVm, missing: Protection["missing"]): boolean {
  return noBakTag(vm) !== undefined || missing.some(({ tag }) => tag !== undefined);
}

function judge(
  { runners }: Plan,
  tracks: ReadonlyMap<string, JobTrack>,
  unsure: boolean,
  blind: boolean,
  leftOut: boolean,
  { oldest, seesJobs }: View,
): Pick<Protection, "status" | "lastGood" | "failure" | "ranUntold" | "beside"> {
  const goods = [...tracks.values()].flatMap(({ lastGood }) => lastGood ?? []);
  const lastGood = goods.length === 0 ? undefined : Math.max(...goods);
  const active = [...tracks].flatMap(([jobId, track]) => (runners.mayRun(jobId) ? [track] : []));
  const isLate = (lastGood ?? 0) < oldest;
  // What only reads good does not count, but is told.
  const untold = active
    .flatMap(({ untold: run }) => run?.start ?? [])
    .filter((start) => start > (lastGood ?? 0));
  const told = { lastGood, ...(untold.length > 0 && { ranUntold: Math.max(...untold) }) };
  if (active.length === 0) {
    // A job that is not seen may list it, and lists know no tags.
    if (leftOut && tracks.size === 0 && seesJobs) return { ...told, status: "excluded" };
    // Whether a sequence runs them its runs alone tell.
    const isOpen = blind && [...tracks.keys()].some((jobId) => runners.sequenceable.has(jobId));
    if (unsure || !seesJobs || isOpen) return { ...told, status: "unknown" };
    return { ...told, status: tracks.size === 0 ? "not-covered" : "only-disabled" };
  }
  if (blind) return { ...told, status: "unknown" };
  if (active.some(isGood)) {
    const beside = [...tracks].flatMap(([jobId, track]) =>
      active.includes(track) && track.outcomes.length > 0 && !isGood(track)
        ? [{ jobId, failure: lastFailure([track]) }]
        : [],
    );
    return { ...told, beside, status: isLate ? "stale" : "protected" };
  }
  if (active.some(({ outcomes }) => outcomes.length > 0)) {
    return { ...told, status: "failing", failure: lastFailure(active) };
  }
  // Good or not, it is too old.
  if (told.ranUntold !== undefined) {
    return { ...told, status: told.ranUntold < oldest ? "stale" : "unknown" };
  }
  return {
    ...told,
    status: active.some(({ isCut }) => isCut) ? "unknown" : "never-run",
  };
}
