import * as z from "zod";
import { listed, quoted, say } from "../sentence.ts";
import { describeJob, type JobFacts } from "../backup/describe-job.ts";
import { BackedUpVm, isBackupJob, judgeJobs, noBakTag } from "../backup/jobs.ts";
import { readLastRuns } from "../backup/last-runs.ts";
import { namesOf, repositoriesOf } from "../backup/names.ts";
import { newestFirst, unnamed } from "../backup/runs.ts";
import { runnersOf } from "../backup/schedules.ts";
import { warnOfGaps } from "../estate/gaps.ts";
import { saidName } from "../estate/name.ts";
import { part } from "../estate/part.ts";
import { pageOf } from "../listing/page.ts";
import { listInput, listOutput } from "../listing/parameters.ts";
import type { Seen } from "../sight/nouns.ts";
import { type Context, defineTool } from "../tool.ts";
import { BackupJob } from "../xo/records/backup-job.ts";
import { BackupRun } from "../xo/records/backup-log.ts";
import { TimedSchedule } from "../xo/records/schedule.ts";
import { choose } from "../xo/resolve.ts";

const { limit, offset } = listInput("");

/** What tells whether anything runs a job. */
const runnersNeed: readonly Seen[] = ["backup-jobs", "schedules", "backup-logs"];

export const listBackupJobs = defineTool({
  name: "list_backup_jobs",
  title: "List backup jobs",
  description:
    "Backup jobs: mode, targets and their state, the VMs each covers now (id lists and smart mode), schedules in words, next run, last run. For what runs did use list_backup_runs, for unprotected VMs get_backup_coverage.",
  input: z.strictObject({
    job_id: z.string().optional().describe("UUID or name"),
    type: z.enum(["backup", "metadataBackup", "mirrorBackup"]).optional().describe("Only these"),
    vm_id: z.string().optional().describe("Only jobs that cover this VM (UUID or name)"),
    enabled: z.boolean().optional().describe("Whether a schedule runs it"),
    limit,
    offset,
  }),
  output: listOutput,
  examples: [{ type: "backup" }, {}, { vm_id: "web-prod-001" }, { enabled: false }],
  needs: ({ vm_id, enabled }) => ({
    parts: {
      items: [
        "backup-jobs",
        ...(enabled === undefined ? [] : runnersNeed),
        ...(vm_id === undefined ? [] : (["vms"] as const)),
      ],
      "items.vm_count": ["vms"],
      "items.vms": ["vms"],
      "items.left_out_by_tag": ["vms"],
      "items.despite_tag": ["vms"],
      "items.schedules": ["schedules"],
      "items.next_run": ["schedules"],
      "items.last_run": ["backup-logs"],
    },
    lookups: {
      "items.enabled": runnersNeed,
      "items.run_by": runnersNeed,
      "items.running_since": ["backup-logs"],
      "items.doubtful": ["backup-logs"],
    },
  }),
  async run({ job_id, type, vm_id, enabled, ...paging }, context) {
    const { warn } = context;
    const facts = await readFacts(context, enabled !== undefined);
    const vm = choose("vms", facts.vms, vm_id);
    const tag = vm && noBakTag(vm);
    if (vm !== undefined && tag !== undefined) {
      warn(
        say`${saidName(vm)} has the tag ${quoted(tag)}: jobs in smart mode leave it out, those that list it back it up.`,
      );
    }
    const wanted = findJob(facts.jobs, job_id);
    const unsure = facts.jobs.filter(
      (job) => vm !== undefined && facts.candidates.covers(job, vm) === undefined,
    );
    if (unsure.length > 0) {
      const names = listed(unsure.map(({ name }) => name));
      warn(
        say`Whether these cover it is unknown, for what may hold credentials is not read: ${names}.`,
      );
    }
    const { mayRun, perhaps } = facts.runners;
    const jobs = facts.jobs.filter(
      (job) =>
        (wanted === undefined || job.id === wanted.id) &&
        (type === undefined || job.type === type) &&
        (enabled === undefined || mayRun(job.id) === enabled) &&
        (vm === undefined || facts.candidates.covers(job, vm) === true),
    );
    const odd = jobs.filter(({ id }) => perhaps.has(id)).map(({ name }) => name);
    if (odd.length > 0) {
      warn(say`Run by hand or by a sequence, which XO's API does not show: ${listed(odd)}.`);
    }
    const items = await Promise.all(jobs.map((job) => describeJob(job, facts, context)));
    return pageOf(context, items, { ...paging, order: { field: "name", descending: false } });
  },
});

function findJob(jobs: JobFacts["jobs"], wanted: string | undefined) {
  return choose(
    "backup-jobs",
    jobs.map(({ id, name }) => ({ id, name_label: name })),
    wanted,
  );
}

/** @param byTimes whether the answer is wrong, and not just short, without the schedules */
async function readFacts(context: Context, byTimes: boolean): Promise<JobFacts> {
  const { xo } = context;
  const times = xo.records("schedules", TimedSchedule);
  const [all, schedules, vms, runs, repositories, names, gaps] = await Promise.all([
    xo.records("backup-jobs", BackupJob),
    byTimes ? times : part(context, say`when jobs run`, times),
    xo.records("vms", BackedUpVm),
    part(context, say`how the last runs ended`, xo.records("backup-logs", BackupRun)),
    repositoriesOf(context),
    namesOf(context, ["pools", "srs"]),
    warnOfGaps(context),
  ]);
  const sight = await context.sight();
  const jobs = all.filter(isBackupJob);
  const newest = runs && newestFirst(runs);
  const reading = newest && readLastRuns(xo, newest, { ...unnamed, now: context.now });
  return {
    jobs,
    schedules,
    vms,
    seesVms: gaps.allPools && sight.whole("vms"),
    seesRunners: sight.lack(runnersNeed) === undefined,
    runs: newest,
    lastRuns: reading && (await part(context, say`which VMs the last runs had`, reading)),
    repositories: new Map(repositories.map((repository) => [repository.id, repository])),
    names,
    runners: runnersOf(
      schedules ?? [],
      sight.whole("backup-jobs") ? jobs : undefined,
      runs,
      context.now,
    ),
    candidates: await judgeJobs(xo, jobs, vms),
  };
}
