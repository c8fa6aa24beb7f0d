import type * as z from "zod";
import type { Xo } from "../xo/client.ts";
import { hasOneOf } from "../xo/filter.ts";
import { BackupRunSteps, BackupRunVms } from "../xo/records/backup-log.ts";
import { detailsOf, type Facts, type Run, type RunDetails } from "./runs.ts";

/** Runs asked for in one request: their ids have to fit into an address. */
const perRequest = 50;

/** VMs whose steps are asked for in one request: some megabytes. */
const vmsPerRequest = 2_000;

/** The same in all requests for one answer. */
const mostVms = 30_000;

/**
 * What runs did, by their ids. Of a good run only its VMs are asked for, if it names them. The steps
 * of the others are some kilobytes for each VM, so of very large ones only the first are read, and
 * the rest is absent.
 * @param steps "all" to read those of good runs as well, after the others: they tell times and sizes
 */
export async function readDetails(
  xo: Xo,
  runs: readonly Run[],
  facts: Facts,
  steps: "needed" | "all" = "needed",
): Promise<Map<string, RunDetails>> {
  const vms = await readVms(xo, runs);
  const sizeOf = ({ id }: Run) => vms.get(id)?.length ?? 0;
  const isMirror = ({ jobId }: Run) => facts.isMirror(jobId ?? "");
  const open = runs.filter((run) => run.status !== "success" || sizeOf(run) === 0 || isMirror(run));
  const good = steps === "all" ? runs.filter((run) => !open.includes(run)) : [];
  const read = within([...open, ...good], sizeOf);
  const done = await readParts(xo, portions(read, sizeOf), BackupRunSteps);
  const stepsById = new Map(done.map((details) => [details.id, details]));
  return new Map(
    runs.flatMap((run) => {
      const planned = vms.get(run.id);
      const own = stepsById.get(run.id);
      const isTold = run.status === "success" && !isMirror(run);
      if (planned === undefined || (own === undefined && !isTold)) return [];
      return [[run.id, detailsOf(run, planned, own, facts)] as const];
    }),
  );
}

/** The VMs that runs name, by their ids: none of one that names none, nothing of one that is gone. */
export async function readVms(xo: Xo, runs: readonly Run[]): Promise<Map<string, string[]>> {
  const read = await readParts(
    xo,
    portions(runs, () => 0),
    BackupRunVms,
  );
  return new Map(read.map((details) => [details.id, plannedVms(details)]));
}

async function readParts<R extends z.ZodObject>(
  xo: Xo,
  parts: readonly Run[][],
  record: R,
): Promise<z.output<R>[]> {
  const read = await Promise.all(
    parts.map((part) => {
      const ids = part.map(({ id }) => id);
      return xo.records("backup-logs", record, hasOneOf("id", ids));
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

function plannedVms({ infos }: z.output<typeof BackupRunVms>): string[] {
  return infos?.find(({ message }) => message === "vms")?.data?.vms ?? [];
}
