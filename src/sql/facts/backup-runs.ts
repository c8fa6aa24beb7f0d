import { say } from "../../sentence.ts";
import { namesOf, repositoriesOf } from "../../backup/names.ts";
import { readDetails } from "../../backup/read-runs.ts";
import type { Facts, RunDetails } from "../../backup/runs.ts";
import type { Context } from "../../tool.ts";
import { BackupJob } from "../../xo/records/backup-job.ts";
import { fact } from "../fact.ts";
import { runs } from "./backup.ts";

const JobType = BackupJob.pick({ id: true, type: true });

/** The names in the words of a failure; a missing one only leaves its place out. */
const runFacts = fact([], async (context): Promise<Facts> => {
  const [jobs, repositories, names] = await Promise.all([
    context.xo.records("backup-jobs", JobType),
    repositoriesOf(context),
    namesOf(context, ["srs", "pools"]),
  ]);
  for (const { id, name } of repositories) names.set(id, name);
  const mirrors = new Set(jobs.flatMap(({ id, type }) => (type === "mirrorBackup" ? [id] : [])));
  return {
    nameOf: (id) => names.get(id),
    isMirror: (id) => mirrors.has(id),
    now: context.now,
  };
});

type Details = ReadonlyMap<string, RunDetails>;

async function readAll(context: Context, steps: "needed" | "all"): Promise<Details> {
  const [all, facts] = await Promise.all([runs.in(context), runFacts.in(context)]);
  const details = await readDetails(context.xo, all, facts, steps);
  const left = all.length - details.size;
  if (left > 0) {
    context.warn(
      say`What became of the VMs in ${left} of ${all.length} backup runs was not read, there are too many; it is of the oldest that did not end well.`,
    );
  }
  return details;
}

/** What became of the VMs of all runs, by the id of the run. */
export const runDetails = fact(["backup-logs"], (context) => readAll(context, "needed"));

/** The same with what it took of each, which is in the steps of good runs too. */
export const runWork = fact(["backup-logs"], async (context): Promise<Details> => {
  const details = await readAll(context, "all");
  const untold = [...details.values()].filter(
    ({ tellsVms, isForgotten, outcomes }) =>
      tellsVms && !isForgotten && outcomes.every(({ work }) => work === undefined),
  );
  if (untold.length > 0) {
    context.warn(
      say`Times and sizes of the VMs in ${untold.length} backup runs are NULL: XO keeps their steps no longer, or they were too many to be read.`,
    );
  }
  return details;
});
