import { afterEach, describe, expect, test } from "bun:test";
import { call, itemsOf, signIn, useXo } from "./harness.ts";
import { answering, health } from "./health.ts";
import { lastRunOf, vmsOf } from "./xo/estate/situations/run-steps.ts";
import { trap } from "./xo/estate/traps.ts";

// Every way in which XO's runner ends a run or a VM in it, as it writes the log.
const fixture = useXo();

afterEach(() => fixture.xo.clearFaults());

const vm = "VM-ID";
const named = { infos: [{ message: "vms", data: { vms: [vm] } }] };
const step = (status: string, more: object = {}) => ({
  id: "1",
  message: "backup VM",
  status,
  data: { type: "VM", id: vm },
  ...more,
});
const said = (message: string) => ({ result: { message } });

const endings: [string, object, string, string?][] = [
  ["good", { status: "success", ...named, tasks: [step("success")] }, "protected"],
  [
    "good, of an XO that names no VMs",
    { status: "success", tasks: [step("success")] },
    "protected",
  ],
  ["good by its line, its steps removed", { status: "success" }, "unknown"],
  ["bad for another VM", { status: "failure", ...named, tasks: [step("success")] }, "protected"],
  [
    "bad for it",
    { status: "failure", ...named, tasks: [step("failure", said("ENOSPC"))] },
    "failing",
    "storage-full",
  ],
  [
    "bad at first, then retried",
    { status: "success", ...named, tasks: [step("failure"), step("success")] },
    "protected",
  ],
  [
    "skipped for it",
    { status: "skipped", ...named, tasks: [step("skipped", said("unhealthy VDI chain"))] },
    "failing",
    "snapshot-refused",
  ],
  ["stopped before it", { status: "interrupted", ...named, tasks: [] }, "failing", "interrupted"],
  [
    "refused, for another goes on",
    { status: "failure", ...said("the job (1) is already running") },
    "failing",
    "busy",
  ],
  [
    "without a target",
    { status: "failure", ...said("couldn't instantiate any remote") },
    "failing",
    "repository-unreachable",
  ],
  [
    "with a target that failed first",
    {
      status: "failure",
      tasks: [
        {
          id: "2",
          message: "get remote adapter",
          status: "failure",
          data: { type: "remote", id: "r" },
          ...said("ETIMEDOUT"),
        },
      ],
    },
    "failing",
    "repository-unreachable",
  ],
  [
    "with a pool that is gone",
    {
      status: "failure",
      tasks: [
        {
          id: "2",
          message: "missing pool",
          status: "failure",
          data: { type: "pool", id: "p" },
          ...said("no such object"),
        },
      ],
    },
    "failing",
    "object-gone",
  ],
  ["stopped at once", { status: "interrupted" }, "failing", "interrupted"],
  [
    "without a VM that matched",
    { status: "skipped", ...said("no VMs match this pattern") },
    "never-run",
  ],
  [
    "of other VMs",
    { status: "failure", infos: [{ message: "vms", data: { vms: ["other"] } }] },
    "never-run",
  ],
  ["not yet", { status: "pending", ...named, tasks: [step("pending")] }, "never-run"],
];

describe("a run that ended", () => {
  test.each(
    endings.map(([how, log, status, failure = ""]) => [how, log, status, failure] as const),
  )("%s", async (_how, log, status, failure) => {
    const { xo } = fixture;
    const { id } = trap(xo.estate, "no-tools");
    const [job] = xo.estate.jobs.filter(({ name }) => name === "nightly-prod");
    const start = xo.now - 3_600_000;
    const run = {
      id: "7",
      jobId: job?.id,
      jobName: "nightly-prod",
      message: "backup",
      start,
      ...log,
    };
    await xo.setFaults([
      answering("backup-jobs", [{ ...job, vms: { id } }]),
      {
        match: { path: "^/rest/v0/backup-logs\\?" },
        body: JSON.stringify([run]).replaceAll(vm, id),
      },
    ]);
    const answer = await call(signIn(xo), "get_backup_coverage", { vm_id: id });
    const [item] = itemsOf(answer);
    expect([item?.["status"], item?.["failure"] ?? ""]).toEqual([status, failure]);
  });
});

