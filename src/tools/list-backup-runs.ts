import * as z from "zod";
import { say } from "../sentence.ts";
import { type DescribedRun, describeRun, repeatedIn } from "../backup/describe-run.ts";
import { BackedUpVm, isBackupJob, type Job, judgeJobs } from "../backup/jobs.ts";
import { hints } from "../backup/failure-class.ts";
import { namesOf, repositoriesOf } from "../backup/names.ts";
import { type Part, readPartial } from "../backup/partial-runs.ts";
import { readDetails } from "../backup/read-runs.ts";
import { type Facts, newestFirst, outcomeFor, type Run, type RunDetails } from "../backup/runs.ts";
import { warnOfGaps } from "../estate/gaps.ts";
import { part } from "../estate/part.ts";
import { parseSince } from "../estate/since.ts";
import { pageOf } from "../listing/page.ts";
import { listInput, listOutput } from "../listing/parameters.ts";
import { describeMoment } from "../time.ts";
import { type Context, defineTool } from "../tool.ts";
import { allOf, anyOf, hasId, where } from "../xo/filter.ts";
import { BackupJob } from "../xo/records/backup-job.ts";
import { BackupRun } from "../xo/records/backup-log.ts";
import { choose, isUuid, notFound, resolve } from "../xo/resolve.ts";

const { limit, offset } = listInput("");

const JobVms = BackupJob.pick({ id: true, name: true, type: true, vms: true });

/** What XO calls them. */
const xoStatus = {
  success: "success",
  failure: "failure",
  skipped: "skipped",
  interrupted: "interrupted",
  running: "pending",
} as const;

/** Runs that are looked into, for a reader with a budget and for one without. */
const mostDetails = { short: 50, long: 200 };

export const listBackupRuns = defineTool({
  name: "list_backup_runs",
  title: "List backup runs",
  description:
    "Backup runs, newest first: how each ended, how many VMs came to what, failures by reason and class with their VMs, hints on what to do; with vm_id how that VM fared. For VMs without a good backup use get_backup_coverage, for restores list_events.",
  input: z.strictObject({
    since: z.string().default("7d").describe("90m, 24h, 7d or ISO 8601"),
    job_id: z.string().optional().describe("UUID or name"),
    vm_id: z.string().optional().describe("UUID or name"),
    status: z
      .enum(["success", "failure", "skipped", "interrupted", "running"])
      .optional()
      .describe("With vm_id: of this VM"),
    limit,
    offset,
  }),
  output: listOutput.extend({
    since: z.string().optional(),
    since_local: z.string().optional(),
    by_status: z.record(z.string(), z.number()).optional().describe("Runs of all pages"),
    repeated: z
      .array(z.looseObject({}))
      .optional()
      .describe("Equal failures of one job in several of the runs looked into"),
    hints: z.record(z.string(), z.string()).optional().describe("For each class of failure here"),
  }),
  examples: [
    { since: "30d", status: "failure", limit: 3 },
    { since: "7d" },
    { since: "7d", vm_id: "web-prod-001" },
  ],
  needs: ({ vm_id }) => ({
    parts: {
      // Of a VM also the jobs that cover it tell which runs are about it.
      items: ["backup-logs", ...(vm_id === undefined ? [] : (["backup-jobs", "vms"] as const))],
      by_status: ["backup-logs"],
      repeated: ["backup-logs"],
    },
  }),
  async run({ since, job_id, vm_id, status, ...paging }, context) {
    const { now, warn } = context;
    const from = parseSince(since, now);
    const vm = vm_id === undefined ? undefined : await findVm(context, vm_id);
    const { runs, covering, facts, jobs } = await readRuns(context, from, job_id, vm);
    const wanted =
      vm === undefined && status !== undefined
        ? runs.filter((run) => run.status === xoStatus[status])
        : runs;
    const { offset: skipped = 0, limit: asked = Number.POSITIVE_INFINITY } = paging;
    const most = Number.isFinite(context.budget) ? mostDetails.short : mostDetails.long;
    // How a VM fared is known of the runs that were looked into, so those are all there are.
    const first = vm === undefined ? skipped : 0;
    const looked = wanted.slice(first, first + (vm === undefined ? Math.min(asked, most) : most));
    const details = await readDetails(context.xo, looked, facts);
    const about = (vm === undefined ? wanted : looked).filter((run) =>
      isOf(vm?.id, run, details.get(run.id), covering),
    );
    // A VM that is gone is known by its runs.
    if (vm_id !== undefined && vm?.isThere === false && about.length === 0) notFound("VM", vm_id);
    // The runs of one VM tell nothing of what they had beside it.
    const parts =
      vm === undefined
        ? await readPartial(context.xo, looked, runs, jobs)
        : new Map<string, Part>();
    const rows = about
      .map((run) => {
        const part = parts.get(run.id);
        return describeRun(run, { details: details.get(run.id), vmId: vm?.id, part });
      })
      .filter((row) => vm === undefined || status === undefined || row.vm_status === status);
    const repeated = repeatedIn(rows).slice(0, mostRepeated);
    const beside = {
      repeated: repeated.length === 0 ? undefined : repeated,
      hints: hintsFor(rows),
    };
    const page = pageOf(context, rows, {
      ...paging,
      beside,
      order: { field: "time", descending: true },
      show: ({ time: _time, ...row }) => row,
    });
    const all = vm === undefined ? page.returned : wanted.length;
    if (details.size < all) {
      warn(
        say`Only ${details.size} of ${all} runs were looked into: ask for a later since, a job_id or a limit.`,
      );
    }
    return {
      ...describeMoment(from),
      by_status: countBy((vm === undefined ? runs : about).map((run) => describeRun(run).status)),
      ...beside,
      ...page,
    };
  },
});

