import * as z from "zod";
import { type Protection, protectionOf, statuses } from "../backup/coverage.ts";
import { toSecond } from "../backup/describe-job.ts";
import { BackedUpVm, enabledJobs, judgeJobs } from "../backup/jobs.ts";
import { newestFirst, type Run } from "../backup/runs.ts";
import { XoError } from "../errors.ts";
import { warnOfGaps } from "../estate/gaps.ts";
import { part } from "../estate/part.ts";
import { isReplica } from "../estate/replicas.ts";
import { pageOf } from "../listing/page.ts";
import { listInput, listOutput } from "../listing/parameters.ts";
import { nearest } from "../nearest.ts";
import { type Context, defineTool } from "../tool.ts";
import { oneLine } from "../untrusted.ts";
import { BackupJob } from "../xo/records/backup-job.ts";
import { BackupRun } from "../xo/records/backup-log.ts";
import { Pool } from "../xo/records/pool.ts";
import { Schedule } from "../xo/records/schedule.ts";
import { choose } from "../xo/resolve.ts";

const PoolName = Pool.pick({ id: true, name_label: true });

const { limit, offset } = listInput("");

const hour = 3_600_000;

export const getBackupCoverage = defineTool({
  name: "get_backup_coverage",
  title: "Backup coverage",
  description:
    "Every VM by how it is backed up, worst first, with counts: failing (a last run went wrong), never-run, stale (last good run too old), only-disabled (no enabled schedule), not-covered, excluded (by tag), protected; last good run, jobs, why it fails. For restore points use list_backup_archives.",
  input: z.strictObject({
    max_age_hours: z.number().min(1).default(192).describe("Older good runs are stale"),
    without_good_run: z.boolean().optional().describe("Only VMs without one in max_age_hours"),
    status: z.enum(statuses).optional().describe("Only these VMs"),
    pool_id: z.string().optional().describe("Only this pool (UUID or name)"),
    vm_id: z.string().optional().describe("Only this VM (UUID or name)"),
    tag: z.string().optional().describe("Only VMs with it"),
    limit,
    offset,
  }),
  output: listOutput.extend({
    max_age_hours: z.number().optional(),
    counts: z.record(z.string(), z.number()).describe("Of all VMs asked about, by status"),
    without_good_run: z
      .number()
      .optional()
      .describe("Of the same, without a good run within max_age_hours"),
  }),
  async run({ max_age_hours, status, without_good_run, pool_id, vm_id, tag, ...paging }, context) {
    const { now, warn } = context;
    const read = await readAll(context);
    const pool = pool_id === undefined ? undefined : choose("pools", read.pools, pool_id);
    const vm = vm_id === undefined ? undefined : choose("vms", read.vms, vm_id);
    if (tag !== undefined) requireTag(read.vms, tag);
    const vms = read.vms.filter(
      (each) =>
        (pool === undefined || each.$pool === pool.id) &&
        (vm === undefined || each.id === vm.id) &&
        (tag === undefined || each.tags?.includes(tag)),
    );
    const copies = vms.filter(isReplica).length;
    const own = vms.filter((each) => !isReplica(each));
    const oldest = now - max_age_hours * hour;
    const { protections, cutShort } = await protectionOf(
      context.xo,
      { ...read, candidates: await judgeJobs(context.xo, read.jobs, own) },
      read.runs,
      { oldest, seesJobs: read.seesJobs, seesRuns: read.seesRuns },
    );
    if (copies > 0) {
      warn(`Copies made by replication are no VMs of their own and not counted: ${copies}.`);
    }
    if (cutShort > 0) {
      warn(
        `Of ${cutShort} VMs only the newest runs were looked at: older ones may have been good.`,
      );
    }
    warnOfRunsWithoutSchedule(context, read, oldest);

    const isLate = ({ lastGood }: Protection) => (lastGood ?? 0) < oldest;
    const poolNames = new Map(read.pools.map(({ id, name_label }) => [id, name_label]));
    const rows = protections
      .filter(
        (each) =>
          (status === undefined || each.status === status) &&
          (without_good_run === undefined || isLate(each) === without_good_run),
      )
      .map((each) => describe(each, now, poolNames));
    const page = pageOf(context, rows, {
      ...paging,
      order: { field: "rank", descending: false },
      show: ({ rank: _rank, ...row }) => row,
    });
    const groups = Map.groupBy(protections, (each) => each.status);
    return {
      max_age_hours,
      counts: Object.fromEntries(
        statuses.flatMap((name) => {
          const count = groups.get(name)?.length ?? 0;
          return count === 0 ? [] : [[name, count]];
        }),
      ),
      without_good_run: protections.filter(isLate).length,
      ...page,
    };
  },
});

