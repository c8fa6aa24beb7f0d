import type { Failure } from "./failure.ts";
import { toSecond } from "./describe-job.ts";
import { countOutcomes, groupFailures, type Run, type RunDetails } from "./runs.ts";

/** Names in one list; the others are counted. */
const mostNames = { good: 10, bad: 25 };

interface DescribedFailure extends Failure {
  /** How many VMs, and which. */
  count?: number;
  vms?: string[];
}

export interface DescribedRun extends Record<string, unknown> {
  id: string;
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
    ...(details && (vmId === undefined ? describeAll(details) : describeOne(details, vmId))),
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

function describeOne({ outcomes, failure }: RunDetails, vmId: string) {
  const own = outcomes.find(({ id }) => id === vmId);
  const failed = own?.failure ?? (own?.status === "success" ? undefined : failure);
  return {
    vm_status: own && wordFor(own.status),
    failures: failed === undefined ? undefined : [failed],
  };
}

function nameOf({ name, id }: { name?: string | undefined; id: string }): string {
  return name || id;
}
