import type { Xo } from "../xo/client.ts";
import { isBad } from "./failure.ts";
import type { Job } from "./jobs.ts";
import { canTellParts, mostBefore, type Part, partOf } from "./partial-runs.ts";
import { readDetails, readVms } from "./read-runs.ts";
import { type Facts, outcomeFor, type Run, type RunDetails } from "./runs.ts";
import { readWritten, type Written } from "./written-targets.ts";
import type { Runners } from "./schedules.ts";

/** What the newest runs of each schedule had to do, as far as it matters for how they stand now. */
export interface LastRuns {
  /** Ids of the VMs that a run names, by its id. */
  vms: ReadonlyMap<string, readonly string[]>;
  /** Of bad runs with VMs that no later run had. */
  details: ReadonlyMap<string, RunDetails>;
  /** Where jobs with several repositories wrote at last, by their id. */
  written: ReadonlyMap<string, Written>;
}

/** How one schedule of a job stands. */
export interface Standing {
  /** Absent where a run does not tell. */
  scheduleId: string | undefined;
  /** Its newest run that ended and had a VM to back up. */
  last: Run;
  /** The newest bad run, with the VMs that no later run was good for; all of them where none is told. */
  failed?: { run: Run; vms?: readonly string[] };
  /** Its last run had so many VMs of those that it has to back up, as one that is started for some does. */
  partial?: Part;
}

/** Runs of a schedule that are looked at. */
const most = 1 + mostBefore;

/**
 * Reads the VMs of the newest runs, and what became of them in those that later runs do not replace:
 * somebody may run a job for one VM alone, in the same schedule (api/backup-ng.mjs, runJob).
 * @param runs newest first
 * @param jobs to look also where they wrote to
 */
export async function readLastRuns(
  xo: Xo,
  runs: readonly Run[],
  facts: Facts,
  jobs: readonly Pick<Job, "id" | "type" | "remotes">[] = [],
): Promise<LastRuns> {
  const groups = [...bySchedule(runs).values()];
  const vms = await readVms(xo, groups.flat());
  const needed = groups.flatMap((group) => {
    const [newest] = group;
    // Where the newest is bad the finding stands, whatever was before.
    if (newest === undefined || isFailed(newest)) return [];
    const seen = new Set<string>();
    return group.filter((run) => {
      const own = vms.get(run.id) ?? [];
      const isOpen = isFailed(run) && (own.length === 0 || own.some((id) => !seen.has(id)));
      for (const id of own) seen.add(id);
      return isOpen;
    });
  });
  const [details, written] = await Promise.all([
    readDetails(xo, needed, facts),
    readWritten(xo, jobs, runs, vms),
  ]);
  return { vms, details, written };
}

/** Whether something went wrong in a run: skipped is one for which there was nothing to do. */
function isFailed(run: Run): boolean {
  return isBad(run) && run.status !== "skipped";
}

/** The newest runs of each schedule that ended with something to do. */
function bySchedule(runs: readonly Run[]): Map<string, Run[]> {
  const ended = runs.filter(({ status }) => status !== "pending" && status !== "skipped");
  const groups = Map.groupBy(ended, ({ jobId, scheduleId }) => `${jobId} ${scheduleId ?? ""}`);
  return new Map([...groups].map(([key, group]) => [key, group.slice(0, most)]));
}

/**
 * How the schedules of a job stand, each by itself: a good one beside a bad one does not mend it.
 * @param runs of this job, newest first
 * @param covered ids of the VMs that the job covers now; nothing when that is not known
 */
export function standingsOf(
  job: Pick<Job, "id" | "vms">,
  runs: readonly Run[],
  { vms, details }: Pick<LastRuns, "vms" | "details">,
  covered: ReadonlySet<string> | undefined,
  runners: Pick<Runners, "isOn">,
): Standing[] {
  const groups = [...bySchedule(runs).values()];
  // What a schedule left behind that is off or gone counts where no other one has run yet.
  const on = groups.filter(([first]) => runners.isOn(first?.scheduleId ?? undefined));
  const canTell = covered !== undefined && canTellParts(job);
  return (on.length > 0 ? on : groups.slice(0, 1)).flatMap((group): Standing[] => {
    const [last] = group;
    if (last === undefined) return [];
    const failed = failureIn(group, { vms, details }, covered);
    const ids = group.map(({ id }) => vms.get(id) ?? []);
    const partial = canTell ? partOf(ids, covered) : undefined;
    return [
      {
        scheduleId: last.scheduleId ?? undefined,
        last,
        ...(failed && { failed }),
        ...(partial && { partial }),
      },
    ];
  });
}

function failureIn(
  group: readonly Run[],
  { vms, details }: Pick<LastRuns, "vms" | "details">,
  covered: ReadonlySet<string> | undefined,
): Standing["failed"] {
  const seen = new Set<string>();
  for (const [at, run] of group.entries()) {
    const named = vms.get(run.id) ?? [];
    if (isFailed(run)) {
      if (at === 0) return { run };
      const own = named.length > 0 ? named : [...(covered ?? [])];
      const known = details.get(run.id);
      const open = own.filter((id) => {
        const outcome = known && outcomeFor(run, known, id);
        return !seen.has(id) && covered?.has(id) !== false && outcome && isBadFor(outcome.status);
      });
      if (open.length > 0) return { run, vms: open };
    }
    // Of metadata, or of an XO that names no VMs: it may have mended what was before.
    else if (named.length === 0) return undefined;
    for (const id of named) seen.add(id);
  }
  return undefined;
}

function isBadFor(status: string): boolean {
  return status !== "success" && status !== "skipped";
}
