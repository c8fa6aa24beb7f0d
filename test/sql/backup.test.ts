import * as z from "zod";
import { isReplica } from "../xo/estate/jobs.ts";
import { ofType } from "../xo/estate/records.ts";
import { trap } from "../xo/estate/traps.ts";
import { day, grouped, jobsOf, nameOf, schedulesOf, toSecond, words } from "./backup-plan.ts";
import { askAll } from "./questions.ts";

const Target = z.object({ id: z.string() });

// What is to be backed up, and by which jobs.
askAll([
  {
    asks: "How are the VMs backed up?",
    sql: "select backup_status, count(*) from vms where backup_status is not null group by 1",
    rows: ({ coverage }) =>
      grouped(
        coverage.values(),
        ({ status }) => words[status],
        (group) => group.length,
      ),
  },
  {
    asks: "How many VMs of each pool have had no good backup for a week?",
    sql: `select pool_id, count(*) from vms where backup_status is not null
      and coalesce(last_good_backup_at, '') < datetime('now', '-7 days') group by pool_id`,
    rows: (estate) =>
      grouped(
        ofType(estate, "VM").filter(({ id }) => {
          const known = estate.coverage.get(id);
          return known !== undefined && (known.lastGoodRun ?? 0) < estate.now - 7 * day;
        }),
        ({ $pool }) => $pool,
        (group) => group.length,
      ),
  },
  {
    asks: "How many running VMs does no backup job cover, and how much memory have they?",
    sql: `select count(*), sum(memory_bytes) from vms v where power_state = 'Running'
      and backup_status is not null and not exists (select 1 from backup_job_vms b where b.vm_id = v.id)`,
    rows: (estate) => {
      const vms = ofType(estate, "VM").filter(
        ({ id, power_state }) =>
          power_state === "Running" && estate.coverage.get(id)?.jobs.length === 0,
      );
      return [[vms.length, vms.reduce((sum, { memory }) => sum + memory.size, 0)]];
    },
  },
  {
    asks: "Which VMs are replicas, and so not counted as backed up or not?",
    sql: "select id from vms where is_replica and backup_status is null and last_good_backup_at is null",
    rows: (estate) =>
      ofType(estate, "VM")
        .filter(isReplica)
        .map(({ id }) => [id]),
  },
  {
    asks: "When was the last good backup of each VM of the nightly job?",
    sql: `select v.id, v.last_good_backup_at from vms v join backup_job_vms b on b.vm_id = v.id
      where b.job = 'nightly-prod'`,
    rows: (estate) =>
      jobsOf(estate)
        .filter(({ name }) => name === "nightly-prod")
        .flatMap(({ vms }) => vms)
        .map((id) => {
          const good = estate.coverage.get(id)?.lastGoodRun;
          return [id, good === undefined ? null : toSecond(good)];
        }),
  },
  {
    asks: "Which VMs are in more than one backup job?",
    sql: `select vm_id, count(*) from backup_job_vms group by vm_id having count(*) > 1`,
    rows: ({ coverage }) =>
      [...coverage].flatMap(([id, { jobs }]) => (jobs.length > 1 ? [[id, jobs.length]] : [])),
  },
  {
    asks: "How many VMs does each job cover now, and does it list them?",
    sql: "select job, how, count(*) from backup_job_vms group by job_id, how",
    rows: (estate) =>
      jobsOf(estate).flatMap(({ name, vms }) =>
        vms.length === 0 ? [] : [[name, name.includes("smart") ? "smart" : "listed", vms.length]],
      ),
  },
  {
    asks: "Which three enabled jobs cover most VMs?",
    sql: "select name, vm_count from backup_jobs where is_enabled = 1 order by vm_count desc limit 3",
    inOrder: true,
    rows: (estate) => {
      const enabled = new Set(
        schedulesOf(estate).flatMap(({ enabled: on, jobId }) => (on ? [jobId] : [])),
      );
      return jobsOf(estate)
        .filter(({ id }) => enabled.has(id))
        .toSorted((a, b) => b.vms.length - a.vms.length)
        .slice(0, 3)
        .map(({ name, vms }) => [name, vms.length]);
    },
  },
  {
    asks: "Which jobs are run by no schedule, or perhaps by a sequence alone?",
    sql: "select name, is_enabled from backup_jobs where is_enabled is not 1",
    rows: (estate) => [
      [String(trap(estate, "disabled-job")["name"]), 0],
      [String(trap(estate, "sequenced-job")["name"]), null],
    ],
  },
  {
    asks: "When do the enabled schedules run, and how many backups do they keep?",
    sql: "select job, cron, timezone, export_retention from schedules where is_enabled = 1",
    rows: (estate) =>
      schedulesOf(estate)
        .filter(({ enabled }) => enabled)
        .map(({ job, cron, timezone, retention }) => [
          job?.name,
          cron,
          timezone ?? "UTC",
          retention,
        ]),
  },
  {
    asks: "Which jobs keep fewer than seven restore points of their VMs?",
    sql: `select j.name, min(s.export_retention) from backup_jobs j join schedules s on s.job_id = j.id
      where j.type = 'backup' group by j.id having min(s.export_retention) < 7`,
    rows: (estate) =>
      schedulesOf(estate).flatMap(({ job, retention = 7 }) =>
        job?.type === "backup" && retention < 7 ? [[job.name, retention]] : [],
      ),
  },
  {
    asks: "Which jobs write to more than one repository?",
    sql: `select job, group_concat(repository, '+') from (select * from backup_job_targets order by repository)
      where repository is not null group by job_id having count(*) > 1`,
    rows: (estate) =>
      jobsOf(estate).flatMap(({ name, repositories }) =>
        repositories.length > 1
          ? [
              [
                name,
                repositories
                  .map((id) => nameOf(estate, id))
                  .toSorted()
                  .join("+"),
              ],
            ]
          : [],
      ),
  },
  {
    asks: "Which storages are replicated to, and how many VMs are in those jobs?",
    sql: `select t.sr_id, j.vm_count from backup_job_targets t join backup_jobs j on j.id = t.job_id
      where t.sr is not null`,
    rows: (estate) =>
      estate.jobs.flatMap(({ name, srs }) =>
        name === "nightly-replication" ? [[Target.parse(srs).id, 1]] : [],
      ),
  },
  {
    asks: "Which repositories cannot be used, or are used by no job?",
    sql: `select name, state from repositories r where state <> 'ready'
      or not exists (select 1 from backup_job_targets t where t.repository_id = r.id)`,
    rows: () => [
      ["nfs-offline", "failed"],
      ["nfs-old", "disabled"],
    ],
  },
]);
