import { isBad } from "../../backup/failure.ts";
import { enabledJobs } from "../../backup/jobs.ts";
import { newestFirst } from "../../backup/runs.ts";
import { iso } from "../../time.ts";
import { defineRule } from "../rule.ts";

export const backupRunFailed = defineRule({
  id: "backup-run-failed",
  severity: "critical",
  title: "Backup jobs whose last run failed or was interrupted",
  why: "What they back up has no restore point of that time. Jobs of all pools are here, if a schedule runs them.",
  where: "list_backup_runs with status failure tells which VMs, why, and what to do.",
  needs: ["backup-logs", "schedules"],
  check({ schedules, ...holdings }, { sees }) {
    const enabled = enabledJobs(schedules);
    const finished = newestFirst(holdings["backup-logs"]).filter(
      ({ status }) => status !== "pending",
    );
    const last = [...Map.groupBy(finished, ({ jobId }) => jobId ?? "")].flatMap(
      // Without the schedules any job may be one that still runs.
      ([jobId, runs]) => (enabled.has(jobId) || !sees("schedules") ? runs.slice(0, 1) : []),
    );
    return {
      found: last
        .filter((run) => isBad(run) && run.status !== "skipped")
        .map(({ id, jobId, jobName, status, start }) => ({
          id: jobId ?? id,
          name_label: jobName ?? "",
          facts: { status, started_at: iso(Math.floor((start ?? 0) / 1000)) },
        })),
    };
  },
});
