import type * as z from "zod";
import { isBackupJob, keepsSnapshotsOnly, selectionOf } from "../../backup/jobs.ts";
import { idsOf } from "../../backup/pattern.ts";
import { isScheduled } from "../../backup/schedules.ts";
import { type Settings, settingsOf } from "../../backup/settings.ts";
import { ConfiguredJob } from "../../xo/records/backup-job.ts";
import { type Column, columnsOf, type Kind, type Saying } from "../column.ts";
import {
  backups,
  coverCounts,
  nextRuns,
  proxyNames,
  repositoryNames,
  runsByJob,
} from "../facts/backup.ts";
import { poolNames, srNames } from "../facts/names.ts";
import { defineTable } from "../table.ts";

type Row = z.output<typeof ConfiguredJob>;

const { column, joined, overAll } = columnsOf<Row>();

/** A setting of the job itself: NULL is XO's default. */
function setting(
  kind: Kind,
  value: (settings: Settings) => string | number | boolean | null | undefined,
  saying: Saying = {},
): Column<Row> {
  return column(kind, ["settings"], (job) => value(settingsOf(job)), saying);
}

/** The last run that has ended. */
const lastRun = (id: string, runs: Awaited<ReturnType<typeof runsByJob.in>>) =>
  runs.get(id)?.find(({ status }) => status !== "pending");

function listed(pattern: unknown, names: ReadonlyMap<string, string | null | undefined>) {
  return idsOf(pattern)
    ?.map((id) => names.get(id) || id)
    .join(", ");
}

