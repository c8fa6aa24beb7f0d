import type { Failure } from "./failure.ts";
import { toSecond } from "./describe-job.ts";
import { countOutcomes, groupFailures, outcomeFor, type Run, type RunDetails } from "./runs.ts";

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

/**
 * A run as a person would describe it.
 * @param details nothing where the run was not looked into
 * @param vmId to tell of this VM alone
 */
export function describeRun(
  run: Run,
  details: RunDetails | undefined,
  vmId?: string,
): DescribedRun {
  const { id, jobId, jobName, start, end } = run;
  return {
    id,
    job: jobName ?? undefined,
    job_id: jobId ?? undefined,
    status: wordFor(run.status),
    started_at: toSecond(start),
    ended_at: toSecond(end),
    ...(details && (vmId === undefined ? describeAll(details) : describeOne(run, details, vmId))),
    time: start ?? 0,
  };
}

function wordFor(status: string | null | undefined): string {
  return status === "pending" ? "running" : (status ?? "unknown");
}

function describeAll({ outcomes, failure }: RunDetails) {
  const good = outcomes.filter(({ status }) => status === "success");
  const failures: DescribedFailure[] = groupFailures(outcomes).map(({ group, ...kind }) => ({
    ...kind,
    count: group.length,
    vms: group.slice(0, mostNames.bad).map(nameOf),
  }));
  // Of the run itself, when no VM tells.
  if (failure !== undefined) failures.push(failure);
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