/**
 * A tag that nobody has would make an empty answer, which reads as if all were well. XO's jobs match
 * tags by exact case.
 * @throws XoError `not_found` with the nearest
 */
function requireTag(vms: readonly { tags?: string[] | null | undefined }[], tag: string): void {
  const known = new Set(vms.flatMap(({ tags }) => tags ?? []));
  if (known.has(tag)) return;
  const meant = nearest(tag, known);
  throw new XoError(
    "not_found",
    `No VM has the tag ${oneLine(tag, 80)}.${meant === undefined ? "" : ` Did you mean ${oneLine(meant, 80)}?`}`,
    "Tags are told apart by case. This account may not see the VMs that have it.",
  );
}

async function readAll(context: Context) {
  const { xo } = context;
  const [all, schedules, vms, runs, pools, gaps] = await Promise.all([
    xo.list("backup-jobs", BackupJob),
    xo.list("schedules", Schedule),
    xo.list("vms", BackedUpVm),
    part(context, "how runs ended", xo.list("backup-logs", BackupRun)),
    xo.list("pools", PoolName),
    warnOfGaps(context),
  ]);
  const sight = await gaps.sight();
  const seesJobs = sight.whole("backup-jobs") && sight.whole("schedules");
  if (!seesJobs) {
    context.warn(
      "Which VMs no job covers is unknown: this account may not see all jobs and schedules.",
    );
  }
  return {
    jobs: all.filter(({ type }) => (type ?? "backup") === "backup"),
    enabled: enabledJobs(schedules),
    vms,
    pools,
    runs: runs && newestFirst(runs),
    seesJobs,
    seesRuns: sight.whole("backup-logs"),
  };
}

/** What runs all the same may be run by hand, or by a sequence of schedules, which XO's API does not show. */
function warnOfRunsWithoutSchedule(
  { warn }: Context,
  {
    jobs,
    enabled,
    runs,
  }: {
    jobs: readonly { id: string; name: string }[];
    enabled: ReadonlySet<string>;
    runs: readonly Run[] | undefined;
  },
  oldest: number,
): void {
  const names = jobs.flatMap(({ id, name }) =>
    !enabled.has(id) && runs?.some(({ jobId, start }) => jobId === id && (start ?? 0) >= oldest)
      ? [name]
      : [],
  );
  if (names.length === 0) return;
  warn(
    `Without an enabled schedule, but run lately, by hand or in a sequence (which XO's API does not show): ${names.join(", ")}.`,
  );
}

function describe(
  { vm, status, jobs, lastGood, failure }: Protection,
  now: number,
  poolNames: ReadonlyMap<string, string>,
) {
  return {
    rank: statuses.indexOf(status),
    id: vm.id,
    name_label: vm.name_label,
    status,
    pool: poolNames.size > 1 ? (poolNames.get(vm.$pool ?? "") ?? vm.$pool) : undefined,
    last_good_run: toSecond(lastGood),
    age_hours: lastGood === undefined ? undefined : Math.floor((now - lastGood) / hour),
    jobs: jobs.length === 0 ? undefined : jobs.map(({ name }) => name),
    failure: failure?.class,
    reason: failure?.reason,
  };
}
