import type { Estate, StoredRecord } from "../estate.ts";
import { REMOTES } from "../jobs.ts";
import { isType } from "../records.ts";
import type { RunTask } from "../run-tasks.ts";
import { HOUR } from "../world.ts";

const HOUR_MS = HOUR * 1000;

type Result = Record<string, unknown>;

/** The runs of a job, oldest first. */
export function runsOf(estate: Estate, job: StoredRecord): StoredRecord[] {
  return estate.backupLogs.filter(({ jobId }) => jobId === job.id);
}

/** The newest run of a job that ended. */
export function lastRunOf(estate: Estate, job: StoredRecord): StoredRecord {
  const found = runsOf(estate, job).findLast(({ status }) => status !== "pending");
  if (found === undefined) throw new Error("the job has no run");
  return found;
}

/** The VMs that a run names. */
export function vmsOf({ infos }: StoredRecord): string[] {
  const text = JSON.stringify(infos ?? []);
  return [...text.matchAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g)].map(([id]) => id);
}

export function step(
  message: string,
  status: RunTask["status"],
  more: Partial<RunTask> = {},
): RunTask {
  return { id: `${message}-${status}`, message, start: 0, end: 900, status, ...more };
}

export const failed = (message: string, result: Result) => step(message, "failure", { result });

export function vmStep(
  estate: Estate,
  id: string,
  status: RunTask["status"],
  tasks: RunTask[],
): RunTask {
  const vm = estate.objects.get(id);
  const name_label = isType(vm, "VM") ? vm.name_label : id;
  return step("backup VM", status, { id: `vm-${id}`, data: { id, type: "VM", name_label }, tasks });
}

export function exportTo(
  remote: string,
  status: RunTask["status"],
  tasks: RunTask[],
  more = {},
): RunTask {
  return step("export", status, { data: { id: remote, type: "remote" }, tasks, ...more });
}

export const copied = step("transfer", "success", { result: { size: 9e9 } });

/** A run with these steps, or none, put where it belongs. */
export function setRun(
  run: StoredRecord,
  status: string,
  tasks: RunTask[],
  more = {},
): StoredRecord {
  delete run["result"];
  return Object.assign(run, { status, tasks, ...more });
}

/** A good run of all the VMs that it names. */
export function makeGood(estate: Estate, run: StoredRecord): void {
  const tasks = vmsOf(run).map((id) =>
    vmStep(estate, id, "success", [exportTo(REMOTES.good, "success", [copied])]),
  );
  setRun(run, "success", tasks, { end: Number(run["start"]) + HOUR_MS });
}

/** One more run like another, so many hours later, of some VMs. */
export function addRun(
  estate: Estate,
  like: StoredRecord,
  hours: number,
  vms: string[],
): StoredRecord {
  const start = Number(like["start"]) + hours * HOUR_MS;
  const infos = [{ message: "vms", data: { vms } }];
  const run = { ...like, id: String(start), start, end: start + 60_000, infos };
  estate.backupLogs.push(run);
  estate.backupLogs.sort((a, b) => Number(a["start"]) - Number(b["start"]));
  return run;
}
