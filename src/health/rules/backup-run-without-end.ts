import { mostHours, withoutEnd } from "../../backup/without-end.ts";
import { toSecond } from "../../time.ts";
import { defineRule } from "../rule.ts";

const hour = 3_600_000;

export const backupRunWithoutEnd = defineRule({
  id: "backup-run-without-end",
  severity: "warning",
  title: "Backup runs without an end",
  why: "XO takes them for going on, and until they end every further run of their job fails at once as already running.",
  where:
    "XO: Backup, the job's log, where a run can be cancelled; else restart XO. list_backup_runs with status running.",
  needs: ["backup-logs"],
  thresholds: { longer_than_hours: mostHours },
  check(holdings, { now }) {
    return {
      found: holdings["backup-logs"]
        .filter((run) => withoutEnd(run, now))
        .toSorted((a, b) => (a.start ?? 0) - (b.start ?? 0))
        .map(({ id, jobId, jobName, start }) => ({
          id: jobId ?? id,
          name_label: jobName ?? "",
          facts: {
            started_at: toSecond(start),
            hours: Math.floor((now - (start ?? now)) / hour),
          },
        })),
    };
  },
});
