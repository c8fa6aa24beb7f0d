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
import { newestFirst, type Run } from "../../backup/runs.ts";
import type { Schedule } from "../../backup/schedules.ts";
import { BackupJob } from "../../xo/records/backup-job.ts";
import { BackupRun } from "../../xo/records/backup-log.ts";
import { TimedSchedule } from "../../xo/records/schedule.ts";
import type { Collection } from "../../xo/routes.ts";
import { fact } from "../fact.ts";

const Named = z.object({ id: z.string(), name: z.string().nullish() });

/** The names of what has a `name` and no `name_label`, by id. */
function namesOf(collection: Collection) {
  return fact([collection], async ({ xo }) => {
    const named = await xo.list(collection, Named);
    return new Map(named.map(({ id, name }) => [id, name]));
  });
}

export const jobNames = namesOf("backup-jobs");
export const scheduleNames = namesOf("schedules");
export const repositoryNames = namesOf("backup-repositories");
export const proxyNames = namesOf("proxies");

/** Jobs and what runs them. */
export const backups = fact(statusNeeds, readBackups);

interface VmBackups {
  /** Of VMs of their own: neither replicas nor what XO makes for the moment. */
  byVm: ReadonlyMap<string, Protection>;
  seesJobs: boolean;
  seesRuns: boolean;
}

/** How each VM is protected, as get_backup_coverage tells. */
export const protections = fact(statusNeeds, async (context): Promise<VmBackups> => {
  const [read, vms] = await Promise.all([backups.in(context), context.xo.list("vms", BackedUpVm)]);
  const oldest = context.now - usualMaxAgeHours * 3_600_000;
  const { protections: all } = await readProtections(context, read, vms, oldest);
  const { seesJobs, seesRuns } = read;
  return { byVm: new Map(all.map((each) => [each.vm.id, each])), seesJobs, seesRuns };
});

/** Which VMs each job covers now. */
export interface Coverings {
  jobs: readonly Job[];
  candidates: Candidates;
  /** Of each job of VMs, by its id: none where some VMs may be hidden. */
  counts: ReadonlyMap<string, { covered: number | undefined; leftOut: number; gone: number }>;
}

export const coverings = fact(["backup-jobs", "vms"], async (context): Promise<Coverings> => {
  const { xo } = context;
  const [all, vms, sight] = await Promise.all([
    xo.list("backup-jobs", BackupJob),
    xo.list("vms", BackedUpVm),
    context.sight(),
  ]);
  const jobs = all.filter(isBackupJob);
  const candidates = await judgeJobs(xo, jobs, vms);
  const counted = sight.whole("vms") ? jobs.filter(isOfVms) : [];
  return {
    jobs,
    candidates,
    counts: new Map(counted.map((job) => [job.id, countsOf(job, candidates)])),
  };
});

function countsOf(job: Job, { vms, covers, misses }: Candidates) {
  const verdicts = vms.map((vm) => covers(job, vm));
  const present = new Set(vms.map(({ id }) => id));
  return {
    // Some patterns look at what may be secret, and is not read.
    covered: verdicts.includes(undefined) ? undefined : verdicts.filter(Boolean).length,
    leftOut: vms.filter((vm) => misses(job, vm)?.tag !== undefined).length,
    gone: (idsOf(job.vms) ?? []).filter((id) => !present.has(id)).length,
  };
}

/** The schedules of each job, by its id; nothing where some may be hidden. */
export const schedulesByJob = fact(
  ["schedules"],
  async (context): Promise<ReadonlyMap<string, Schedule[]> | undefined> => {
    const [schedules, sight] = await Promise.all([
      context.xo.list("schedules", TimedSchedule),
      context.sight(),
    ]);
    if (!sight.whole("schedules")) return undefined;
    return Map.groupBy(schedules, ({ jobId }) => jobId ?? "");
  },
);

/** All runs, newest first. */
export const runs = fact(["backup-logs"], async ({ xo }) =>
  newestFirst(await xo.list("backup-logs", BackupRun)),
);

/** The runs of each job, by its id, newest first; nothing where some may be hidden. */
export const runsByJob = fact(
  ["backup-logs"],
  async (context): Promise<ReadonlyMap<string, Run[]> | undefined> => {
    const [all, sight] = await Promise.all([runs.in(context), context.sight()]);
    return sight.whole("backup-logs") ? Map.groupBy(all, ({ jobId }) => jobId ?? "") : undefined;
  },
);

/** When each enabled schedule runs next, by its id. */
export const nextRuns = fact(["schedules"], async ({ xo, now }) => {
  const schedules = await xo.list("schedules", TimedSchedule);
  const enabled = schedules.filter((schedule) => schedule.enabled === true);
  const times = enabled.map(async (each) => [each.id, await nextRun(each, now)] as const);
  return new Map(await Promise.all(times));
});
