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
 * What runs did, by their ids. Of a good run only its VMs are asked for. The steps of the others are
 * some kilobytes for each VM, so of very large ones only the first are read, and the rest is absent.
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
  const bad = runs.filter(({ status }) => status !== "success");
  const steps = await readParts(xo, portions(within(bad, sizeOf), sizeOf), BackupRunSteps);
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
  const steps = Map.groupBy(tasks ?? [], ({ data }) => data?.id ?? "");
  const own = tasks?.filter(({ data }) => data?.id && data.type !== "remote") ?? [];
  const ids = new Set([...plannedVms(vms), ...own.flatMap(({ data }) => data?.id ?? [])]);
  const outcomes = [...ids].map((id) => outcomeOf(id, run, steps.get(id) ?? [], nameOf));
  if (!isBad(run) || outcomes.some(({ failure }) => failure !== undefined)) return { outcomes };
  const whole: BackupStep = { status: run.status, result, tasks };
  return { outcomes, failure: failureOf(whole, nameOf) };
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
  const name = step?.data?.name_label ?? nameOf(id);
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
