import { type Sentence, quoted, say } from "../sentence.ts";
import { toSecond } from "../time.ts";
import type { Context } from "../tool.ts";
import { part } from "../estate/part.ts";
import type { Content } from "./archives.ts";
import { isOfVms, type Job } from "./jobs.ts";
import { idsOf } from "./pattern.ts";
import { readDetails } from "./read-runs.ts";
import { isOlderThanKept, newestFirst, type Run, unnamed } from "./runs.ts";

type WritingJob = Pick<Job, "id" | "type" | "remotes">;

/**
 * Why what XO lists of repositories may not be all, by their ids: runs that were good for VMs, and
 * nothing of these listed. XO's API answers with an empty list when it could not make one (for up to
 * an hour after a listing that took over 30 seconds), and for a minute with one VM's alone after
 * somebody looked at that VM (backups-ng/index.mjs, _listVmBackupsOnRemote; vm.service.mts).
 * @param runs of all jobs; nothing when they could not be read
 * @param vmId of the VM that alone was asked for
 */
export async function doubtsAbout(
  context: Context,
  contents: readonly Content[],
  jobs: readonly WritingJob[],
  runs: readonly Run[] | undefined,
  vmId?: string,
): Promise<ReadonlyMap<string, Sentence>> {
  const readable = contents.filter(({ unread }) => unread === undefined);
  const doubts = readable.flatMap(({ repository, archives }) => {
    const told = (runs ?? []).filter((run) => !isOlderThanKept(run, context.now));
    const late = lateIn(archives, lastRunsTo(repository.id, jobs, told));
    return late === undefined ? [] : [[repository.id, late] as const];
  });
  const sparse = readable.filter(({ archives }) => vmsIn(archives).size < (vmId ? 1 : 2));
  const wanted = new Map(
    sparse.map(({ repository: { id } }) => [id, lastRunsTo(id, jobs, runs ?? [])]),
  );
  const reading = readDetails(context.xo, [...new Set([...wanted.values()].flat())], {
    ...unnamed,
    now: context.now,
  });
  const details = await part(context, say`whether runs wrote what is not listed`, reading);
  const missing = sparse.flatMap(({ repository: { id }, archives }) => {
    const listed = vmsIn(archives);
    const written = (wanted.get(id) ?? []).flatMap((run) =>
      (details?.get(run.id)?.outcomes ?? [])
        .filter(({ status }) => status === "success")
        .map((outcome) => ({ vm: outcome.id, start: run.start ?? 0 })),
    );
    const lost = written.filter(({ vm }) => !listed.has(vm) && (vmId === undefined || vm === vmId));
    return lost.length === 0 ? [] : [[id, wordsFor(listed.size, lost)] as const];
  });
  return new Map([...doubts, ...missing]);
}

function wordsFor(listed: number, lost: readonly { vm: string; start: number }[]): Sentence {
  const vms = new Set(lost.map(({ vm }) => vm)).size;
  const last = toSecond(Math.max(...lost.map(({ start }) => start)));
  const wrote = say`runs were good for ${vms} VM${vms === 1 ? "" : "s"} of which nothing is listed, last on ${quoted(last ?? "")}`;
  return listed === 0
    ? say`${wrote}: XO also answers so when it could not list it, or listed one VM alone. Ask again in a minute; look whether somebody removed them`
    : say`one VM's restore points only; ${wrote}: XO lists so for a minute after somebody looked at that VM. Ask again in a minute`;
}

function vmsIn(archives: Content["archives"]): Set<string> {
  return new Set(archives.flatMap(({ vm }) => vm?.uuid ?? []));
}

/** The newest run of each schedule that writes to a repository: mirrors prove no copy. */
function lastRunsTo(repository: string, jobs: readonly WritingJob[], runs: readonly Run[]): Run[] {
  const writing = new Set(
    jobs.flatMap((job) =>
      isOfVms(job) && idsOf(job.remotes)?.includes(repository) ? [job.id] : [],
    ),
  );
  const own = newestFirst(runs).filter(
    ({ jobId, status }) =>
      writing.has(jobId ?? "") && (status === "success" || status === "failure"),
  );
  const groups = Map.groupBy(own, ({ jobId, scheduleId }) => `${jobId} ${scheduleId}`);
  return [...groups.values()].flatMap((group) => group.slice(0, 1));
}

/** Whether a schedule that has restore points here has had a good run since the newest of them. */
function lateIn(archives: Content["archives"], last: readonly Run[]): Sentence | undefined {
  const bySchedule = Map.groupBy(archives, ({ scheduleId }) => scheduleId ?? "");
  const late = last.flatMap(({ scheduleId, status, start }) => {
    const own = bySchedule.get(scheduleId ?? "") ?? [];
    const newest = Math.max(...own.map(({ timestamp }) => timestamp ?? 0));
    return own.length > 0 && status === "success" && start && newest < start
      ? [{ newest, start }]
      : [];
  });
  const [worst] = late.toSorted((a, b) => b.start - a.start);
  return (
    worst &&
    say`its newest restore point of a schedule is of ${quoted(toSecond(worst.newest) ?? "")}, but that schedule had a good run on ${quoted(toSecond(worst.start) ?? "")}: perhaps to another repository, or it was removed since`
  );
}
