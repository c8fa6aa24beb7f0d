import type { Xo } from "../xo/client.ts";
import type { Job } from "./jobs.ts";
import { readDetails } from "./read-runs.ts";
import { type Outcome, outcomeFor, type Run, type RunDetails, unnamed } from "./runs.ts";
import type { Runners } from "./schedules.ts";

/** XO calls a VM protected while this many of a job's last runs were good for it (vm.service.mts). */
const runsThatCount = 3;

/** How many of a job's runs are read at a time, from the newest back, and not beyond the last. */
const rounds = [runsThatCount, 6, 12, 24, 48];

/** What the runs of one job, or of one of its schedules, come to for one VM, newest first. */
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
export type Known = ReadonlyMap<string, RunDetails | undefined>;

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
  // Older ones do not matter where one tells its VMs and this was none of them.
  const isAbsent = told.findIndex(({ details, outcome }) => details?.tellsVms && !outcome);
  const until = isAbsent < 0 ? told : told.slice(0, isAbsent);
  const needsMore = outcomes.length < runsThatCount || good === undefined;
  return {
    outcomes,
    lastGood: good?.run.start ?? undefined,
    untold: until.find(({ run, details }) => run.status === "success" && !details?.tellsVms)?.run,
    isOpen: needsMore && unread >= 0 && !known.has(runs[unread]?.id ?? ""),
    isCut: needsMore && unread >= 0,
  };
}

/** What the runs of a job come to for a VM as a whole, and by schedule where several are on. */
export interface JobTrack extends Track {
  schedules: readonly Track[];
}

export function jobTrackOf(
  vmId: string,
  runs: readonly Run[],
  known: Known,
  runners: Runners,
): JobTrack {
  const schedules = bySchedule(runs, runners).map((part) => trackOf(vmId, part, known));
  return { ...trackOf(vmId, runs, known), schedules };
}

/** The runs of each schedule of a job that is on, where there are several: the worst counts. */
function bySchedule(runs: readonly Run[], { isOn }: Runners): (readonly Run[])[] {
  const groups = Map.groupBy(runs, ({ scheduleId }) => scheduleId ?? undefined);
  const on = [...groups].flatMap(([id, group]) => (isOn(id) ? [group] : []));
  return on.length > 1 ? on : [];
}

export interface Pair {
  vm: { id: string };
  job: Pick<Job, "id">;
}

/** Whether a job is good for a VM: each of its schedules that had it, by its last runs. */
export function isGood(track: JobTrack): boolean {
  return (
    track.outcomes.length > 0 &&
    partsOf(track).every(({ outcomes }) =>
      outcomes.slice(0, runsThatCount).every(({ outcome }) => outcome.status === "success"),
    )
  );
}

function partsOf(track: JobTrack): readonly Track[] {
  return track.schedules.length > 0 ? track.schedules : [track];
}

export function lastFailure(tracks: readonly JobTrack[]): Outcome["failure"] {
  return tracks
    .flatMap(partsOf)
    .flatMap(({ outcomes }) => outcomes.slice(0, runsThatCount))
    .filter(({ outcome }) => outcome.status !== "success")
    .toSorted((a, b) => (b.run.start ?? 0) - (a.run.start ?? 0))[0]?.outcome.failure;
}

/** Reads the runs of jobs from the newest back, a few at first and more each time, until nothing is open. */
export async function readAsNeeded(
  xo: Xo,
  pairs: readonly Pair[],
  runsByJob: ReadonlyMap<string, readonly Run[]>,
  { runners, now }: { runners: Runners; now: number },
): Promise<Known> {
  const known = new Map<string, RunDetails | undefined>();
  const byJob = Map.groupBy(pairs, ({ job }) => job.id);
  for (const [at, to] of rounds.entries()) {
    const wanted = [...byJob].flatMap(([jobId, own]) => {
      const runs = runsByJob.get(jobId) ?? [];
      const isOpen = own.some(({ vm }) => trackOf(vm.id, runs, known).isOpen);
      const newest = isOpen ? runs.slice(rounds[at - 1] ?? 0, to) : [];
      // One that seldom runs has its last runs long before those of one that often does.
      const parts = at > 0 ? [] : bySchedule(runs, runners);
      return [...new Set([...newest, ...parts.flatMap((part) => part.slice(0, runsThatCount))])];
    });
    if (wanted.length === 0) break;
    const details = await readDetails(xo, wanted, { ...unnamed, now });
    for (const { id } of wanted) known.set(id, details.get(id));
  }
  return known;
}
