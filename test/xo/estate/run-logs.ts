import { canary } from "./canary.ts";
import type { StoredRecord } from "./estate.ts";
import { type JobPlan, REMOTES } from "./jobs.ts";
import type { RunTask } from "./run-tasks.ts";
import { taskId } from "./world.ts";

/** The log of a run, as XO keeps it. */
export function runLog(
  plan: JobPlan,
  start: number,
  fields: Record<string, unknown>,
): StoredRecord {
  return {
    id: String(start),
    jobId: plan.job.id,
    jobName: plan.job.name,
    message: "backup",
    scheduleId: plan.schedule.id,
    start,
    ...fields,
  };
}

const data = { reportWhen: "failure" };

/** A good run without steps; without an end, one that is still going on. */
export function bareLog(plan: JobPlan, start: number, end?: number): StoredRecord {
  const going = { status: "pending", data, tasks: [] };
  return runLog(plan, start, end === undefined ? going : { ...going, status: "success", end });
}

/** No VM matched. */
export function skippedLog(plan: JobPlan, start: number): StoredRecord {
  return runLog(plan, start, {
    status: "skipped",
    data: { mode: plan.job.mode, ...data },
    end: start + 20,
    result: {
      code: 27,
      data: { jobId: plan.job.id, scheduleId: plan.schedule.id },
      message: "no VMs match this pattern",
      name: "XoError",
      stack: "XoError: no VMs match this pattern\n    at executor (/opt/xo/backups)",
    },
  });
}

/** It ended before it knew its VMs (backups-ng/index.mjs): the log has neither them nor steps. */
export function wholeFailedLog(plan: JobPlan, start: number): StoredRecord {
  const message = "couldn't instantiate any remote";
  return runLog(plan, start, {
    status: "failure",
    data: { mode: plan.job.mode, ...data },
    result: { message, name: "Error", stack: `Error: ${message}\n    at executor (/opt/xo)` },
    end: start + 1,
  });
}

/** A good run of a metadata job for one pool. */
export function metadataLog(
  plan: JobPlan,
  start: number,
  poolId: string | undefined,
): StoredRecord {
  const task: RunTask = {
    id: taskId(start, `metadata/${start}`),
    start,
    status: "success",
    end: start + 2000,
    message: `Starting metadata backup for the pool (${poolId}). (${plan.job.id})`,
    // XO keeps the whole records of the pool and its master here, secrets included.
    data: {
      id: poolId,
      type: "pool",
      poolMaster: { license_params: { license_key: canary("run-license") } },
    },
    tasks: [
      {
        id: taskId(start + 10, `metadata/${start}/remote`),
        start: start + 10,
        status: "success",
        end: start + 1900,
        message: `Starting metadata backup for the remote (${REMOTES.good}). (${plan.job.id})`,
        data: { id: REMOTES.good, type: "remote", progress: 100 },
      },
    ],
  };
  return runLog(plan, start, { status: "success", data, tasks: [task], end: start + 2100 });
}
