import { say } from "../sentence.ts";
import { BackupJob } from "../xo/records/backup-job.ts";
import { BackupRun } from "../xo/records/backup-log.ts";
import type { Context } from "../tool.ts";
import { part } from "./part.ts";
import type { Sight } from "../sight/sight.ts";

/** Whose the job is that made a backup: only `gone` and `present` are known to be this XO's. */
export const origins = {
  present: "present",
  gone: "gone",
  foreign: "not in this XO, probably another XO's",
  either: "not in this XO: deleted here, or another XO's",
  unseen: "not seen",
} as const;

export type Origin = keyof typeof origins;

/** What of jobs and their runs tells whose a backup is. */
export interface JobFacts {
  jobs: readonly { id: string }[];
  /** Whether the account sees all jobs. */
  seesJobs: boolean;
  /** Nothing where they could not be read. */
  runs: readonly JobRun[] | undefined;
}

interface JobRun {
  jobId?: string | null | undefined;
  /** Unix milliseconds. */
  start?: number | null | undefined;
}

/**
 * Tells whose a job is by its id, and by when a backup of it was made, in Unix milliseconds. Another
 * XO may write to the same repository, and back up VMs of the same pool. XO keeps the line of each run
 * after it has forgotten the rest, so a job that was deleted here has left some.
 */
export function originsOf({ jobs, seesJobs, runs = [] }: JobFacts) {
  const present = new Set(jobs.map(({ id }) => id));
  const ran = new Set(runs.map(({ jobId }) => jobId));
  const oldest = Math.min(...runs.map(({ start }) => start ?? Infinity));
  return (jobId: string | null | undefined, at: number | null | undefined): Origin => {
    if (jobId && present.has(jobId)) return "present";
    if (jobId && ran.has(jobId)) return seesJobs ? "gone" : "unseen";
    if (!seesJobs) return "unseen";
    return jobId && at && oldest < at ? "foreign" : "either";
  };
}

export type OriginOf = ReturnType<typeof originsOf>;

const JobId = BackupJob.pick({ id: true });

/** The same from XO. */
export async function readOrigins(context: Context, sight: Sight): Promise<OriginOf> {
  const reading = Promise.all([
    context.xo.records("backup-jobs", JobId),
    context.xo.records("backup-logs", BackupRun),
  ]);
  const read = await part(context, say`whose backup jobs are not in this XO`, reading);
  const [jobs, runs] = read ?? [[], undefined];
  return originsOf({ jobs, runs, seesJobs: read !== undefined && sight.whole("backup-jobs") });
}
