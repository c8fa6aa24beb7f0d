import type { Xo } from "../xo/client.ts";
import { type BackedUpVm, type Candidates, isExcluded, type Job } from "./jobs.ts";
import { type Outcome, readDetails, type Run } from "./runs.ts";

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
  /** Unix milliseconds: when the last run that was good for it began. */
  lastGood?: number | undefined;
  /** What went wrong in the last run that did. */
  failure?: Outcome["failure"];
}

export interface Plan {
  jobs: readonly Job[];
  /** Of the jobs that an enabled schedule runs. */
  enabled: ReadonlySet<string>;
  candidates: Candidates;
}

/** The jobs that cover each VM, and those of which it cannot be told. */
function coveringJobs({ jobs, candidates }: Plan, vm: BackedUpVm) {
  const verdicts = jobs.map((job) => ({ job, covers: candidates.covers(job, vm) }));
  return {
    covering: verdicts.flatMap(({ job, covers }) => (covers === true ? [job] : [])),
    unsure: verdicts.some(({ covers }) => covers === undefined),
  };
}

export interface View {
  /** Unix milliseconds: a good run before that is too old. */
  oldest: number;
  /** Whether the account sees all jobs and schedules. */
  seesJobs: boolean;
  /** Whether it sees all runs. */
  seesRuns: boolean;
}

/** XO calls a VM protected while this many of a job's last runs were good for it. */
const runsThatCount = 3;

/** How many of a job's runs are read at a time, from the newest back, and not beyond the last. */
const rounds = [0, runsThatCount, 6, 12, 24, 48];

/** What is known of one VM in the runs of one job, newest first. */
interface Track {
  vm: BackedUpVm;
  job: Job;
  outcomes: { run: Run; outcome: Outcome }[];
  lastGood?: number | undefined;
  /** Whether a run was too large to be looked into, so that older ones tell nothing of how it is now. */
  cut?: boolean;
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
  { oldest, seesJobs, seesRuns }: View,
): Promise<{ protections: Protection[]; cutShort: number }> {
  const covered = plan.candidates.vms.map((vm) => ({ vm, ...coveringJobs(plan, vm) }));
  const tracks = covered.flatMap(({ vm, covering }) =>
    isExcluded(vm) ? [] : covering.map((job): Track => ({ vm, job, outcomes: [] })),
  );
  const cutShort = runs === undefined ? new Set<string>() : await follow(xo, tracks, runs);
  const byVm = Map.groupBy(tracks, ({ vm }) => vm.id);
  const protections = covered.map(({ vm, covering, unsure }): Protection => {
    const own = byVm.get(vm.id) ?? [];
    const goods = own.flatMap(({ lastGood }) => lastGood ?? []);
    const lastGood = goods.length === 0 ? undefined : Math.max(...goods);
    const active = own.filter(({ job }) => plan.enabled.has(job.id));
    const status = (): Status => {
      if (isExcluded(vm)) return "excluded";
      if (active.length === 0) {
        if (unsure || !seesJobs) return "unknown";
        return covering.length === 0 ? "not-covered" : "only-disabled";
      }
      if (runs === undefined) return "unknown";
      if (active.some(isGood)) return (lastGood ?? 0) < oldest ? "stale" : "protected";
      if (active.some(({ outcomes }) => outcomes.length > 0)) return "failing";
      return seesRuns && !active.some(({ cut }) => cut) ? "never-run" : "unknown";
    };
    const verdict = status();
    const failed = verdict === "failing" ? lastFailure(active) : undefined;
    return { vm, status: verdict, jobs: covering, lastGood, failure: failed };
  });
  return { protections, cutShort: cutShort.size };
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

/** Whether older runs could tell more of a VM: how its last ones ended, or when there was a good one. */
function isOpen({ outcomes, lastGood, cut }: Track): boolean {
  return cut !== true && (outcomes.length < runsThatCount || lastGood === undefined);
}

/**
 * Reads the runs of jobs from the newest back, a few at first and more each time, until nothing is
 * open.
 * @returns the ids of VMs of which something still is, because there are too many runs
 */
async function follow(
  xo: Xo,
  tracks: readonly Track[],
  runs: readonly Run[],
): Promise<Set<string>> {
  const tracksByJob = Map.groupBy(tracks, ({ job }) => job.id);
  const runsByJob = Map.groupBy(
    runs.filter(({ status }) => status !== "pending"),
    ({ jobId }) => jobId ?? "",
  );
  const openJobs = (from: number) =>
    [...tracksByJob].filter(
      ([id, own]) => own.some(isOpen) && (runsByJob.get(id)?.length ?? 0) > from,
    );
  for (const [at, from] of rounds.slice(0, -1).entries()) {
    const wanted = openJobs(from).flatMap(([id]) =>
      (runsByJob.get(id) ?? []).slice(from, rounds[at + 1]),
    );
    if (wanted.length === 0) break;
    const details = await readDetails(xo, wanted, () => undefined);
    for (const run of wanted) {
      const known = details.get(run.id);
      const outcomes = new Map(known?.outcomes.map((each) => [each.id, each]));
      for (const track of tracksByJob.get(run.jobId ?? "") ?? []) {
        if (known === undefined && isOpen(track)) track.cut = true;
        const outcome = outcomes.get(track.vm.id);
        if (outcome === undefined || track.cut === true) continue;
        track.outcomes.push({ run, outcome });
        if (outcome.status === "success") track.lastGood ??= run.start ?? undefined;
      }
    }
  }
  const open = openJobs(rounds.at(-1) ?? 0).flatMap(([, own]) => own.filter(isOpen));
  const cut = tracks.filter((track) => track.cut === true);
  return new Set([...open, ...cut].map(({ vm }) => vm.id));
}
