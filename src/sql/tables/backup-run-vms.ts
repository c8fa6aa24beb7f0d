import { hints } from "../../backup/failure-class.ts";
import { type Outcome, type Run, wordFor } from "../../backup/runs.ts";
import type { Context } from "../../tool.ts";
import { columnsOf } from "../column.ts";
import { runs } from "../facts/backup.ts";
import { runDetails, runWork } from "../facts/backup-runs.ts";
import { vmNames } from "../facts/names.ts";
import { defineTable } from "../table.ts";

interface Row {
  run: Run;
  outcome: Outcome;
  /** Of this the steps of all runs have to be read. */
  work?: Outcome["work"];
}

const { column, joined } = columnsOf<Row>();

export const backupRunVms = defineTable<Row>({
  name: "backup_run_vms",
  says: "each VM's outcome in each run whose VMs XO keeps, for 31 days",
  example:
    "select vm, count(*) from backup_run_vms where status = 'failure' group by vm_id order by 2 desc",
  from: ["backup-logs"],
  read: readOutcomes,
  columns: {
    id: column("id", ["run", "outcome"], ({ run, outcome }) => `${run.id}/${outcome.id}`),
    run_id: column("id", ["run"], ({ run }) => run.id, { everyday: true }),
    job: column("text", ["run"], ({ run }) => run.jobName, { everyday: true }),
    job_id: column("id", ["run"], ({ run }) => run.jobId),
    run_started_at: column("time", ["run"], ({ run }) => (run.start ?? 0) / 1000, {
      everyday: true,
    }),
    vm: joined(
      vmNames,
      "text",
      ["outcome"],
      ({ outcome }, names) => outcome.name || names.get(outcome.id),
      { says: "as the run knew it", everyday: true },
    ),
    vm_id: column("id", ["outcome"], ({ outcome }) => outcome.id),
    status: column("text", ["outcome"], ({ outcome }) => wordFor(outcome.status), {
      says: "not reached: the run was stopped before it, or has not come to it yet; not begun and nothing copied are of mirrors",
      values: [
        "success",
        "failure",
        "skipped",
        "interrupted",
        "running",
        "not reached",
        "not begun",
        "nothing copied",
      ],
      everyday: true,
    }),
    failure: column("text", ["outcome"], ({ outcome }) => outcome.failure?.class, {
      values: Object.keys(hints),
      everyday: true,
    }),
    reason: column("text", ["outcome"], ({ outcome }) => outcome.failure?.reason),
    started_at: column("time", ["work"], ({ work }) => (work?.start ?? 0) / 1000, {
      says: "when its own backup began",
    }),
    ended_at: column("time", ["work"], ({ work }) => (work?.end ?? 0) / 1000),
    duration_s: column(
      "number",
      ["work"],
      ({ work }) => (work?.start && work.end ? (work.end - work.start) / 1000 : undefined),
      { everyday: true },
    ),
    transferred_bytes: column("bytes", ["work"], ({ work }) => work?.bytes, {
      says: "to all targets together",
      everyday: true,
    }),
    is_full: column("flag", ["work"], ({ work }) => work?.isFull, {
      says: "whether a whole copy was made",
    }),
  },
});

async function readOutcomes(context: Context, keys: readonly string[]): Promise<Row[]> {
  const reading = keys.includes("work") ? runWork : runDetails;
  const [all, details] = await Promise.all([runs.in(context), reading.in(context)]);
  return all.flatMap((run) =>
    (details.get(run.id)?.outcomes ?? []).flatMap((outcome) =>
      outcome.isPool ? [] : [{ run, outcome, work: outcome.work }],
    ),
  );
}
