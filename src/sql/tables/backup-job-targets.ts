import type * as z from "zod";
import { isBackupJob } from "../../backup/jobs.ts";
import { idsOf } from "../../backup/pattern.ts";
import type { Context } from "../../tool.ts";
import { BackupJob } from "../../xo/records/backup-job.ts";
import { columnsOf } from "../column.ts";
import { repositoryNames } from "../facts/backup.ts";
import { srNames } from "../facts/names.ts";
import { defineTable } from "../table.ts";

const Targets = BackupJob.pick({ id: true, name: true, type: true, remotes: true, srs: true });

interface Row {
  job: z.output<typeof Targets>;
  repository?: string;
  sr?: string;
}

const { column, joined } = columnsOf<Row>();

export const backupJobTargets = defineTable<Row>({
  name: "backup_job_targets",
  says: "where backup jobs write to: repositories, or storages for replicas",
  example: "select repository, count(distinct job_id) from backup_job_targets group by 1",
  from: ["backup-jobs"],
  read: readTargets,
  columns: {
    id: column(
      "id",
      ["job", "repository", "sr"],
      ({ job, repository, sr }) => `${job.id}/${repository ?? sr}`,
    ),
    job: column("text", ["job"], ({ job }) => job.name, { everyday: true }),
    job_id: column("id", ["job"], ({ job }) => job.id),
    repository: joined(
      repositoryNames,
      "text",
      ["repository"],
      ({ repository }, names) => names.get(repository ?? ""),
      { says: "NULL of one that is gone, and where it is a storage", everyday: true },
    ),
    repository_id: column("id", ["repository"], ({ repository }) => repository),
    sr: joined(srNames, "text", ["sr"], ({ sr }, names) => names.get(sr ?? ""), {
      everyday: true,
    }),
    sr_id: column("id", ["sr"], ({ sr }) => sr),
  },
});

async function readTargets({ xo }: Context): Promise<Row[]> {
  const jobs = (await xo.records("backup-jobs", Targets)).filter(isBackupJob);
  return jobs.flatMap((job) => [
    ...(idsOf(job.remotes) ?? []).map((repository) => ({ job, repository })),
    ...(idsOf(job.srs) ?? []).map((sr) => ({ job, sr })),
  ]);
}
