import { listed, say } from "../sentence.ts";
import { part } from "../estate/part.ts";
import { isReplica } from "../estate/replicas.ts";
import { isTemporary } from "../estate/temporary-vms.ts";
import type { Context } from "../tool.ts";
import { BackupJob } from "../xo/records/backup-job.ts";
import { BackupRun } from "../xo/records/backup-log.ts";
import { TimedSchedule } from "../xo/records/schedule.ts";
import { type Protection, protectionOf } from "./coverage.ts";
import { type BackedUpVm, isBackupJob, isOfVms, judgeJobs } from "./jobs.ts";
import { newestFirst } from "./runs.ts";
import { runnersOf } from "./schedules.ts";

/** What tells how a VM is backed up. */
export const statusNeeds = ["backup-jobs", "schedules", "backup-logs"] as const;

/** Reads that, with how much of it the account sees. */
export async function readBackups(context: Context) {
  const { xo, now } = context;
  const [all, schedules, runs, sight] = await Promise.all([
    xo.records("backup-jobs", BackupJob),
    xo.records("schedules", TimedSchedule),
    part(context, say`how runs ended`, xo.records("backup-logs", BackupRun)),
    context.sight(),
  ]);
  const backupJobs = all.filter(isBackupJob);
  const known = sight.whole("backup-jobs") ? backupJobs : undefined;
  return {
    jobs: backupJobs.filter(isOfVms),
    runners: runnersOf(schedules, known, runs, now),
    runs: runs && newestFirst(runs),
    seesJobs: sight.whole("backup-jobs") && sight.whole("schedules"),
    seesRuns: sight.whole("backup-logs"),
  };
}

type Backups = Awaited<ReturnType<typeof readBackups>>;

/** How VMs are protected, and which of those asked about are none of their own. */
export interface Protections {
  protections: Protection[];
  /** Made by replication. */
  copies: BackedUpVm[];
  /** How many XO is importing or checking. */
  temporary: number;
}

/**
 * How some VMs are protected, with warnings of what that leaves open.
 * @param oldest Unix milliseconds: a good run before that is too old
 */
export async function readProtections(
  context: Context,
  backups: Backups,
  vms: readonly BackedUpVm[],
  oldest: number,
): Promise<Protections> {
  const { xo, now, warn } = context;
  const own = vms.filter((each) => !isReplica(each) && !isTemporary(each));
  const { protections, cutShort } = await protectionOf(
    xo,
    { ...backups, candidates: await judgeJobs(xo, backups.jobs, own) },
    backups.runs,
    { now, oldest, seesJobs: backups.seesJobs, seesRuns: backups.seesRuns },
  );
  if (cutShort > 0) {
    warn(
      say`Of ${cutShort} VMs only the newest runs were looked at: older ones may have been good.`,
    );
  }
  warnOfRunsWithoutSchedule(context, backups, oldest);
  const copies = vms.filter(isReplica);
  return { protections, copies, temporary: vms.length - copies.length - own.length };
}

/** What runs all the same may be run by hand, or by a sequence of schedules, which XO's API does not show. */
function warnOfRunsWithoutSchedule(
  { warn }: Context,
  { jobs, runners, runs }: Backups,
  oldest: number,
): void {
  const names = jobs.flatMap(({ id, name }) =>
    !runners.scheduled.has(id) &&
    runs?.some(({ jobId, start }) => jobId === id && (start ?? 0) >= oldest)
      ? [name]
      : [],
  );
  if (names.length === 0) return;
  warn(
    say`Without an enabled schedule, but run lately, by hand or in a sequence (which XO's API does not show): ${listed(names)}.`,
  );
}