/** Repeated failures that are told, those of most runs first. */
const mostRepeated = 10;

/**
 * Whether a run is about a VM. One that failed before it had named its VMs is, if its job covers
 * the VM now.
 */
function isOf(
  vmId: string | undefined,
  run: Run,
  details: RunDetails | undefined,
  covering: ReadonlySet<string>,
): boolean {
  if (vmId === undefined || details === undefined || details.byVm.has(vmId)) return true;
  return covering.has(run.jobId ?? "") && outcomeFor(run, details, vmId) !== undefined;
}

/** By name among the VMs that there are; by UUID also one that is gone. */
async function findVm({ xo }: Context, wanted: string): Promise<{ id: string; isThere: boolean }> {
  if (!isUuid(wanted)) return { ...(await resolve(xo, "vms", wanted)), isThere: true };
  const id = wanted.toLowerCase();
  return { id, isThere: (await xo.raw("vms", ["id"], hasId("id", id))).length > 0 };
}

async function readRuns(
  context: Context,
  from: number,
  jobId: string | undefined,
  vm: { id: string } | undefined,
) {
  const { xo } = context;
  const [read, jobs, repositories, names] = await Promise.all([
    // XO has them oldest first, so a limit would keep the oldest: they are bounded by time.
    xo.records(
      "backup-logs",
      BackupRun,
      allOf(
        where`|(start:>=${from} end:>=${from} status:/^pending$/)`,
        // A run without VMs in its first lines may have failed for all of its job.
        vm && anyOf(hasId("infos", vm.id), where`!infos?`),
      ),
    ),
    part(context, say`names and VMs of jobs`, xo.records("backup-jobs", JobVms)),
    repositoriesOf(context),
    namesOf(context, ["vms", "srs", "pools"]),
    warnOfGaps(context),
  ]);
  for (const { id, name } of repositories) names.set(id, name);
  const job = jobId === undefined ? undefined : findJob(jobId, jobs ?? [], read);
  // They have no VM to tell of.
  const ofOthers = new Set(
    vm && jobs?.flatMap(({ id, type }) => (type === "metadataBackup" ? [id] : [])),
  );
  const runs = newestFirst(read).filter(
    ({ jobId: id }) => (job === undefined || id === job.id) && !ofOthers.has(id ?? ""),
  );
  const covering =
    vm === undefined ? new Set<string>() : await coveringJobs(context, jobs ?? [], vm);
  const mirrors = new Set(jobs?.flatMap(({ id, type }) => (type === "mirrorBackup" ? [id] : [])));
  const facts: Facts = {
    nameOf: (id) => names.get(id),
    isMirror: (id) => mirrors.has(id),
    now: context.now,
  };
  return { runs, covering, facts, jobs: jobs ?? [] };
}

async function coveringJobs(
  { xo }: Context,
  jobs: readonly Job[],
  { id }: { id: string },
): Promise<Set<string>> {
  const backups = jobs.filter(isBackupJob);
  const { vms, covers } = await judgeJobs(
    xo,
    backups,
    await xo.records("vms", BackedUpVm, hasId("id", id)),
  );
  const own = backups.filter((job) => vms.some((vm) => covers(job, vm) === true));
  return new Set(own.map((job) => job.id));
}

/** A job that is gone is known by its runs. */
function findJob(
  wanted: string,
  jobs: readonly z.output<typeof JobVms>[],
  runs: readonly Run[],
): { id: string } {
  const all = new Map(
    runs.flatMap(({ jobId, jobName }) =>
      jobId ? [[jobId, { id: jobId, name_label: jobName ?? "" }] as const] : [],
    ),
  );
  for (const { id, name } of jobs) all.set(id, { id, name_label: name });
  return choose("backup-jobs", [...all.values()], wanted);
}

function countBy(words: readonly string[]): Record<string, number> {
  const groups = Map.groupBy(words, (word) => word);
  return Object.fromEntries([...groups].map(([word, group]) => [word, group.length]));
}

function hintsFor(rows: readonly DescribedRun[]): Record<string, string> {
  const classes = new Set(
    rows.flatMap(({ failures }) => failures?.map((each) => each.class) ?? []),
  );
  return Object.fromEntries([...classes].toSorted().map((name) => [name, hints[name]]));
}
