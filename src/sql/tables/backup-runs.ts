import { groupFailures, type Run, type RunDetails, wordFor } from "../../backup/runs.ts";
import type { Context } from "../../tool.ts";
import { columnsOf } from "../column.ts";
import { proxyNames, runs, scheduleNames } from "../facts/backup.ts";
import { runDetails } from "../facts/backup-runs.ts";
import { defineTable } from "../table.ts";

interface Row {
  run: Run;
  details?: RunDetails | undefined;
}

const { column, joined } = columnsOf<Row>();

export const backupRuns = defineTable<Row>({
  name: "backup_runs",
  says: "runs of backup jobs that XO keeps",
  example:
    "select job, count(*), avg(duration_s) from backup_runs where started_at > datetime('now', '-7 days') group by job",
  from: ["backup-logs"],
  read: readRuns,
  columns: {
    id: column("id", ["run"], ({ run }) => run.id),
    job: column("text", ["run"], ({ run }) => run.jobName, {
      says: "as it was called then",
      everyday: true,
    }),
    job_id: column("id", ["run"], ({ run }) => run.jobId),
    schedule: joined(scheduleNames, "text", ["run"], ({ run }, names) =>
      names.get(run.scheduleId ?? ""),
    ),
    schedule_id: column("id", ["run"], ({ run }) => run.scheduleId),
    proxy: joined(proxyNames, "text", ["run"], ({ run }, names) => names.get(run.proxyId ?? ""), {
      says: "XO's proxy that did the work; NULL: XO itself",
    }),
    proxy_id: column("id", ["run"], ({ run }) => run.proxyId),
    status: column("text", ["run"], ({ run }) => wordFor(run.status), {
      says: "one failed VM makes a failure; skipped: no VM matched; interrupted: XO was stopped",
      values: ["success", "failure", "skipped", "interrupted", "running"],
      everyday: true,
    }),
    started_at: column("time", ["run"], ({ run }) => (run.start ?? 0) / 1000, { everyday: true }),
    ended_at: column("time", ["run"], ({ run }) => (run.end ?? 0) / 1000),
    duration_s: column(
      "number",
      ["run"],
      ({ run: { start, end } }) => (start && end ? (end - start) / 1000 : undefined),
      { everyday: true },
    ),
    vm_count: column("count", ["details"], ({ details }) => vmsOf(details)?.length, {
      says: "NULL where XO tells no VMs: of metadata, of a run that failed before it knew them, of a forgotten one",
      everyday: true,
    }),
    failed_vm_count: column(
      "count",
      ["run", "details"],
      ({ run, details }) =>
        run.status === "pending"
          ? undefined
          : vmsOf(details)?.filter(({ status }) => lost.has(status)).length,
      { says: "failed, interrupted or not reached; NULL as vm_count, and while it runs" },
    ),
    failure: column("text", ["details"], ({ details }) => failureIn(details)?.class, {
      says: "its class: of the run itself, else of most of its VMs; all in backup_run_vms",
    }),
    reason: column("text", ["details"], ({ details }) => failureIn(details)?.reason),
    is_forgotten: column("flag", ["details"], ({ details }) => details?.isForgotten, {
      says: "XO keeps its line alone, after 31 days: that reads success whatever failed in it",
    }),
  },
});

/** What leaves a VM without a copy from this run. */
const lost = new Set(["failure", "interrupted", "not reached"]);

async function readRuns(context: Context, keys: readonly string[]): Promise<Row[]> {
  if (!keys.includes("details")) return (await runs.in(context)).map((run) => ({ run }));
  const [all, details] = await Promise.all([runs.in(context), runDetails.in(context)]);
  return all.map((run) => ({ run, details: details.get(run.id) }));
}

function vmsOf(details: RunDetails | undefined): RunDetails["outcomes"] | undefined {
  return details?.tellsVms === true ? details.outcomes.filter(({ isPool }) => !isPool) : undefined;
}

function failureIn(details: RunDetails | undefined) {
  return details && (details.failure ?? groupFailures(details.outcomes)[0]);
}
