import { isBad } from "../../backup/failure.ts";
import { newestFirst } from "../../backup/runs.ts";
import { runnersOf } from "../../backup/schedules.ts";
import { iso } from "../../time.ts";
import { defineRule } from "../rule.ts";

export const backupRunFailed = defineRule({
  id: "backup-run-failed",
  severity: "critical",
  title: "Backup jobs whose last run failed or was interrupted",
  why: "What they back up has no restore point of that time. Jobs of all pools are here, if a schedule runs them, or perhaps a sequence.",
  where: "list_backup_runs with status failure tells which VMs, why, and what to do.",
  needs: ["backup-jobs", "backup-logs", "schedules"],
  check({ schedules, ...holdings }, { now, sees }) {
    const jobs = sees("backup-jobs") ? holdings["backup-jobs"] : undefined;
    const runs = newestFirst(holdings["backup-logs"]);
    const { scheduled, perhaps } = runnersOf(schedules, jobs, runs, now);
    const finished = runs.filter(({ status }) => status !== "pending");
    const last = [...Map.groupBy(finished, ({ jobId }) => jobId ?? "")].flatMap(
      // Without the schedules any job may be one that still runs.
      ([jobId, own]) =>
        scheduled.has(jobId) || perhaps.has(jobId) || !sees("schedules") ? own.slice(0, 1) : [],
    );
    return {
      found: last
        .filter((run) => isBad(run) && run.status !== "skipped")
        .map(({ id, jobId, jobName, status, start }) => ({
          id: jobId ?? id,
          name_label: jobName ?? "",
          facts: {
            status,
            started_at: iso(Math.floor((start ?? 0) / 1000)),
            ...(perhaps.has(jobId ?? "") ? { run_by: "perhaps a sequence" } : {}),
          },
        })),
    };
  },
});
