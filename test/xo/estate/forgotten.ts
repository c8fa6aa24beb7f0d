import type { StoredRecord } from "./estate.ts";
import { uuidOf } from "./random.ts";
import { DAY } from "./world.ts";

/** How long XO keeps what became of the VMs of a run, in milliseconds. */
export const KEPT_MS = 31 * DAY * 1000;

/**
 * Takes from old runs what XO takes from them when it starts: their steps and the list of their VMs
 * lie in the log of tasks, which is cleaned by age; the run's own line stays, and reads good unless it
 * has an error of its own or was interrupted (mixins/Tasks.mjs, xo-mixins/backups-ng-logs.mjs).
 */
export function forget(logs: readonly StoredRecord[], now: number): void {
  for (const log of logs) {
    if (Number(log["end"] ?? log["start"]) >= now - KEPT_MS || log["status"] === "pending")
      continue;
    delete log["infos"];
    delete log["tasks"];
    if (log["status"] === "failure" && log["result"] === undefined) log["status"] = "success";
  }
}

/** The last run of a job that was deleted since: its line is what shows that it was this XO's. */
export function retiredRun(now: number): StoredRecord {
  const start = now - 70 * DAY * 1000 - 3_600_000;
  return {
    id: String(start),
    jobId: uuidOf("job/retired"),
    jobName: "retired",
    message: "backup",
    scheduleId: uuidOf("schedule/retired"),
    start,
    end: start + 7_200_000,
    status: "success",
  };
}
