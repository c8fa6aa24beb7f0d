import type * as z from "zod";
import type { BackupRun, BackupRunSteps, BackupStep } from "../xo/records/backup-log.ts";
import { type Failure, failureOf, hasCopied, isBad } from "./failure.ts";
import { type Work, workOf } from "./work.ts";

export type Run = z.output<typeof BackupRun>;

/** What became of one VM in a run. */
export interface Outcome {
  id: string;
  /** As the run knew it; the VM may be gone. */
  name?: string | undefined;
  /**
   * XO's own words, or ours: `not reached` before the run was stopped, and in mirrors `not begun` and
   * `nothing copied`.
   */
  status: string;
  failure?: Failure;
  /** Whether it is a pool, of a metadata job. */
  isPool?: boolean;
  /** Where its steps were read. */
  work?: Work;
}

/** What a run did. */
export interface RunDetails {
  outcomes: Outcome[];
  byVm: ReadonlyMap<string, Outcome>;
  /** Whether the run says which VMs were its own; one that failed before it began does not. */
  tellsVms: boolean;
  /** Whether XO keeps its line alone, from which nothing follows for a VM. */
  isForgotten: boolean;
  /** Of the run itself, beside its VMs. */
  failure?: Failure | undefined;
}

/**
 * How long XO keeps the VMs and steps of runs, in milliseconds: when it starts it removes those that
 * ended before. What is left of a run whose VMs failed reads success (mixins/Tasks.mjs, backups-ng-logs.mjs).
 */
const keptFor = 31 * 86_400_000;

export function isOlderThanKept({ start, end }: Run, now: number): boolean {
  return (end ?? start ?? now) < now - keptFor;
}

/** What runs are looked into with. */
export interface Facts {
  /** Of VMs, repositories and storages. */
  nameOf(id: string): string | undefined;
  /**
   * Whether a job is a mirror. Its runs name all VMs of the source, make a step for those alone that
   * have backups of its mode there, and copy what is not in the target yet (VmsRemote.mjs).
   */
  isMirror(jobId: string): boolean;
  /** Unix milliseconds. */
  now: number;
}

/** Where names are not shown and mirrors do not matter. */
export const unnamed = { nameOf: () => undefined, isMirror: () => false };

type Steps = z.output<typeof BackupRunSteps>;

/** Newest first: XO has them oldest first, and a limit of its own would keep the oldest. */
export function newestFirst(runs: readonly Run[]): Run[] {
  return runs.toSorted((a, b) => (b.start ?? 0) - (a.start ?? 0));
}

/** What a run did, by the VMs that it names and by its steps. */
export function detailsOf(
  run: Run,
  planned: readonly string[],
  { tasks, result }: Partial<Steps> = {},
  facts: Facts,
): RunDetails {
  const all = tasks ?? [];
  const own = all.filter(isOfOne);
  const steps = Map.groupBy(own, ({ data }) => data?.id ?? "");
  const others = all.filter((step) => !isOfOne(step));
  const whole: BackupStep = { status: run.status, result, tasks: others };
  const failure = isBad(run) ? failureOf(whole, facts.nameOf, Boolean(run.proxyId)) : undefined;
  const isOwn = Boolean(result?.message || result?.code) || others.some(isBad);
  const ofRest = isOwn || run.status === "interrupted" ? failure : undefined;
  const ids = new Set([...planned, ...steps.keys()]);
  const outcomes = [...ids].map((id) => outcomeOf(id, run, steps.get(id) ?? [], facts, ofRest));
  return {
    outcomes,
    byVm: new Map(outcomes.map((outcome) => [outcome.id, outcome])),
    isForgotten: ids.size === 0 && tasks?.length !== 0 && isOlderThanKept(run, facts.now),
    tellsVms: planned.length > 0 || own.some(({ data }) => data?.type !== "pool"),
    failure: isOwn || !outcomes.some((each) => each.failure !== undefined) ? failure : undefined,
  };
}

/** Whether a step is one VM's, or one pool's of a metadata job: not a target's, nor a search for one. */
function isOfOne({ data, message }: BackupStep): boolean {
  if (!data?.id || data.type === "remote" || data.type === "SR") return false;
  return data.type !== "pool" || message !== "missing pool";
}

/**
 * What a run came to for a VM of its job. One that failed as a whole failed for all of them; one that
 * names other VMs was not for it; of one without steps XO tells nothing, whatever its status.
 */
export function outcomeFor(run: Run, details: RunDetails, vmId: string): Outcome | undefined {
  const { byVm, isForgotten, tellsVms, failure } = details;
  const own = byVm.get(vmId);
  if (own !== undefined) return own;
  // Skipped: no VM matched at that time, so it was not of this job.
  if (tellsVms || !isBad(run) || run.status === "skipped") return undefined;
  if (isForgotten && run.status === "interrupted") return undefined;
  return { id: vmId, status: run.status ?? "unknown", ...(failure && { failure }) };
}

function outcomeOf(
  id: string,
  run: Run,
  steps: readonly BackupStep[],
  { nameOf, isMirror }: Facts,
  ofRun: Failure | undefined,
): Outcome {
  // With retries there are several: one good one is enough.
  const step = steps.find(({ status }) => status === "success") ?? steps[0];
  const name = step?.data?.name_label || nameOf(id);
  const isPool = step?.data?.type === "pool";
  const mirrored = isMirror(run.jobId ?? "");
  if (step === undefined) {
    if (run.status === "success") return { id, name, status: mirrored ? "not begun" : "success" };
    return { id, name, status: "not reached", ...(ofRun && { failure: ofRun }) };
  }
  const own = { id, name, work: workOf(step), ...(isPool && { isPool }) };
  // What was going on when XO, or its worker, was stopped stays so in its log.
  const isStopped = isBad(run) && step.status === "pending";
  const ended = isStopped ? { ...step, status: "interrupted" } : step;
  const status = ended.status ?? "unknown";
  if (mirrored && status === "success" && !hasCopied(step)) {
    return { ...own, status: "nothing copied" };
  }
  const proxied = Boolean(run.proxyId);
  const told = isBad(ended) ? failureOf(ended, nameOf, proxied) : undefined;
  const failure = isStopped && run.status !== "interrupted" ? ofRun : told;
  return { ...own, status, ...(failure && { failure }) };
}

/** How a run or a VM in it stands, in our words. */
export function wordFor(status: string | null | undefined): string {
  return status === "pending" ? "running" : (status ?? "unknown");
}

/** How many VMs came to what. */
export function countOutcomes(outcomes: readonly Outcome[]): Record<string, number> {
  const groups = Map.groupBy(outcomes, ({ status }) => status);
  return Object.fromEntries([...groups].map(([status, group]) => [status, group.length]));
}

/** Failures of the same kind together, those with most VMs first. */
export function groupFailures(outcomes: readonly Outcome[]) {
  const failed = outcomes.flatMap(({ failure, ...outcome }) =>
    failure === undefined ? [] : [{ ...outcome, failure }],
  );
  const groups = Map.groupBy(failed, ({ failure }) => `${failure.class} ${failure.reason}`);
  return [...groups.values()]
    .flatMap((group) => {
      const [first] = group;
      return first === undefined ? [] : [{ ...first.failure, group }];
    })
    .toSorted((a, b) => b.group.length - a.group.length);
}
