import type * as z from "zod";
import type { Xo } from "../xo/client.ts";
import { hasOneOf } from "../xo/filter.ts";
import {
  BackupRun,
  BackupRunSteps,
  BackupRunVms,
  type BackupStep,
} from "../xo/records/backup-log.ts";
import { type Failure, failureOf, isBad } from "./failure.ts";

export type Run = z.output<typeof BackupRun>;

/** What became of one VM in a run. */
export interface Outcome {
  id: string;
  /** As the run knew it; the VM may be gone. */
  name?: string | undefined;
  status: string;
  failure?: Failure;
}

/** What a run did. */
export interface RunDetails {
  outcomes: Outcome[];
  byVm: ReadonlyMap<string, Outcome>;
  /** Whether the run says which VMs were its own; one that failed before it began does not. */
  tellsVms: boolean;
  /** Of the run as a whole, when no VM tells it. */
  failure?: Failure | undefined;
}

type Vms = z.output<typeof BackupRunVms>;
type Steps = z.output<typeof BackupRunSteps>;

/** Runs asked for in one request: their ids have to fit into an address. */
const perRequest = 50;

/** VMs whose steps are asked for in one request: some megabytes. */
const vmsPerRequest = 2_000;

/** The same in all requests for one answer. */
const mostVms = 30_000;

/** Newest first: XO has them oldest first, and a limit of its own would keep the oldest. */
export function newestFirst(runs: readonly Run[]): Run[] {
  return runs.toSorted((a, b) => (b.start ?? 0) - (a.start ?? 0));
}

/**
 * What runs did, by their ids. Of a good run only its VMs are asked for, if it names them. The steps
 * of the others are some kilobytes for each VM, so of very large ones only the first are read, and
 * the rest is absent.
 */
export async function readDetails(
  xo: Xo,
  runs: readonly Run[],
  nameOf: (id: string) => string | undefined,
): Promise<Map<string, RunDetails>> {
  const vms = await readParts(
    xo,
    portions(runs, () => 0),
    BackupRunVms,
  );
  const sizes = new Map(vms.map((details) => [details.id, plannedVms(details).length]));
  const sizeOf = ({ id }: Run) => sizes.get(id) ?? 0;
  const open = runs.filter((run) => run.status !== "success" || sizeOf(run) === 0);
  const steps = await readParts(xo, portions(within(open, sizeOf), sizeOf), BackupRunSteps);
  const stepsById = new Map(steps.map((details) => [details.id, details]));
  const vmsById = new Map(vms.map((details) => [details.id, details]));
  return new Map(
    runs.flatMap((run) => {
      const planned = vmsById.get(run.id);
      const done = stepsById.get(run.id);
      if (planned === undefined || (done === undefined && run.status !== "success")) return [];
      return [[run.id, describe(run, planned, done, nameOf)] as const];
    }),
  );
}

async function readParts<R extends z.ZodObject>(
  xo: Xo,
  parts: readonly Run[][],
  record: R,
): Promise<z.output<R>[]> {
  const read = await Promise.all(
    parts.map((part) => {
      const ids = part.map(({ id }) => id);
      return xo.list("backup-logs", record, hasOneOf("id", ids));
    }),
  );
  return read.flat();
}

/** The first runs, as long as they are not too many VMs together; at least one. */
function within(runs: readonly Run[], sizeOf: (run: Run) => number): Run[] {
  let left = mostVms;
  return runs.filter((run, at) => {
    left -= sizeOf(run);
    return at === 0 || left >= 0;
  });
}

function portions(runs: readonly Run[], sizeOf: (run: Run) => number): Run[][] {
  const parts: Run[][] = [];
  let room = 0;
  for (const run of runs) {
    const part = parts.at(-1);
    if (part === undefined || part.length >= perRequest || room < sizeOf(run)) {
      parts.push([run]);
      room = vmsPerRequest - sizeOf(run);
    } else {
      part.push(run);
      room -= sizeOf(run);
    }
  }
  return parts;
}

function describe(
  run: Run,
  vms: Vms,
  { tasks, result }: Partial<Steps> = {},
  nameOf: (id: string) => string | undefined,
): RunDetails {
  const own = (tasks ?? []).filter(isOfOne);
  const steps = Map.groupBy(own, ({ data }) => data?.id ?? "");
  const planned = plannedVms(vms);
  const ids = new Set([...planned, ...steps.keys()]);
  const outcomes = [...ids].map((id) => outcomeOf(id, run, steps.get(id) ?? [], nameOf));
  const byVm = new Map(outcomes.map((outcome) => [outcome.id, outcome]));
  const tellsVms = planned.length > 0 || own.some(({ data }) => data?.type !== "pool");
  if (!isBad(run) || outcomes.some(({ failure }) => failure !== undefined)) {
    return { outcomes, byVm, tellsVms };
  }
  const whole: BackupStep = { status: run.status, result, tasks };
  return { outcomes, byVm, tellsVms, failure: failureOf(whole, nameOf) };
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
  const { byVm, tellsVms, failure } = details;
  const own = byVm.get(vmId);
  if (own !== undefined) {
    const isOpen = own.status !== "success" && own.failure === undefined && failure !== undefined;
    return isOpen ? { ...own, failure } : own;
  }
  // Skipped: no VM matched at that time, so it was not of this job.
  if (tellsVms || !isBad(run) || run.status === "skipped") return undefined;
  return { id: vmId, status: run.status ?? "unknown", ...(failure && { failure }) };
}

function plannedVms({ infos }: Vms): string[] {
  return infos?.find(({ message }) => message === "vms")?.data?.vms ?? [];
}

function outcomeOf(
  id: string,
  run: Run,
  steps: readonly BackupStep[],
  nameOf: (id: string) => string | undefined,
): Outcome {
  // With retries there are several: one good one is enough.
  const step = steps.find(({ status }) => status === "success") ?? steps[0];
  const name = step?.data?.name_label || nameOf(id);
  if (step === undefined)
    return { id, name, status: run.status === "success" ? "success" : "not reached" };
  const status = step.status ?? "unknown";
  return { id, name, status, ...(isBad(step) ? { failure: failureOf(step, nameOf) } : {}) };
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