describe("what counts neither way", () => {
  const own = () => trap(fixture.xo.estate, "no-tools").id;
  const day = 86_400_000;
  const run = (days: number, log: object) => ({
    id: String(days),
    jobId: trap(fixture.xo.estate, "id-list-job").id,
    jobName: "nightly-prod",
    start: fixture.xo.now - days * day,
    ...log,
  });
  const status = "success";
  const ask = async (...runs: object[]) => {
    const { xo } = fixture;
    const { id: job, ...rest } = trap(xo.estate, "id-list-job");
    await xo.setFaults([
      answering("backup-jobs", [{ ...rest, id: job, vms: { id: own() } }]),
      answering("backup-logs", runs),
    ]);
    const args = { vm_id: own(), max_age_hours: 2_000 };
    return itemsOf(await call(signIn(xo), "get_backup_coverage", args))[0];
  };
  const named = (log: object) => ({
    ...log,
    infos: [{ message: "vms", data: { vms: [own()] } }],
  });

  test("a run that was interrupted so long ago that XO has forgotten the rest", async () => {
    const two = [run(40, { status: "interrupted" }), run(20, named({ status }))];
    expect(await ask(...two)).toMatchObject({ status: "protected" });
    // Lately it would have named its VMs, had it come so far.
    const lately = [run(20, named({ status })), run(2, { status: "interrupted" })];
    expect(await ask(...lately)).toMatchObject({ status: "failing", failure: "interrupted" });
  });

  test("a run that is remembered as good, beside one that is known to be", async () => {
    const item = await ask(run(40, { status }), run(10, named({ status })));
    expect(item).toMatchObject({ status: "protected" });
    expect(JSON.stringify(item)).not.toContain("no longer keeps");
  });

  test("a job that fails does not take from another that is good, and is told", async () => {
    const { xo } = fixture;
    const { id, ...rest } = trap(xo.estate, "id-list-job");
    const weekly = trap(xo.estate, "smart-job").id;
    const step = {
      id: "1",
      message: "backup VM",
      status: "failure",
      data: { type: "VM", id: own() },
      result: { message: "ENOSPC", code: "ENOSPC" },
    };
    await xo.setFaults([
      answering("backup-jobs", [
        { ...rest, id, vms: { id: own() } },
        { ...rest, id: weekly, name: "weekly", vms: { id: own() } },
      ]),
      answering("backup-logs", [
        { ...run(2, named({ status: "success" })), jobId: weekly },
        run(1, named({ status: "failure", tasks: [step] })),
      ]),
    ]);
    const answer = await call(signIn(xo), "get_backup_coverage", { vm_id: own() });
    expect(itemsOf(answer)[0]).toMatchObject({
      status: "protected",
      notes: [expect.stringContaining("nightly-prod fails for it: storage-full")],
    });
  });
});

describe("runs of a part of the VMs", () => {
  const retried = useXo({ situations: ["failed-vms-retried"] });
  const killed = useXo({ situations: ["worker-killed"] });
  const nightly = ({ xo }: typeof retried) => trap(xo.estate, "id-list-job").id;

  test("mend the run before, if they were good for all that failed in it", async () => {
    const { found } = await health(signIn(retried.xo), { checks: ["backup-run-failed"] });
    expect(found.get("backup-run-failed") ?? []).not.toContain(nightly(retried));
    const answer = await call(signIn(retried.xo), "list_backup_jobs", { job_id: nightly(retried) });
    expect(itemsOf(answer)[0]?.["last_run"]).toMatchObject({
      status: "success",
      partial: expect.stringMatching(/^2 of /),
    });
    expect(itemsOf(answer)[0]).not.toHaveProperty("open_failures");
  });

  test("are not those that a killed worker left behind: each VM has the reason of the run", async () => {
    const args = { job_id: nightly(killed), limit: 1 };
    const [run = {}] = itemsOf(await call(signIn(killed.xo), "list_backup_runs", args));
    const total = vmsOf(lastRunOf(killed.xo.estate, trap(killed.xo.estate, "id-list-job"))).length;
    expect(run).toMatchObject({
      status: "failure",
      outcomes: { interrupted: 3, "not reached": total - 3 },
      failures: [{ reason: expect.stringContaining("worker exited"), count: total }],
    });
  });
});

describe("schedules and runs that stand still", () => {
  const nightly = () => {
    const { id, jobId } = fixture.xo.estate.schedules.find(
      ({ jobId: own }) => own === trap(fixture.xo.estate, "id-list-job").id,
    ) ?? { id: "" };
    return { id, jobId, enabled: true, name: "n", timezone: "UTC" };
  };
  const day = 86_400_000;
  const check = async (schedule: object, run: object, id: string) => {
    const { xo } = fixture;
    const { id: scheduleId, jobId } = nightly();
    const log = { id: "7", jobId, scheduleId, jobName: "nightly-prod", status: "success", ...run };
    await xo.setFaults([
      answering("schedules", [{ ...nightly(), ...schedule }]),
      answering("backup-logs", [log]),
    ]);
    return (await health(signIn(xo), { checks: [id] })).finding(id);
  };

  test("a time at which nothing ran is found from the second on", async () => {
    const id = "backup-schedule-not-run";
    const run = (days: number) => ({ start: Math.floor(fixture.xo.now / day) * day - days * day });
    expect(await check({ cron: "0 0 * * *" }, run(7), id)).toMatchObject({
      objects: [{ name_label: "nightly-prod", came_due: expect.any(Number) }],
    });
    expect(await check({ cron: "0 0 * * *" }, run(1), id)).toBeUndefined();
    expect(await check({ cron: "0 0 * * *", enabled: false }, run(7), id)).toBeUndefined();
    expect(await check({ cron: "0 0 * * wed" }, run(0), id)).toMatchObject({
      objects: [{ never_runs: "XO refuses these times" }],
    });
  });

  test("a run without an end is found", async () => {
    const id = "backup-run-without-end";
    const pending = (days: number) => ({ status: "pending", start: fixture.xo.now - days * day });
    expect(await check({ cron: "0 0 * * *" }, pending(20), id)).toMatchObject({ count: 1 });
    expect(await check({ cron: "0 0 * * *" }, pending(1), id)).toBeUndefined();
  });
});
