import type { Xo } from "../xo/client.ts";
import { hasOneOf } from "../xo/filter.ts";
import { BackupRunSteps, type BackupStep } from "../xo/records/backup-log.ts";
import { isOfVms, type Job } from "./jobs.ts";
import { idsOf } from "./pattern.ts";
import type { Run } from "./runs.ts";

/** What the last good run of a job wrote to. */
export interface Written {
  run: Run;
  /** Ids of repositories; absent where the run has too many VMs to be looked into. */
  repositories: ReadonlySet<string> | undefined;
}

/** VMs of a run whose steps are read for that: more would be megabytes. */
const mostVms = 500;

/**
 * To which repositories jobs with several wrote at last, by the id of the job: XO leaves out one that
 * it cannot use (disabled, gone, on S3 without a licence) and the run is good without a word of it
 * (backups-ng/index.mjs).
 * @param runs newest first
 * @param vms of the runs that were looked at, by id
 */
export async function readWritten(
  xo: Xo,
  jobs: readonly Pick<Job, "id" | "type" | "remotes">[],
  runs: readonly Run[],
  vms: ReadonlyMap<string, readonly string[]>,
): Promise<Map<string, Written>> {
  const last = jobs.flatMap((job) => {
    if (!isOfVms(job) || (idsOf(job.remotes) ?? []).length < 2) return [];
    const good = runs.find(({ jobId, status }) => jobId === job.id && status === "success");
    const size = vms.get(good?.id ?? "")?.length ?? 0;
    return good === undefined || size === 0 ? [] : [{ run: good, isLarge: size > mostVms }];
  });
  const ids = last.flatMap(({ run, isLarge }) => (isLarge ? [] : [run.id]));
  const read =
    ids.length === 0 ? [] : await xo.records("backup-logs", BackupRunSteps, hasOneOf("id", ids));
  const stepsById = new Map(read.map(({ id, tasks }) => [id, tasks ?? []]));
  return new Map(
    last.flatMap(({ run, isLarge }): [string, Written][] => {
      if (isLarge) return [[run.jobId ?? "", { run, repositories: undefined }]];
      const repositories = new Set(targetsIn(stepsById.get(run.id) ?? []));
      // A run that tells of no export tells nothing of targets.
      return repositories.size === 0 ? [] : [[run.jobId ?? "", { run, repositories }]];
    }),
  );
}

function targetsIn(steps: readonly BackupStep[]): string[] {
  return steps.flatMap(({ data, message, tasks }) => [
    ...(message === "export" && data?.type === "remote" && data.id ? [data.id] : []),
    ...targetsIn(tasks ?? []),
  ]);
}
