import { FAILURES } from "../xo/estate/run-tasks.ts";
import { day, grouped, runsOf, toSecond } from "./backup-plan.ts";
import { askAll } from "./questions.ts";
import type { Estate } from "../xo/estate/estate.ts";

const sum = (figures: number[]) => figures.reduce((total, figure) => total + figure, 0);

/** The nightly runs, newest first. */
const nightly = (estate: Estate) =>
  runsOf(estate)
    .filter(({ jobName }) => jobName === "nightly-prod")
    .toReversed();

/** All VMs in runs, each with its run. */
const parts = (estate: Estate) =>
  runsOf(estate).flatMap((run) => run.vms.map((vm) => ({ run, vm })));

// What runs of backup jobs did.
askAll([
  {
    asks: "How did the runs of the last week end?",
    sql: `select status, count(*) from backup_runs where started_at > datetime('now', '-7 days')
      group by status`,
    rows: (estate) =>
      grouped(
        runsOf(estate).filter(({ start }) => start > estate.now - 7 * day),
        ({ status }) => (status === "pending" ? "running" : status),
        (group) => group.length,
      ),
  },
  {
    asks: "How long did the longest run of each job take?",
    sql: "select job, max(duration_s) from backup_runs where job is not null group by job_id",
    rows: (estate) =>
      grouped(
        runsOf(estate),
        ({ jobName }) => jobName,
        (group) => {
          const took = group.flatMap(({ start, end }) => (end ? [(end - start) / 1000] : []));
          return took.length === 0 ? null : Math.max(...took);
        },
      ),
  },
  {
    asks: "How many VMs failed in the last three nights?",
    sql: `select started_at, status, vm_count, failed_vm_count from backup_runs
      where job = 'nightly-prod' order by started_at desc limit 3`,
    inOrder: true,
    rows: (estate) =>
      nightly(estate)
        .slice(0, 3)
        .map(({ start, status, vms }) => [
          toSecond(start),
          status,
          vms.length,
          vms.filter((vm) => vm.status === "failure").length,
        ]),
  },
  {
    asks: "Which runs failed or were skipped before they knew their VMs, and why?",
    sql: `select job, failure, count(*) from backup_runs
      where vm_count is null and status in ('failure', 'skipped') group by job_id, failure`,
    rows: (estate) =>
      grouped(
        runsOf(estate).filter(
          ({ status, vms }) => vms.length === 0 && ["failure", "skipped"].includes(status),
        ),
        ({ jobName, status }) =>
          `${jobName} ${status === "skipped" ? "nothing-to-do" : "repository-unreachable"}`,
        (group) => group.length,
      ).map(([key, count]) => [...key.split(" "), count]),
  },
  {
    asks: "Why do VMs fail in the last run of the nightly job?",
    sql: `select failure, count(*) from backup_run_vms where status = 'failure'
      and run_id = (select id from backup_runs where job = 'nightly-prod' order by started_at desc limit 1)
      group by failure`,
    rows: (estate) =>
      grouped(
        (nightly(estate)[0]?.vms ?? []).flatMap(({ status }, at) =>
          status === "failure" ? [FAILURES[Math.floor(at / 6) % FAILURES.length] ?? ""] : [],
        ),
        (failure) => failure,
        (group) => group.length,
      ),
  },
  {
    asks: "Which VMs failed in each of the last three nights?",
    sql: `with nights as (select id from backup_runs where job = 'nightly-prod'
        order by started_at desc limit 3)
      select vm_id from backup_run_vms where status = 'failure' and run_id in (select id from nights)
      group by vm_id having count(*) = 3`,
    rows: (estate) =>
      grouped(
        nightly(estate)
          .slice(0, 3)
          .flatMap(({ vms }) => vms.filter(({ status }) => status === "failure")),
        ({ id }) => id,
        (group) => group.length,
      ).flatMap(([id, count]) => (count === 3 ? [[id]] : [])),
  },
  {
    asks: "Whose backup copied most in the last week?",
    sql: `select vm_id, sum(transferred_bytes) from backup_run_vms
      where run_started_at > datetime('now', '-7 days')
      group by vm_id order by 2 desc, vm_id limit 5`,
    inOrder: true,
    rows: (estate) =>
      grouped(
        parts(estate).filter(({ run }) => run.start > estate.now - 7 * day),
        ({ vm }) => vm.id,
        (group) => sum(group.map(({ vm }) => vm.bytes)),
      )
        .toSorted(([a, left], [b, right]) => right - left || (a < b ? -1 : 1))
        .slice(0, 5),
  },
  {
    asks: "How many gigabytes did each job copy, and how many VMs took over five minutes?",
    sql: `select job, round(sum(transferred_bytes) / 1e9), count(distinct vm_id) filter (where duration_s > 300)
      from backup_run_vms where status = 'success' group by job_id`,
    rows: (estate) =>
      [
        ...Map.groupBy(
          parts(estate).filter(({ vm }) => vm.status === "success"),
          ({ run }) => run.jobName,
        ),
      ].map(([job, group]) => [
        job,
        Math.round(sum(group.map(({ vm }) => vm.bytes)) / 1e9),
        new Set(group.flatMap(({ vm }) => ((vm.end ?? 0) - vm.start > 300_000 ? [vm.id] : [])))
          .size,
      ]),
  },
  {
    asks: "Which VMs' last backup did not succeed?",
    sql: `select vm_id, status from (select *, row_number() over (partition by vm_id
        order by run_started_at desc) as nth from backup_run_vms) where nth = 1 and status <> 'success'`,
    rows: (estate) =>
      [...Map.groupBy(parts(estate).toReversed(), ({ vm }) => vm.id)].flatMap(([id, [last]]) =>
        last === undefined || last.vm.status === "success" ? [] : [[id, last.vm.status]],
      ),
  },
  {
    asks: "Which runs have had no end for more than two days?",
    sql: `select job, started_at from backup_runs where status = 'running'
      and started_at < datetime('now', '-2 days')`,
    rows: (estate) =>
      runsOf(estate).flatMap(({ jobName, status, start }) =>
        status === "pending" && start < estate.now - 2 * day ? [[jobName, toSecond(start)]] : [],
      ),
  },
  {
    asks: "Of how many runs of each job does XO no longer know what became of the VMs?",
    sql: "select job_id, count(*) from backup_runs where is_forgotten = 1 group by job_id",
    rows: (estate) =>
      grouped(
        runsOf(estate).filter(
          ({ start, end, status, vms }) =>
            (end ?? start) < estate.now - 31 * day && status !== "pending" && vms.length === 0,
        ),
        ({ jobId }) => jobId,
        (group) => group.length,
      ),
  },
]);
