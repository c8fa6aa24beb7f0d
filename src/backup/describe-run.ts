import { toSecond } from "../time.ts";
import type { Failure } from "./failure.ts";
import { forgottenWords } from "./describe-job.ts";
import { inWords, type Part } from "./partial-runs.ts";
import {
  countOutcomes,
  groupFailures,
  outcomeFor,
  type Run,
  type RunDetails,
  wordFor,
} from "./runs.ts";

/** Names in one list; the others are counted. */
const mostNames = { good: 10, bad: 25 };

interface DescribedFailure extends Failure {
  /** How many VMs, and which. */
  count?: number;
  vms?: string[];
}

export interface DescribedRun extends Record<string, unknown> {
  id: string;
  job?: string | undefined;
  started_at?: string | undefined;
  status: string;
  /** What became of the one VM that was asked for. */
  vm_status?: string | undefined;
  failures?: DescribedFailure[] | undefined;
}

/** What a run is described with. */
export interface RunFacts {
  /** Nothing where the run was not looked into. */
  details?: RunDetails | undefined;
  /** To tell of this VM alone. */
  vmId?: string | undefined;
  part?: Part | undefined;
}

/** A run as a person would describe it. */
export function describeRun(run: Run, { details, vmId, part }: RunFacts = {}): DescribedRun {
  const { id, jobId, jobName, start, end } = run;
  const notes = details === undefined ? [] : notesOf(run, details);
  return {
    id,
    job: jobName ?? undefined,
    job_id: jobId ?? undefined,
    status: wordFor(run.status),
    started_at: toSecond(start),
    ended_at: toSecond(end),
    partial: part && inWords(part),
    notes: notes.length === 0 ? undefined : notes,
    ...(details && (vmId === undefined ? describeAll(details) : describeOne(run, details, vmId))),
    time: start ?? 0,
  };
}

function notesOf(run: Run, { outcomes, isForgotten }: RunDetails): string[] {
  return [
    ...(run.status === "interrupted" && run.proxyId
      ? ["XO lost sight of it, it may go on or have ended on its proxy"]
      : []),
    ...(outcomes.some(({ status }) => status === "not begun")
      ? [
          "Not begun: the source had nothing of this job's mode for these VMs, or could not be listed for them",
        ]
      : []),
    ...(isForgotten && run.status === "success" ? [forgottenWords] : []),
  ];
}

function describeAll({ outcomes, failure }: RunDetails) {
  const good = outcomes.filter(({ status }) => status === "success");
  const failures: DescribedFailure[] = groupFailures(outcomes).map(({ group, ...kind }) => ({
    ...kind,
    count: group.length,
    vms: group.slice(0, mostNames.bad).map(nameOf),
  }));
  // Of the run itself, where no VM tells the same.
  if (failure !== undefined && !failures.some((each) => each.reason === failure.reason)) {
    failures.push(failure);
  }
  return {
    outcomes: outcomes.length === 0 ? undefined : countOutcomes(outcomes),
    succeeded: good.length === 0 || good.length > mostNames.good ? undefined : good.map(nameOf),
    failures: failures.length === 0 ? undefined : failures,
  };
}

function describeOne(run: Run, details: RunDetails, vmId: string) {
  const own = outcomeFor(run, details, vmId);
  return {
    vm_status: own && wordFor(own.status),
    failures: own?.failure === undefined ? undefined : [own.failure],
  };
}

/** The same failure of one job in several runs. */
export interface Repeated extends Record<string, unknown> {
  job: string | undefined;
  class: Failure["class"];
  reason: string;
  runs: number;
  first: string | undefined;
  last: string | undefined;
}

/** Failures that came again, those of most runs first. */
export function repeatedIn(runs: readonly DescribedRun[]): Repeated[] {
  const all = runs.flatMap((run) => run.failures?.map((failure) => ({ run, failure })) ?? []);
  const groups = Map.groupBy(all, ({ run, failure }) =>
    JSON.stringify([run["job_id"], failure.class, failure.reason]),
  );
  return [...groups.values()]
    .flatMap((group) => {
      const starts = group.map(({ run }) => run.started_at ?? "").toSorted();
      const [one] = group;
      if (one === undefined || group.length < 2) return [];
      const { class: kind, reason } = one.failure;
      return [
        {
          job: one.run.job,
          class: kind,
          reason,
          runs: group.length,
          first: starts[0],
          last: starts.at(-1),
        },
      ];
    })
    .toSorted((a, b) => b.runs - a.runs);
}

function nameOf({ name, id }: { name?: string | undefined; id: string }): string {
  return name || id;
}
