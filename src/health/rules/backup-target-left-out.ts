import { idsOf } from "../../backup/pattern.ts";
import { runnersOf } from "../../backup/schedules.ts";
import { toSecond } from "../../time.ts";
import { countOf, defineRule } from "../rule.ts";

export const backupTargetLeftOut = defineRule({
  id: "backup-target-left-out",
  severity: "info",
  title: "Enabled backup jobs that leave out a repository",
  why: "XO leaves out a repository that is disabled, or on S3 without a licence, and runs are good without a word of it while another is left: that copy is missing. Disks that are rotated are disabled on purpose, and a job that distributes its backups writes each to one repository.",
  where: "XO: Settings, Remotes. list_backup_jobs with job_id names the repositories of a job.",
  needs: ["backup-jobs", "backup-repositories", "schedules"],
  names: ["backup-logs", "last-runs"],
  check({ schedules, ...holdings }, { now, sees }) {
    const jobs = holdings["backup-jobs"];
    const seen = sees("backup-jobs") ? jobs : undefined;
    const { mayRun } = runnersOf(schedules, seen, holdings["backup-logs"], now);
    const repositories = new Map(holdings["backup-repositories"].map((each) => [each.id, each]));
    const { written } = holdings["last-runs"];
    const found = jobs.flatMap((job) => {
      if (!mayRun(job.id)) return [];
      const targets = [...(idsOf(job.remotes) ?? []), job.sourceRemote ?? ""].flatMap(
        (id) => repositories.get(id) ?? [],
      );
      const disabled = targets.filter(({ enabled }) => enabled === false);
      const last = written.get(job.id);
      const unwritten = targets.filter(
        ({ id, enabled }) => enabled !== false && last?.repositories?.has(id) === false,
      );
      if (disabled.length + unwritten.length === 0) return [];
      return [
        {
          id: job.id,
          name_label: job.name,
          facts: {
            ...(disabled.length === 0 ? {} : { disabled: disabled.map(({ name }) => name) }),
            ...(unwritten.length === 0
              ? {}
              : {
                  not_written: unwritten.map(({ name }) => name),
                  last_good_run: toSecond(last?.run.start),
                }),
            none_left: disabled.length === targets.length,
          },
        },
      ];
    });
    const large = jobs.filter(({ id }) => {
      const last = written.get(id);
      return last !== undefined && last.repositories === undefined;
    });
    return {
      found,
      unknown: countOf(large.length, "job", "whose runs have too many VMs to look into"),
    };
  },
});
