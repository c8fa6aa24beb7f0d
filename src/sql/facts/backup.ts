import * as z from "zod";
import { type Protection, usualMaxAgeHours } from "../../backup/coverage.ts";
import {
  BackedUpVm,
  type Candidates,
  isBackupJob,
  isOfVms,
  type Job,
  judgeJobs,
} from "../../backup/jobs.ts";
import { idsOf } from "../../backup/pattern.ts";
import { readBackups, readProtections, statusNeeds } from "../../backup/read-protections.ts";
import { nextRun } from "../../backup/next-run.ts";
import { newestFirst } from "../../backup/runs.ts";
import { BackupJob } from "../../xo/records/backup-job.ts";
import { BackupRun } from "../../xo/records/backup-log.ts";
import { TimedSchedule } from "../../xo/records/schedule.ts";
import type { Collection } from "../../xo/routes.ts";
import { fact } from "../fact.ts";

const Named = z.object({ id: z.string(), name: z.string().nullish() });

/** The names of what has a `name` and no `name_label`, by id. */
function namesOf(collection: Collection) {
  return fact([collection], async ({ xo }) => {
    const named = await xo.records(collection, Named);
    return new Map(named.map(({ id, name }) => [id, name]));
  });
}

export const jobNames = namesOf("backup-jobs");
export const scheduleNames = namesOf("schedules");
export const repositoryNames = namesOf("backup-repositories");
export const proxyNames = namesOf("proxies");

/** Jobs and what runs them. */
export const backups = fact(statusNeeds, readBackups);

/**
 * How each VM is protected, as get_backup_coverage tells: VMs of their own, neither replicas nor what
 * XO makes for the moment.
 */
export const protections = fact(
  statusNeeds,
  async (context): Promise<ReadonlyMap<string, Protection>> => {
    const [read, vms] = await Promise.all([
      backups.in(context),
      context.xo.records("vms", BackedUpVm),
    ]);
    const oldest = context.now - usualMaxAgeHours * 3_600_000;
    const { protections: all } = await readProtections(context, read, vms, oldest);
    return new Map(all.map((each) => [each.vm.id, each]));
  },
);

/** The same for what no schedule tells. */
export const lastGoods = fact(["backup-jobs", "backup-logs"], (context) => protections.in(context));
/** And for what jobs alone tell. */
export const covering = fact(["backup-jobs"], (context) => protections.in(context));

/** Which VMs each job covers now. */
export interface Coverings {
  jobs: readonly Job[];
  candidates: Candidates;
}

export const coverings = fact(["backup-jobs", "vms"], async ({ xo }): Promise<Coverings> => {
  const [all, vms] = await Promise.all([
    xo.records("backup-jobs", BackupJob),
    xo.records("vms", BackedUpVm),
  ]);
  const jobs = all.filter(isBackupJob);
  return { jobs, candidates: await judgeJobs(xo, jobs, vms) };
});

/** How many VMs each job of VMs is for, by its id: of a job that is seen the VMs alone may be hidden. */
export const coverCounts = fact(["vms"], async (context) => {
  const { jobs, candidates } = await coverings.in(context);
  return new Map(jobs.filter(isOfVms).map((job) => [job.id, countsOf(job, candidates)]));
});

function countsOf(job: Job, { vms, covers, misses }: Candidates) {
  const verdicts = vms.map((vm) => covers(job, vm));
  const present = new Set(vms.map(({ id }) => id));
  return {
    // Some patterns look at what may be secret, and is not read.
    covered: verdicts.includes(undefined) ? undefined : verdicts.filter(Boolean).length,
    leftOut: vms.filter((vm) => misses(job, vm)?.tag !== undefined).length,
    missing: (idsOf(job.vms) ?? []).filter((id) => !present.has(id)).length,
  };
}

/** All runs, newest first. */
export const runs = fact(["backup-logs"], async ({ xo }) =>
  newestFirst(await xo.records("backup-logs", BackupRun)),
);

/** The runs of each job, by its id, newest first. */
export const runsByJob = fact(["backup-logs"], async (context) =>
  Map.groupBy(await runs.in(context), ({ jobId }) => jobId ?? ""),
);

/** When each enabled schedule runs next. */
export const nextRuns = fact(["schedules"], async ({ xo, now }) => {
  const schedules = await xo.records("schedules", TimedSchedule);
  const enabled = schedules.filter((schedule) => schedule.enabled === true);
  const times = await Promise.all(enabled.map((each) => nextRun(each, now)));
  const next = enabled.map(({ id, jobId }, at) => ({ id, jobId, at: times[at] }));
  return {
    bySchedule: new Map(next.map(({ id, at }) => [id, at])),
    byJob: Map.groupBy(next, ({ jobId }) => jobId ?? ""),
  };
});
