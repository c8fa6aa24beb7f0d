import type * as z from "zod";
import { listed, say } from "../sentence.ts";
import { nameOf } from "../estate/name.ts";
import { part } from "../estate/part.ts";
import type { Context } from "../tool.ts";
import { BackupJob } from "../xo/records/backup-job.ts";
import { TimedSchedule } from "../xo/records/schedule.ts";
import { type BackedUpVm, isBackupJob, isOfVms, judgeJobs } from "./jobs.ts";
import { idsOf } from "./pattern.ts";
import { runnersOf } from "./schedules.ts";

const CoveringJob = BackupJob.pick({
  id: true,
  name: true,
  type: true,
  vms: true,
  remotes: true,
  srs: true,
});

/** A backup job, held against VMs. */
export interface Covering {
  id: string;
  name: string;
  /** Whether an enabled schedule runs it. */
  enabled: boolean;
  /** A job may do nothing but snapshots, which are lost with the storage. */
  writes_to: "repositories" | "storages" | "snapshots only";
  /** Ids of the VMs that it covers, of those asked for; none of some jobs. */
  vms: string[];
  /** Ids of the storages that it replicates to. */
  srs: string[];
}

/**
 * All jobs that back up VMs, each with those that it covers of some.
 * @returns nothing, with a warning, where jobs or schedules cannot be read
 */
export async function readCovering(
  context: Context,
  vms: readonly BackedUpVm[],
): Promise<Covering[] | undefined> {
  const { xo, now, warn } = context;
  const read = await part(
    context,
    say`which backup jobs cover its VMs`,
    Promise.all([xo.records("backup-jobs", CoveringJob), xo.records("schedules", TimedSchedule)]),
  );
  if (read === undefined) return undefined;
  const [all, schedules] = read;
  const jobs = all.filter(isBackupJob);
  const { scheduled } = runnersOf(schedules, undefined, undefined, now);
  const { covers } = await judgeJobs(xo, jobs, vms);
  const unsure = jobs.filter((job) => vms.some((vm) => covers(job, vm) === undefined));
  if (unsure.length > 0) {
    warn(
      say`Whether these jobs cover VMs here is unknown, for what may hold credentials is not read: ${listed(unsure.map(({ name }) => name))}.`,
    );
  }
  return jobs.filter(isOfVms).map((job) => ({
    id: job.id,
    name: nameOf({ id: job.id, name_label: job.name }),
    enabled: scheduled.has(job.id),
    writes_to: targetOf(job),
    vms: vms.filter((vm) => covers(job, vm) === true).map(({ id }) => id),
    srs: idsOf(job.srs) ?? [],
  }));
}

function targetOf({ remotes, srs }: z.output<typeof CoveringJob>): Covering["writes_to"] {
  if ((idsOf(remotes) ?? []).length > 0) return "repositories";
  return (idsOf(srs) ?? []).length > 0 ? "storages" : "snapshots only";
}