export const backupJobs = defineTable<Row>({
  name: "backup_jobs",
  says: "what is backed up, how and to where",
  example: "select name, vm_count, last_run_status from backup_jobs where is_enabled = 1",
  from: ["backup-jobs"],
  read: async ({ xo }, keys) => {
    const jobs = await xo.records("backup-jobs", ConfiguredJob, undefined, [...keys, "type"]);
    return jobs.filter(isBackupJob);
  },
  columns: {
    id: column("id", ["id"], ({ id }) => id),
    name: column("text", ["name"], ({ name }) => name),
    type: column("text", ["type"], ({ type }) => type ?? "backup", {
      says: "metadataBackup is of pools and XO itself, mirrorBackup copies between repositories",
      values: ["backup", "metadataBackup", "mirrorBackup"],
      everyday: true,
    }),
    mode: column("text", ["mode"], ({ mode }) => mode, {
      says: "NULL of metadata",
      values: ["delta", "full"],
      everyday: true,
    }),
    is_enabled: joined(
      backups,
      "flag",
      ["id"],
      ({ id }, { runners, runs, seesJobs, seesRuns }) =>
        isScheduled(id, runners, seesJobs && seesRuns && runs !== undefined),
      {
        says: "whether an enabled schedule runs it; NULL where perhaps a sequence does, which REST does not show",
        everyday: true,
      },
    ),
    selects: joined(poolNames, "text", ["vms"], selectionOf, { says: "which VMs, in words" }),
    vm_count: overAll(coverCounts, "count", ["id"], ({ id }, counts) => counts.get(id)?.covered, {
      says: "VMs that it covers now; NULL of a job that is of none",
      everyday: true,
    }),
    vms_left_out_count: overAll(
      coverCounts,
      "count",
      ["id"],
      ({ id }, counts) => counts.get(id)?.leftOut,
      { says: "VMs that smart mode would cover but for their tag" },
    ),
    vms_missing_count: overAll(
      coverCounts,
      "count",
      ["id"],
      ({ id }, counts) => counts.get(id)?.missing,
      { says: "VMs that it lists and XO does not have" },
    ),
    repositories: joined(
      repositoryNames,
      "text",
      ["remotes"],
      ({ remotes }, names) => listed(remotes, names),
      { says: "names of those it writes to; by id in backup_job_targets" },
    ),
    storages: joined(srNames, "text", ["srs"], ({ srs }, names) => listed(srs, names), {
      says: "names of those it replicates to; by id in backup_job_targets",
    }),
    pools: joined(poolNames, "text", ["pools"], ({ pools }, names) => listed(pools, names), {
      says: "names of those whose metadata it keeps",
    }),
    source_repository: joined(
      repositoryNames,
      "text",
      ["sourceRemote"],
      ({ sourceRemote }, names) => names.get(sourceRemote ?? ""),
      { says: "the one that a mirror copies" },
    ),
    source_repository_id: column("id", ["sourceRemote"], ({ sourceRemote }) => sourceRemote),
    is_snapshots_only: column("flag", ["type", "remotes", "srs"], keepsSnapshotsOnly, {
      says: "its copies lie on the storage of the disks, and are lost with it",
    }),
    has_xo_configuration: column("flag", ["xoMetadata"], ({ xoMetadata }) => xoMetadata === true),
    next_run_at: overAll(
      nextRuns,
      "time",
      ["id"],
      ({ id }, { byJob }) =>
        byJob
          .get(id)
          ?.flatMap(({ at }) => at ?? [])
          .toSorted()[0],
      { everyday: true },
    ),
    last_run_at: overAll(
      runsByJob,
      "time",
      ["id"],
      ({ id }, runs) => (lastRun(id, runs)?.start ?? 0) / 1000,
      { says: "when the last run that ended began", everyday: true },
    ),
    last_run_status: overAll(
      runsByJob,
      "text",
      ["id"],
      ({ id }, runs) => lastRun(id, runs)?.status,
      { values: ["success", "failure", "skipped", "interrupted"], everyday: true },
    ),
    running_since: overAll(
      runsByJob,
      "time",
      ["id"],
      ({ id }, runs) =>
        (runs.get(id)?.find(({ status }) => status === "pending")?.start ?? 0) / 1000,
      { says: "when a run began that has no end" },
    ),
    compression: column("text", ["compression"], ({ compression }) => compression, {
      says: "of full backups; NULL for none",
      values: ["native", "zstd"],
    }),
    proxy: joined(proxyNames, "text", ["proxy"], ({ proxy }, names) => names.get(proxy ?? ""), {
      says: "XO's proxy that does the work; NULL: XO itself",
    }),
    proxy_id: column("id", ["proxy"], ({ proxy }) => proxy),
    concurrency: setting("count", (of) => of.concurrency, {
      says: "VMs at a time; NULL here and in the settings below is XO's default",
    }),
    retries: setting("count", (of) => of.nRetriesVmBackupFailures, { says: "of a failed VM" }),
    timeout_s: setting("number", ({ timeout }) => (timeout ? timeout / 1000 : undefined)),
    max_export_bytes_per_s: setting("bytes", (of) => of.maxExportRate || undefined),
    prefers_nbd: setting("flag", (of) => of.preferNbd),
    nbd_connections: setting("count", (of) => of.nbdConcurrency, { says: "for each disk" }),
    purges_snapshot_data: setting("flag", (of) => of.cbtDestroySnapshotData, {
      says: "after the copy, with changed block tracking",
    }),
    snapshots_memory: setting("flag", (of) => of.checkpointSnapshot),
    is_offline_backup: setting("flag", (of) => of.offlineBackup, {
      says: "VMs are off for the whole backup",
    }),
    is_offline_snapshot: setting("flag", (of) => of.offlineSnapshot, {
      says: "VMs are off for their snapshot",
    }),
    deletes_first: setting("flag", (of) => of.deleteFirst, {
      says: "old copies go before the new one is written",
    }),
    merges_at_once: setting("flag", (of) => of.mergeBackupsSynchronously),
    report_when: setting("text", (of) => of.reportWhen, {
      values: ["always", "error", "failure", "never"],
    }),
    report_recipients: setting("text", (of) => of.reportRecipients?.join(", ")),
    hides_successful_items: setting("flag", (of) => of.hideSuccessfulItems),
    keeps_daily: setting("count", (of) => of.longTermRetention?.daily?.retention, {
      says: "restore points of long-term retention",
    }),
    keeps_weekly: setting("count", (of) => of.longTermRetention?.weekly?.retention),
    keeps_monthly: setting("count", (of) => of.longTermRetention?.monthly?.retention),
    keeps_yearly: setting("count", (of) => of.longTermRetention?.yearly?.retention),
  },
});
