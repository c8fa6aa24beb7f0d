import type { Xo } from "../xo/client.ts";
import type { BackedUpVm, Candidates, Job } from "./jobs.ts";
import { noBakTag } from "./jobs.ts";
import { type Outcome, outcomeFor, readDetails, type Run, type RunDetails } from "./runs.ts";
import type { Runners } from "./schedules.ts";

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
}

export interface Plan {
  jobs: readonly Job[];
  runners: Runners;
  candidates: Candidates;
}

export interface View {
  /** Unix milliseconds: a good run before that is too old. */
  oldest: number;
  /** Whether the account sees all jobs and schedules. */
  seesJobs: boolean;
  /** Whether it sees all runs. */
  seesRuns: boolean;
}

/** XO calls a VM protected while this many of a job's last runs were good for it (vm.service.mts). */
const runsThatCount = 3;

/** How many of a job's runs are read at a time, from the newest back, and not beyond the last. */
const rounds = [runsThatCount, 6, 12, 24, 48];

/** What the runs of one job come to for one VM, newest first. */
interface Track {
  outcomes: { run: Run; outcome: Outcome }[];
  lastGood?: number | undefined;
  /** The last run that was good but says not for whom. */
  untold?: Run | undefined;
  /** Whether older runs could tell more: how the last ones ended, or when there was a good one. */
  isOpen: boolean;
  /** Whether there are such runs, and they were not looked into. */
  isCut: boolean;
}

/** What is known of runs: `undefined` for one that is too large to be looked into. */
type Known = ReadonlyMap<string, RunDetails | undefined>;

function trackOf(vmId: string, runs: readonly Run[], known: Known): Track {
  // A run that could not be looked into hides all that is older.
  const unread = runs.findIndex(({ id }) => known.get(id) === undefined);
  const read = unread < 0 ? runs : runs.slice(0, unread);
  const told = read.map((run) => {
    const details = known.get(run.id);
    return { run, details, outcome: details && outcomeFor(run, details, vmId) };
  });
  const outcomes = told.flatMap(({ run, outcome }) => (outcome ? [{ run, outcome }] : []));
  const good = outcomes.find(({ outcome }) => outcome.status === "success");
  const needsMore = outcomes.length < runsThatCount || good === undefined;
  return {
    outcomes,
    lastGood: good?.run.start ?? undefined,
    untold: told.find(({ run, details }) => run.status === "success" && !details?.tellsVms)?.run,
    isOpen: needsMore && unread >= 0 && !known.has(runs[unread]?.id ?? ""),
    isCut: needsMore && unread >= 0,
  };
}

interface Pair {
  vm: BackedUpVm;
  job: Job;
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
  const known = await readAsNeeded(xo, pairs, finished);
  const cutShort = new Set<string>();
  const protections = covered.map(({ vm, covering, unsure }): Protection => {
    const tracks = new Map(
      covering.map((job) => [job.id, trackOf(vm.id, finished.get(job.id) ?? [], known)]),
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
      ...judge(plan, tracks, unsure, runs === undefined, isLeftOut(vm, missing), view),
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
  tracks: ReadonlyMap<string, Track>,
  unsure: boolean,
  blind: boolean,
  leftOut: boolean,
  { oldest, seesJobs, seesRuns }: View,
): Pick<Protection, "status" | "lastGood" | "failure" | "ranUntold"> {
  const goods = [...tracks.values()].flatMap(({ lastGood }) => lastGood ?? []);
  const lastGood = goods.length === 0 ? undefined : Math.max(...goods);
  const active = [...tracks].flatMap(([jobId, track]) =>
    runners.scheduled.has(jobId) || runners.perhaps.has(jobId) ? [track] : [],
  );
  const isLate = (lastGood ?? 0) < oldest;
  const told = { lastGood };
  if (active.length === 0) {
    // A job that is not seen may list it, and lists know no tags.
    if (leftOut && tracks.size === 0 && seesJobs) return { ...told, status: "excluded" };
    if (unsure || !seesJobs) return { ...told, status: "unknown" };
    return { ...told, status: tracks.size === 0 ? "not-covered" : "only-disabled" };
  }
  if (blind) return { ...told, status: "unknown" };
  if (active.some(isGood)) return { ...told, status: isLate ? "stale" : "protected" };
  if (active.some(({ outcomes }) => outcomes.length > 0)) {
    return { ...told, status: "failing", failure: lastFailure(active) };
  }
  const untold = active.flatMap(({ untold: run }) => run?.start ?? []);
  if (untold.length > 0) return { ...told, status: "unknown", ranUntold: Math.max(...untold) };
  return {
    ...told,
    status: seesRuns && !active.some(({ isCut }) => isCut) ? "never-run" : "unknown",
  };
}

function isGood({ outcomes }: Track): boolean {
  return (
    outcomes.length > 0 &&
    outcomes.slice(0, runsThatCount).every(({ outcome }) => outcome.status === "success")
  );
}

function lastFailure(tracks: readonly Track[]): Outcome["failure"] {
  return tracks
    .flatMap(({ outcomes }) => outcomes)
    .filter(({ outcome }) => outcome.status !== "success")
    .toSorted((a, b) => (b.run.start ?? 0) - (a.run.start ?? 0))[0]?.outcome.failure;
}

/** Reads the runs of jobs from the newest back, a few at first and more each time, until nothing is open. */
async function readAsNeeded(
  xo: Xo,
  pairs: readonly Pair[],
  runsByJob: ReadonlyMap<string, readonly Run[]>,
): Promise<Known> {
  const known = new Map<string, RunDetails | undefined>();
  const byJob = Map.groupBy(pairs, ({ job }) => job.id);
  for (const [at, to] of rounds.entries()) {
    const wanted = [...byJob].flatMap(([jobId, own]) => {
      const runs = runsByJob.get(jobId) ?? [];
      const isOpen = own.some(({ vm }) => trackOf(vm.id, runs, known).isOpen);
      return isOpen ? runs.slice(rounds[at - 1] ?? 0, to) : [];
    });
    if (wanted.length === 0) break;
    const details = await readDetails(xo, wanted, () => undefined);
    for (const { id } of wanted) known.set(id, details.get(id));
  }
  return known;
}
