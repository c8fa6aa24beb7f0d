import type * as z from "zod";
import { isBackupJob } from "../backup/jobs.ts";
import { type LastRuns, readLastRuns } from "../backup/last-runs.ts";
import { newestFirst, unnamed } from "../backup/runs.ts";
import { readListed } from "../backup/listed-repositories.ts";
import { readRepositorySpace } from "../backup/repository-space.ts";
import { readLinks } from "../estate/multipath.ts";
import type { Xo } from "../xo/client.ts";
import type { Filter } from "../xo/filter.ts";
import { BackupJob } from "../xo/records/backup-job.ts";
import { BackupRun } from "../xo/records/backup-log.ts";
import type { Scope } from "./listed.ts";

/** What is read in a way of its own. */
interface Made<T> {
  scope: Scope;
  read(xo: Xo, inPool: Filter | undefined): Promise<T>;
  /** What there is of it before it is read, and where it cannot be. */
  none: NoInfer<T>;
}

function inOwnWay<T>(source: Made<T>): Made<T> {
  return source;
}

const JobRecord = BackupJob.omit({ mode: true, pools: true, xoMetadata: true });

async function readJobs(xo: Xo): Promise<z.output<typeof JobRecord>[]> {
  return (await xo.records("backup-jobs", JobRecord)).filter(isBackupJob);
}

async function readNewest(xo: Xo): Promise<LastRuns> {
  const [jobs, runs] = await Promise.all([readJobs(xo), xo.records("backup-logs", BackupRun)]);
  return readLastRuns(xo, newestFirst(runs), { ...unnamed, now: Date.now() }, jobs);
}

/** The others, by what a rule asks for. */
export const made = {
  // Of repositories in doubt alone: which of them XO lists now.
  "backup-archives": inOwnWay({ scope: "xo", read: readListed, none: [] }),
  "backup-jobs": inOwnWay({ scope: "xo", read: readJobs, none: [] }),
  // No collection: one part of it is read.
  dashboard: inOwnWay({ scope: "xo", read: readRepositorySpace, none: [] }),
  // Of the runs that the rest reads: what the newest of each schedule had to do.
  "last-runs": inOwnWay({
    scope: "xo",
    read: readNewest,
    none: { vms: new Map(), details: new Map(), written: new Map() },
  }),
  pbds: inOwnWay({ scope: "pool", read: readLinks, none: [] }),
};
