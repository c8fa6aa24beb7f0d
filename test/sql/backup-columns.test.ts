import { afterEach, describe, expect, test } from "bun:test";
import { answering } from "../health.ts";
import { call, signIn, tryCall, useXo, warningsOf } from "../harness.ts";
import { trap } from "../xo/estate/traps.ts";
import { rowsOf } from "./questions.ts";

const fixture = useXo();

afterEach(() => fixture.xo.clearFaults());

async function sql(text: string) {
  const answer = await call(signIn(fixture.xo), "query_sql", { sql: text });
  return { rows: rowsOf(answer), warnings: warningsOf(answer) };
}

describe("the tables of backups", () => {
  test("do not know how VMs are backed up where runs cannot be read", async () => {
    await fixture.xo.setFaults([{ match: { path: "/backup-logs" }, status: 500 }]);
    const { rows, warnings } = await sql(
      "select distinct backup_status from vms where last_good_backup_at is null order by 1",
    );
    expect(rows).toEqual([[null], ["excluded"], ["not-covered"], ["unknown"]]);
    expect(warnings).toContain("Unknown here: how runs ended.");
    const outcome = await tryCall(signIn(fixture.xo), "query_sql", {
      sql: "select count(*) from backup_run_vms",
    });
    expect(outcome.stderr).toContain("backup_run_vms cannot be read");
  });

  test("do not know which VMs a pattern covers that looks at what may be secret", async () => {
    const { xo } = fixture;
    const job = trap(xo.estate, "smart-job");
    const vms = { other: { "cloud-init-password": "x" } };
    await xo.setFaults([answering("backup-jobs", [{ ...job, vms }])]);
    expect((await sql("select vm_count from backup_jobs")).rows).toEqual([[null]]);
    const { rows, warnings } = await sql("select count(*) from backup_job_vms");
    expect(rows).toEqual([[0]]);
    expect(warnings).toContain(`Which VMs these jobs cover is unknown`);
    expect(warnings).toContain(String(job["name"]));
  });

  test("have of a job's settings the known ones, a schedule's before the job's", async () => {
    const { xo } = fixture;
    const job = trap(xo.estate, "id-list-job");
    const schedule = xo.estate.schedules.find(({ jobId }) => jobId === job.id);
    const settings = {
      "": {
        concurrency: 4,
        timeout: 3_600_000,
        maxExportRate: 0,
        preferNbd: true,
        exportRetention: 30,
        fullInterval: "never",
        longTermRetention: { weekly: { retention: 8, settings: {} } },
        webhookToken: "CANARY",
      },
      [String(schedule?.id)]: { exportRetention: 5, healthCheckVmsWithTags: ["gold"] },
    };
    await xo.setFaults([answering("backup-jobs", [{ ...job, settings }])]);
    expect(
      (
        await sql(
          "select concurrency, timeout_s, max_export_bytes_per_s, prefers_nbd, retries, keeps_weekly, keeps_daily from backup_jobs",
        )
      ).rows,
    ).toEqual([[4, 3_600, null, 1, null, 8, null]]);
    expect(
      (
        await sql(
          "select export_retention, full_interval, health_check_tags from schedules where job is not null",
        )
      ).rows,
    ).toEqual([[5, null, "gold"]]);
    expect(JSON.stringify(await sql("select * from backup_jobs"))).not.toContain("CANARY");
  });

  test("say of how many runs too much is kept to read it", async () => {
    const { xo } = fixture;
    const runs = [1, 2].map((days) => ({
      id: String(days),
      jobId: "job",
      jobName: "huge",
      status: "failure",
      start: xo.now - days * 86_400_000,
      end: xo.now - days * 86_400_000 + 60_000,
      infos: [
        { message: "vms", data: { vms: Array.from({ length: 20_000 }, (_, at) => `vm-${at}`) } },
      ],
      tasks: [],
    }));
    const steps = {
      match: { path: "backup-logs\\?.*tasks" },
      body: JSON.stringify(runs.slice(0, 1)),
    };
    await xo.setFaults([steps, answering("backup-logs", runs)]);
    const { rows, warnings } = await sql("select run_id, count(*) from backup_run_vms group by 1");
    expect(rows).toEqual([["1", 20_000]]);
    expect(warnings).toContain("in 1 of 2 backup runs was not read");
    expect((await sql("select id, vm_count from backup_runs order by id")).rows).toEqual([
      ["1", 20_000],
      ["2", null],
    ]);
  });

  test("do not come up empty where no repository can be listed", async () => {
    const { xo } = fixture;
    await xo.setFaults([{ match: { path: "/backup-archives" }, status: 500 }]);
    const { stdout, stderr } = await tryCall(signIn(xo), "query_sql", {
      sql: "select count(*) from backup_archives",
    });
    expect(stdout).toBe("");
    expect(stderr).toContain("backup_archives cannot be read: no repository could be listed");
  });
});
