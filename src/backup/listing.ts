import { type Sentence, quoted, say, together } from "../sentence.ts";
import { warnOfGaps } from "../estate/gaps.ts";
import { originsOf } from "../estate/job-origin.ts";
import { part } from "../estate/part.ts";
import type { Context } from "../tool.ts";
import type { Filter } from "../xo/filter.ts";
import { BackupJob } from "../xo/records/backup-job.ts";
import { BackupRun } from "../xo/records/backup-log.ts";
import { BackupRepository } from "../xo/records/backup-repository.ts";
import { Vm } from "../xo/records/vm.ts";
import { type Archive, type Content, readContent } from "./archives.ts";
import type { Known } from "./describe-archive.ts";
import { doubtsAbout } from "./listing-doubts.ts";
import type { Repository } from "./repositories.ts";

const VmName = Vm.pick({ id: true, name_label: true });
const JobTargets = BackupJob.pick({ id: true, name: true, type: true, remotes: true });

/** What repositories hold, and what tells whose that is. */
export interface Listing {
  contents: readonly Content[];
  known: Known;
  /** Why what XO lists of a repository may not be all, by its id. */
  doubts: ReadonlyMap<string, Sentence>;
}

/**
 * Reads the restore points in repositories.
 * @param choice those of all that are asked
 * @param filter of XO's own, for the restore points
 * @param vmId of the VM that alone is asked for
 */
export async function readListing(
  context: Context,
  choice: (all: readonly Repository[]) => readonly Repository[],
  filter?: Filter,
  vmId?: string,
): Promise<Listing> {
  const { xo } = context;
  const [all, vms, jobs, runs, gaps] = await Promise.all([
    xo.records("backup-repositories", BackupRepository),
    part(context, say`whether the VMs still exist`, xo.records("vms", VmName)),
    part(context, say`whether the jobs still exist`, xo.records("backup-jobs", JobTargets)),
    part(context, say`which runs wrote there`, xo.records("backup-logs", BackupRun)),
    warnOfGaps(context),
  ]);
  const contents = await Promise.all(
    choice(all).map((repository) => readContent(context, repository, filter)),
  );
  const sight = await context.sight();
  const known: Known = {
    vms: vms && new Map(vms.map(({ id, name_label }) => [id, name_label])),
    jobs: jobs && new Map(jobs.map(({ id, name }) => [id, name])),
    repositories: new Map(all.map(({ id, name }) => [id, name])),
    seesVms: gaps.allPools && sight.whole("vms"),
    originOf: originsOf({ jobs: jobs ?? [], runs, seesJobs: sight.whole("backup-jobs") }),
  };
  return { contents, known, doubts: await doubtsAbout(context, contents, jobs ?? [], runs, vmId) };
}

export function warnOfDoubts(
  { warn }: Context,
  contents: readonly Content[],
  doubts: Listing["doubts"],
): void {
  for (const { repository } of contents) {
    const doubt = doubts.get(repository.id);
    if (doubt !== undefined) warn(say`${quoted(repository.name)}: ${doubt}.`);
  }
}

/** The repositories that could not be read, each with the reason. */
export function unreadAmong(contents: readonly Content[]): Sentence[] {
  return contents.flatMap(({ repository, unread }) =>
    unread === undefined ? [] : [say`${quoted(repository.name)} (${unread})`],
  );
}

export function warnOfUnread({ warn }: Context, contents: readonly Content[]): void {
  const unread = unreadAmong(contents);
  if (unread.length > 0) {
    warn(say`Not read, so what they hold is missing here: ${together(unread, ", ")}.`);
  }
  if (contents.length === 0) warn(say`XO has no backup repository that this account sees.`);
}

/** Cleaning up what another XO keeps would destroy its backups. */
export function warnOfOthers(
  { warn }: Context,
  archives: readonly Archive[],
  { originOf, jobs }: Known,
): void {
  const others = archives.filter(({ jobId, timestamp }) =>
    ["foreign", "either"].includes(originOf(jobId, timestamp)),
  ).length;
  if (jobs === undefined || others === 0) return;
  warn(
    say`${others} restore points are of jobs that are not in this XO: deleted here, or another XO's that writes there too, which would lose them.`,
  );
}
