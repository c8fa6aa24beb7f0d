import { goneTargets } from "../../backup/gone-targets.ts";
import { runnersOf } from "../../backup/schedules.ts";
import { standingOf } from "../../estate/gaps.ts";
import { defineRule } from "../rule.ts";

export const backupTargetGone = defineRule({
  id: "backup-target-gone",
  severity: "warning",
  title: "Backup jobs with a repository or storage that XO no longer has",
  why: "Nothing is copied there, and runs say nothing of it while another target is left; with none left each run fails.",
  where: "XO: Backup, the job's repositories and storages. list_backup_jobs with job_id.",
  needs: ["backup-jobs", "backup-repositories", "schedules", "srs", "servers"],
  whole: ["backup-jobs", "backup-repositories", "schedules", "srs", "servers"],
  names: ["backup-logs"],
  check({ schedules, srs, servers, ...holdings }, { now }) {
    const jobs = holdings["backup-jobs"];
    const { mayRun } = runnersOf(schedules, jobs, holdings["backup-logs"], now);
    // A storage whose pool XO has lost is out of sight, not gone.
    const isAll = servers.every((server) => standingOf(server, servers) !== "lost");
    const known = {
      repositories: new Set(holdings["backup-repositories"].map(({ id }) => id)),
      storages: isAll ? new Set(srs.map(({ id }) => id)) : undefined,
    };
    return {
      found: jobs
        .filter(({ id }) => mayRun(id))
        .map((job) => ({ job, gone: goneTargets(job, known) }))
        .filter(({ gone }) => gone.repositories.length + gone.storages.length > 0)
        .toSorted((a, b) => Number(b.gone.all) - Number(a.gone.all))
        .map(({ job, gone: { repositories, storages, all } }) => ({
          id: job.id,
          name_label: job.name,
          facts: {
            ...(repositories.length === 0 ? {} : { gone_repository_ids: repositories }),
            ...(storages.length === 0 ? {} : { gone_sr_ids: storages }),
            none_left: all,
          },
        })),
    };
  },
});
