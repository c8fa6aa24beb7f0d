import * as z from "zod";
import { type Protection, statuses, usualMaxAgeHours } from "../backup/coverage.ts";
import { describeProtection, type ProtectionFacts } from "../backup/describe-protection.ts";
import { BackedUpVm } from "../backup/jobs.ts";
import { readLeftOutDisks } from "../backup/left-out-disks.ts";
import { readBackups, readProtections, statusNeeds } from "../backup/read-protections.ts";
import { XoError } from "../errors.ts";
import { quoted, say } from "../sentence.ts";
import { warnOfGaps } from "../estate/gaps.ts";
import { origins, originsOf } from "../estate/job-origin.ts";
import { namesById } from "../estate/name.ts";
import { part } from "../estate/part.ts";
import { makerOf } from "../estate/replicas.ts";
import { pageOf } from "../listing/page.ts";
import { listInput, listOutput } from "../listing/parameters.ts";
import { nearest } from "../nearest.ts";
import { type Context, defineTool } from "../tool.ts";
import { Pool } from "../xo/records/pool.ts";
import { choose } from "../xo/resolve.ts";

const PoolName = Pool.pick({ id: true, name_label: true });

const { limit, offset } = listInput("");

const hour = 3_600_000;

/** Replicas that are named; the others are counted. */
const mostReplicas = 10;

export const getBackupCoverage = defineTool({
  name: "get_backup_coverage",
  title: "Backup coverage",
  description:
    "Every VM by how it is backed up, worst first, with counts: failing (a last run went wrong), never-run, stale (last good run too old), only-disabled (no schedule runs its jobs), not-covered, excluded (by tag), protected; last good run, jobs, why, disks left out. For restore points use list_backup_archives.",
  input: z.strictObject({
    max_age_hours: z
      .number()
      .min(1)
      .default(usualMaxAgeHours)
      .describe("Older good runs are stale"),
    without_good_run: z.boolean().optional().describe("Only VMs without one in max_age_hours"),
    status: z.array(z.enum(statuses)).min(1).optional().describe("Only these VMs"),
    pool_id: z.string().optional().describe("Only this pool (UUID or name)"),
    vm_id: z.string().optional().describe("Only this VM (UUID or name)"),
    tag: z.string().optional().describe("Only VMs with it"),
    limit,
    offset,
  }),
  output: listOutput.extend({
    max_age_hours: z.number().optional(),
    counts: z
      .record(z.string(), z.number())
      .optional()
      .describe("Of all VMs asked about, by status"),
    without_good_run: z
      .number()
      .optional()
      .describe("Of the same, without a good run within max_age_hours"),
    replicas: z
      .array(z.looseObject({}))
      .optional()
      .describe("Copies by replication: no VMs of their own, not counted"),
  }),
  examples: [{ limit: 5 }, { status: ["never-run", "not-covered"] }, { without_good_run: true }],
  needs: ({ without_good_run, status }) => ({
    parts: {
      items: [
        "vms",
        ...(status === undefined ? [] : statusNeeds),
        ...(without_good_run === undefined ? [] : (["backup-logs"] as const)),
      ],
      counts: ["vms", ...statusNeeds],
      without_good_run: ["vms", ...statusNeeds],
      replicas: ["vms"],
      "items.jobs": ["backup-jobs"],
      "items.last_good_run": ["backup-jobs", "backup-logs"],
      "items.age_hours": ["backup-jobs", "backup-logs"],
    },
    lookups: {
      "items.reason": statusNeeds,
      "items.failure": statusNeeds,
      "items.notes": statusNeeds,
      "items.disks_left_out": ["vdis", "vbds"],
    },
  }),
  async run({ max_age_hours, status, without_good_run, pool_id, vm_id, tag, ...paging }, context) {
    const { now, warn } = context;
    const read = await readAll(context);
    const pool = choose("pools", read.pools, pool_id);
    const vm = choose("vms", read.vms, vm_id);
    if (tag !== undefined) requireTag(read.vms, tag);
    const vms = read.vms.filter(
      (each) =>
        (pool === undefined || each.$pool === pool.id) &&
        (vm === undefined || each.id === vm.id) &&
        (tag === undefined || each.tags?.includes(tag)),
    );
    const oldest = now - max_age_hours * hour;
    const { protections, copies, temporary } = await readProtections(context, read, vms, oldest);
    const { jobs, runs, seesJobs } = read;
    const originOf = originsOf({ jobs, runs, seesJobs });
    const jobNames = new Map(read.jobs.map(({ id, name }) => [id, name]));
    const replicas = copies.map((copy) => ({
      name_label: copy.name_label,
      id: copy.id,
      kept_by:
        jobNames.get(makerOf(copy) ?? "") ??
        `a job that is ${origins[originOf(makerOf(copy), undefined)]}`,
    }));
    if (copies.length > 0) {
      warn(
        say`Copies made by replication are no VMs of their own and not counted: ${copies.length}.`,
      );
    }
    if (temporary > 0) {
      warn(say`VMs that XO is importing or checking are not counted: ${temporary}.`);
    }

    const isLate = ({ lastGood }: Protection) => (lastGood ?? 0) < oldest;
    const facts: ProtectionFacts = {
      now,
      poolNames: namesById(read.pools),
      runners: read.runners,
      leftOut: read.leftOut,
    };
    const rows = protections
      .filter(
        (each) =>
          (status === undefined || status.includes(each.status)) &&
          (without_good_run === undefined || isLate(each) === without_good_run),
      )
      .map((each) => describeProtection(each, facts));
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
      replicas: replicas.length === 0 ? undefined : replicas.slice(0, mostReplicas),
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
    say`No VM has the tag ${quoted(tag, 80)}.${meant === undefined ? "" : say` Did you mean ${quoted(meant, 80)}?`}`,
    say`Tags are told apart by case. This account may not see the VMs that have it.`,
  );
}

async function readAll(context: Context) {
  const { xo } = context;
  const [backups, vms, pools, leftOut] = await Promise.all([
    readBackups(context),
    xo.records("vms", BackedUpVm),
    xo.records("pools", PoolName),
    part(context, say`which disks are left out by their name`, readLeftOutDisks(xo)),
    warnOfGaps(context),
  ]);
  return { ...backups, vms, pools, leftOut: leftOut ?? new Map<string, string[]>() };
}
