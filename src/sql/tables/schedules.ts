import type * as z from "zod";
import { inWords } from "../../backup/cron.ts";
import { isRefused } from "../../backup/schedules.ts";
import { type Settings, settingsOf } from "../../backup/settings.ts";
import { ConfiguredJob } from "../../xo/records/backup-job.ts";
import { TimedSchedule } from "../../xo/records/schedule.ts";
import { type Column, columnsOf, type Kind, type Saying } from "../column.ts";
import { both, fact } from "../fact.ts";
import { jobNames, nextRuns } from "../facts/backup.ts";
import { srNames } from "../facts/names.ts";
import { defineTable, recordsOf } from "../table.ts";

type Row = z.output<typeof TimedSchedule>;

const { column, joined } = columnsOf<Row>();

const jobSettings = fact(["backup-jobs"], async ({ xo }) => {
  const jobs = await xo.records("backup-jobs", ConfiguredJob, undefined, ["settings"]);
  const byId = new Map(jobs.map((job) => [job.id, job]));
  return ({ id, jobId }: Pick<Row, "id" | "jobId">) => settingsOf(byId.get(jobId ?? "") ?? {}, id);
});

/** What its job has set for it, or for all its schedules. */
function setting(
  kind: Kind,
  value: (settings: Settings) => string | number | null | undefined,
  saying: Saying = {},
): Column<Row> {
  return joined(
    jobSettings,
    kind,
    ["id", "jobId"],
    (row, settings) => value(settings(row)),
    saying,
  );
}

export const schedules = defineTable<Row>({
  name: "schedules",
  says: "when jobs run",
  example:
    "select job, times, next_run_at from schedules where is_enabled = 1 order by next_run_at",
  from: ["schedules"],
  read: recordsOf("schedules", TimedSchedule),
  columns: {
    id: column("id", ["id"], ({ id }) => id),
    name: column("text", ["name"], ({ name }) => name),
    job: joined(jobNames, "text", ["jobId"], ({ jobId }, names) => names.get(jobId ?? ""), {
      says: "NULL where it runs something else than a backup job",
      everyday: true,
    }),
    job_id: column("id", ["jobId"], ({ jobId }) => jobId),
    is_enabled: column("flag", ["enabled"], ({ enabled }) => enabled === true, { everyday: true }),
    cron: column("text", ["cron"], ({ cron }) => cron, { everyday: true }),
    times: column("text", ["cron"], ({ cron }) => (cron ? inWords(cron) : undefined), {
      says: "cron in words",
    }),
    timezone: column("text", ["timezone"], ({ timezone }) => timezone || "UTC"),
    is_refused: column("flag", ["cron"], isRefused, {
      says: "XO cannot read its cron, so it never runs",
    }),
    next_run_at: joined(nextRuns, "time", ["id"], ({ id }, { bySchedule }) => bySchedule.get(id), {
      says: "NULL of one that is off",
      everyday: true,
    }),
    export_retention: setting("count", (of) => of.exportRetention, {
      says: "backups of a VM kept in each repository",
      everyday: true,
    }),
    copy_retention: setting("count", (of) => of.copyRetention, {
      says: "replicas of a VM kept on each storage",
    }),
    snapshot_retention: setting("count", (of) => of.snapshotRetention, {
      says: "snapshots of a VM kept",
    }),
    pool_metadata_retention: setting("count", (of) => of.retentionPoolMetadata),
    xo_metadata_retention: setting("count", (of) => of.retentionXoMetadata),
    full_interval: setting("count", (of) => of.fullInterval, {
      says: "each so many runs one is full",
    }),
    health_check_sr: joined(
      both(jobSettings, srNames),
      "text",
      ["id", "jobId"],
      (row, [settings, names]) => names.get(settings(row).healthCheckSr ?? ""),
      { says: "the storage on which each backup is restored to check it" },
    ),
    health_check_sr_id: setting("id", (of) => of.healthCheckSr),
    health_check_tags: setting("text", (of) => of.healthCheckVmsWithTags?.join(", "), {
      says: "only VMs with one of these are checked",
    }),
  },
});
