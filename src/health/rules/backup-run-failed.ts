import { candidatesFrom } from "../../backup/jobs.ts";
import { type Standing, standingsOf } from "../../backup/last-runs.ts";
import { newestFirst } from "../../backup/runs.ts";
import { runnersOf } from "../../backup/schedules.ts";
import { toSecond } from "../../time.ts";
import { defineRule, type Found } from "../rule.ts";

export const backupRunFailed = defineRule({
  id: "backup-run-failed",
  severity: "critical",
  title: "Backup jobs whose last run failed or was interrupted",
  why: "What they back up has no restore point of that time; a later run of other VMs, or of another schedule, does not mend it. Jobs of all pools are here, if a schedule runs them, or perhaps a sequence.",
  where: "list_backup_runs with status failure tells which VMs, why, and what to do.",
  needs: ["backup-jobs", "backup-logs", "last-runs", "schedules"],
  whole: ["backup-logs"],
  names: ["vms"],
  check({ schedules, vms, ...holdings }, { now, sees }) {
    const jobs = sees("backup-jobs") ? holdings["backup-jobs"] : undefined;
    const runs = newestFirst(holdings["backup-logs"]);
    const runners = runnersOf(schedules, jobs, runs, now);
    const { mayRun, perhaps } = runners;
    const names = new Map(schedules.map(({ id, name }) => [id, name]));
    const jobById = new Map(holdings["backup-jobs"].map((job) => [job.id, job]));
    const { covers } = candidatesFrom(vms);
    const stands = [...Map.groupBy(runs, ({ jobId }) => jobId ?? "")]
      // Without the schedules any job may be one that still runs.
      .filter(([id]) => mayRun(id) || !sees("schedules"))
      .flatMap(([id, own]) => {
        const job = jobById.get(id) ?? { id, name: "" };
        const covered = vms.filter((vm) => covers(job, vm) === true).map((vm) => vm.id);
        const known = vms.length === 0 ? undefined : new Set(covered);
        const isOn = perhaps.has(id) || !sees("schedules") ? () => true : runners.isOn;
        return standingsOf(job, own, holdings["last-runs"], known, { isOn });
      });
    const several = (jobId: string | null | undefined) =>
      stands.filter(({ last }) => last.jobId === jobId).length > 1;
    return {
      found: stands.flatMap((stand) => {
        const { failed, scheduleId } = stand;
        if (failed === undefined) return [];
        const { id, jobId, jobName } = failed.run;
        return [
          {
            id: jobId ?? id,
            name_label: jobName ?? "",
            facts: {
              ...factsOf(stand, failed),
              ...(several(jobId) ? { schedule: names.get(scheduleId ?? "") || scheduleId } : {}),
              ...(perhaps.has(jobId ?? "") ? { run_by: "perhaps a sequence" } : {}),
            },
          },
        ];
      }),
    };
  },
});

function factsOf(
  { last, partial }: Standing,
  { run, vms }: NonNullable<Standing["failed"]>,
): Found["facts"] {
  const { status, start, proxyId } = run;
  return {
    status,
    started_at: toSecond(start),
    ...(status === "interrupted" && proxyId ? { proxy: "it may go on there" } : {}),
    ...(vms === undefined
      ? {}
      : {
          vms_without_good_run_since: vms.length,
          last_run: `${last.status}${partial ? ` of ${partial.vms} of ${partial.of} VMs` : ""}`,
        }),
  };
}
