import { inWords } from "../../backup/cron.ts";
import { mostMissed, timesMissed } from "../../backup/next-run.ts";
import { newestFirst, type Run } from "../../backup/runs.ts";
import { isRefused, type Schedule } from "../../backup/schedules.ts";
import { toSecond } from "../../time.ts";
import { defineRule, type Found } from "../rule.ts";

const thresholds = { from_misses: 2 };

export const backupScheduleNotRun = defineRule({
  id: "backup-schedule-not-run",
  severity: "warning",
  title: "Backup schedules that XO does not run",
  why: "By their times of today they came due and not even a failed run was begun, or XO refuses their times. XO does not tell when a schedule was made, changed or enabled, nor whether it was off meanwhile.",
  where:
    "list_backup_jobs with job_id. XO: Backup, the job's schedules; save them anew, or restart XO.",
  needs: ["backup-jobs", "backup-logs", "schedules"],
  thresholds,
  async check({ schedules, ...holdings }, { now, sees }) {
    const names = new Map(holdings["backup-jobs"].map(({ id, name }) => [id, name]));
    const runs = Map.groupBy(newestFirst(holdings["backup-logs"]), ({ jobId }) => jobId ?? "");
    const judged = schedules
      .filter(({ enabled, jobId }) => enabled === true && names.has(jobId ?? ""))
      .map(async (schedule) => {
        const facts = await problemOf(schedule, runs.get(schedule.jobId ?? "") ?? [], now);
        return facts && describe(schedule, names, facts);
      });
    const found = (await Promise.all(judged)).filter((each) => each !== undefined);
    return sees("backup-logs")
      ? { found }
      : { found: found.filter(({ facts }) => facts?.["never_runs"] !== undefined) };
  },
});

async function problemOf(
  schedule: Schedule,
  runs: readonly Run[],
  now: number,
): Promise<Record<string, unknown> | undefined> {
  if (isRefused(schedule)) return { never_runs: "XO refuses these times" };
  // One that goes on keeps the next from beginning: there is a check of its own for that.
  if (runs.some(({ status }) => status === "pending")) return undefined;
  const last = runs.find(({ scheduleId }) => (scheduleId ?? schedule.id) === schedule.id);
  if (!last?.start) return undefined;
  const missed = await timesMissed(schedule, last.start, now);
  if (missed < thresholds.from_misses) return undefined;
  return {
    came_due: missed < mostMissed ? missed : `${mostMissed} times or more`,
    last_run: toSecond(last.start),
  };
}

function describe(
  { id, name, jobId, cron }: Schedule,
  names: ReadonlyMap<string, string>,
  facts: Record<string, unknown>,
): Found {
  return {
    id: jobId ?? id,
    name_label: names.get(jobId ?? "") ?? "",
    facts: { schedule: name || undefined, when: inWords(cron ?? ""), ...facts },
  };
}
