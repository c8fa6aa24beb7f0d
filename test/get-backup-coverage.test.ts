import { afterEach, describe, expect, test } from "bun:test";
import * as z from "zod";
import { answering, health } from "./health.ts";
import { type Answer, call, itemsOf, signIn, tryCall, useXo, warningsOf } from "./harness.ts";
import type { Coverage } from "./xo/estate/estate.ts";
import { isExcluded } from "./xo/estate/jobs.ts";
import { ofType } from "./xo/estate/records.ts";
import { trap } from "./xo/estate/traps.ts";
import type { TestXo } from "./xo/start.ts";

const small = useXo();
const large = useXo({ size: "large" });

afterEach(() => small.xo.clearFaults());

const coverage = (args: Record<string, unknown> = {}, xo = small.xo) =>
  call(signIn(xo), "get_backup_coverage", args);

const hour = 3_600_000;

/** The statuses of the estate's truth, in the tool's words. */
const words: Record<Coverage["status"], string> = {
  protected: "protected",
  stale: "stale",
  failing: "failing",
  "never-run": "never-run",
  disabled: "only-disabled",
  excluded: "excluded",
  uncovered: "not-covered",
};

/** What XO itself calls VMs of each status. */
const xoWords: Record<string, string> = {
  protected: "protected",
  stale: "protected",
  failing: "unprotected",
  "never-run": "unprotected",
  "only-disabled": "not-in-active-job",
  excluded: "not-in-active-job",
  "not-covered": "not-in-active-job",
};

const Dashboard = z.object({ backupsInfo: z.object({ vmProtection: z.string() }) });

async function fromXo<S extends z.ZodType>(xo: TestXo, path: string, schema: S) {
  const headers = { cookie: `authenticationToken=${xo.account("admin").token}` };
  return schema.parse(await (await fetch(`${xo.url}/rest/v0${path}`, { headers })).json());
}

const counts = ({ counts: told }: Answer) => z.record(z.string(), z.number()).parse(told);

const one = (answer: Answer, id: string) => itemsOf(answer).find((item) => item["id"] === id);

describe.each([
  ["small", small],
  ["large", large],
] as const)("get_backup_coverage of %s", (_size, fixture) => {
  test("tells of every VM what the estate knows", async () => {
    const { estate } = fixture.xo;
    const answer = await coverage({}, fixture.xo);
    const told = new Map(itemsOf(answer).map((item) => [String(item["id"]), item]));
    expect([...told.keys()].toSorted()).toEqual([...estate.coverage.keys()].toSorted());
    const wrong = [...estate.coverage].filter(
      ([id, { status }]) => told.get(id)?.["status"] !== words[status],
    );
    expect(wrong).toEqual([]);
    expect(new Set(itemsOf(answer).map(({ status }) => status)).size).toBe(7);
  });

  test("counts the same, and names the jobs and the last good run of each", async () => {
    const { estate } = fixture.xo;
    const answer = await coverage({}, fixture.xo);
    const groups = Map.groupBy(estate.coverage.values(), ({ status }) => words[status]);
    expect(answer["counts"]).toEqual(
      Object.fromEntries([...groups].map(([status, group]) => [status, group.length])),
    );
    const jobNames = new Map(estate.jobs.map(({ id, name }) => [id, name]));
    for (const item of itemsOf(answer)) {
      const truth = estate.coverage.get(String(item["id"]));
      expect(item["jobs"] ?? []).toEqual(truth?.jobs.map((id) => jobNames.get(id)) ?? []);
      const began = truth?.lastGoodRun;
      expect(item["last_good_run"]).toBe(began === undefined ? undefined : toSecond(began));
    }
  });
});

function toSecond(milliseconds: number): string {
  return new Date(Math.floor(milliseconds / 1000) * 1000).toISOString().replace(".000Z", "Z");
}

/**
 * Where XO's REST API says otherwise than its runner. It takes the tag for all jobs, the runner for
 * those in smart mode alone; and it looks at no run whose log does not list its VMs.
 */
const differences = ["no-bak-listed", "whole-failed-vm", "untold-vm"] as const;

describe("get_backup_coverage agrees with XO itself", () => {
  const compare = async (xo: TestXo, ids: readonly string[]) => {
    const answer = await coverage({}, xo);
    const status = new Map(itemsOf(answer).map((item) => [String(item["id"]), item["status"]]));
    const wrong: unknown[] = [];
    const left = [...ids];
    const differs = differences.map((name) => trap(xo.estate, name).id);
    const next = async (): Promise<void> => {
      for (let id = left.pop(); id !== undefined; id = left.pop()) {
        const { backupsInfo } = await fromXo(xo, `/vms/${id}/dashboard`, Dashboard);
        const ours = String(status.get(id));
        if (differs.includes(id)) continue;
        if (xoWords[ours] !== backupsInfo.vmProtection) wrong.push([id, ours, backupsInfo]);
      }
    };
    await Promise.all(Array.from({ length: 8 }, next));
    expect(wrong).toEqual([]);
  };

  test("on every VM of small", async () => {
    await compare(small.xo, [...small.xo.estate.coverage.keys()]);
  });

  test("on the covered VMs of large, and some of the others", async () => {
    const { coverage: truth } = large.xo.estate;
    const ids = [...truth].filter(([, { status }], at) => status !== "uncovered" || at % 50 === 0);
    await compare(
      large.xo,
      ids.map(([id]) => id),
    );
  }, 60_000);
});

describe("get_backup_coverage", () => {
  test("tells which VMs have no good backup in the last seven days", async () => {
    const { estate, now } = small.xo;
    const answer = await coverage({ max_age_hours: 168, without_good_run: true });
    const late = [...estate.coverage].filter(
      ([, { lastSuccess }]) => now - (lastSuccess ?? 0) > 168 * hour,
    );
    expect(answer).toMatchObject({ total: late.length, without_good_run: late.length });
    expect(
      itemsOf(answer)
        .map(({ id }) => String(id))
        .toSorted(),
    ).toEqual(late.map(([id]) => id).toSorted());
    // A VM that fails now, but had a good run in this time, is none of them.
    const failing = [...estate.coverage].find(([, { status }]) => status === "failing");
    expect(one(answer, failing?.[0] ?? "")).toBeUndefined();
  });

  test("has the worst first, the failing with the class and the reason of the last failure", async () => {
    const answer = await coverage();
    const [first] = itemsOf(answer);
    expect(first).toMatchObject({ status: "failing", jobs: ["nightly-prod"] });
    const failing = itemsOf(await coverage({ status: ["failing"] }));
    expect(failing.map(({ failure }) => failure)).toContain("storage-full");
    expect(failing.map(({ reason }) => String(reason)).join()).toContain("ENOSPC: no space left");
    const statuses = itemsOf(answer).map(({ status }) => String(status));
    expect(statuses.lastIndexOf("not-covered")).toBeLessThan(statuses.indexOf("protected"));
  });

  test("takes the failures of a tagged VM that a job lists for what they are", async () => {
    const { xo } = small;
    const { id } = trap(xo.estate, "no-bak-listed");
    const nightly = trap(xo.estate, "id-list-job");
    const reason = "ENOSPC: no space left on device, write";
    const runs = [4, 3, 2, 1].map((days) => ({
      id: String(days),
      jobId: nightly.id,
      jobName: nightly["name"],
      status: "failure",
      start: xo.now - days * 24 * hour,
      end: xo.now - days * 24 * hour + 60_000,
      infos: [{ message: "vms", data: { vms: [id] } }],
      tasks: [
        {
          id: `${days}/1`,
          message: "backup VM",
          status: "failure",
          data: { type: "VM", id },
          result: { message: reason, code: "ENOSPC" },
        },
      ],
    }));
    await xo.setFaults([answering("backup-logs", runs)]);
    expect(itemsOf(await coverage({ vm_id: id }))).toMatchObject([
      {
        status: "failing",
        failure: "storage-full",
        reason: expect.stringContaining(reason),
        notes: [expect.stringContaining("listed by id")],
      },
    ]);
    const { found } = await health(signIn(xo), { checks: ["backup-run-failed"] });
    expect(found.get("backup-run-failed")).toEqual([nightly.id]);
  });

  test("takes a threshold: what is good for a month is stale for a week", async () => {
    const monthly = trap(small.xo.estate, "stale-job").id;
    const [id = ""] =
      [...small.xo.estate.coverage].find(([, { jobs }]) => jobs.includes(monthly)) ?? [];
    expect(one(await coverage(), id)).toMatchObject({ status: "stale" });
    expect(one(await coverage({ max_age_hours: 22 * 24 }), id)).toMatchObject({
      status: "protected",
      last_good_run: expect.stringMatching(/^\d{4}-/),
    });
  });

  test("does not take a copy that replication made for a VM without a backup", async () => {
    const answer = await coverage();
    expect(one(answer, trap(small.xo.estate, "replica").id)).toBeUndefined();
    expect(warningsOf(answer)).toContain("not counted: 1.");
  });

  test("leaves out what a tag keeps out of smart mode, and names the tag", async () => {
    const answer = await coverage();
    const item = one(answer, trap(small.xo.estate, "no-bak").id);
    expect(item).toMatchObject({ status: "excluded", reason: "tag xo:no-bak=tested" });
    expect(item).not.toHaveProperty("jobs");
    // XO takes a list as it is.
    const listed = one(answer, trap(small.xo.estate, "no-bak-listed").id);
    expect(listed).toMatchObject({
      jobs: ["nightly-prod"],
      notes: [expect.stringContaining("tagged xo:no-bak, but listed by id")],
    });
    expect(listed?.["status"]).not.toBe("excluded");
  });

  test("says why nothing runs the jobs that cover a VM", async () => {
    const { xo } = small;
    const { id } = trap(xo.estate, "halted-vm");
    const job = trap(xo.estate, "disabled-job");
    const own = xo.estate.schedules.filter(({ jobId }) => jobId === job.id);
    const rest = xo.estate.schedules.filter(({ jobId }) => jobId !== job.id);
    const reason = async (...schedules: object[]) => {
      await xo.setFaults([answering("schedules", [...rest, ...schedules])]);
      const [item] = itemsOf(await coverage({ vm_id: id }));
      expect(item).toMatchObject({ status: "only-disabled", jobs: ["disabled-dev"] });
      return item?.["reason"];
    };
    expect(await reason(...own)).toBe("disabled-dev: its schedule is disabled");
    expect(await reason()).toBe("disabled-dev: it has no schedule");
    const refused = own.map((each) => ({ ...each, enabled: true, cron: "0 2 * * wed" }));
    expect(await reason(...refused)).toBe(
      "disabled-dev: XO refuses the times of its schedule (0 2 * * wed), so it never runs",
    );
    const [listed] = xo.estate.jobs.filter(({ name }) => name === "metadata");
    const twice = { ...listed, ...job, id: "second", name: "second-dev" };
    await xo.setFaults([answering("backup-jobs", [job, twice])]);
    expect(itemsOf(await coverage({ vm_id: id }))).toMatchObject([
      { reason: "disabled-dev: its schedule is disabled; second-dev: it has no schedule" },
    ]);
  });

  test("says of snapshots alone that they are lost with the storage", async () => {
    const { xo } = small;
    const { id } = trap(xo.estate, "night-cpu");
    const nightly = trap(xo.estate, "id-list-job");
    const notes = async (...jobs: object[]) => {
      await xo.setFaults([answering("backup-jobs", jobs)]);
      const [item] = itemsOf(await coverage({ vm_id: id }));
      expect(item).toMatchObject({ status: "protected" });
      return item?.["notes"];
    };
    const words = "snapshots only: they lie on the storage of the disks, and are lost with it";
    const rolling = { ...nightly, remotes: undefined, srs: undefined };
    expect(await notes(nightly)).toBeUndefined();
    expect(await notes(rolling)).toEqual([words]);
    expect(await notes({ ...nightly, remotes: { id: { __or: [] } } })).toEqual([words]);
    expect(await notes({ ...rolling, srs: { id: "storage" } })).toBeUndefined();
    // A copy beside them is enough.
    expect(await notes(nightly, { ...rolling, id: "hourly", name: "hourly" })).toBeUndefined();
    await xo.setFaults([answering("backup-jobs", [rolling])]);
    const jobs = await call(signIn(xo), "list_backup_jobs");
    expect(itemsOf(jobs)).toMatchObject([{ name: nightly["name"], keeps: words }]);
    expect(itemsOf(jobs)[0]).not.toHaveProperty("targets");
  });

  test("says that a job would cover a VM in another power state", async () => {
    const { xo } = small;
    const smart = xo.estate.jobs.filter(({ name }) => name === "new-smart-test");
    const only = (power_state: string) =>
      answering(
        "backup-jobs",
        smart.map((each) => ({ ...each, vms: { type: "VM", power_state } })),
      );
    const { id } = trap(xo.estate, "halted-vm");
    await xo.setFaults([only("Running")]);
    expect(itemsOf(await coverage({ vm_id: id }))).toMatchObject([
      { status: "not-covered", reason: "new-smart-test covers it only while it is Running" },
    ]);
    const { finding } = await health(signIn(xo), { checks: ["vm-not-backed-up"] });
    const objects = itemsOf(finding("vm-not-backed-up") ?? {}, "objects");
    expect(objects.find((each) => each["id"] === id)).toMatchObject({
      covered_only_while: "Running",
    });
    await xo.setFaults([only("Halted")]);
    expect(itemsOf(await coverage({ vm_id: trap(xo.estate, "night-cpu").id }))).toMatchObject([
      { status: "not-covered", reason: "new-smart-test covers it only while it is Halted" },
    ]);
    expect(itemsOf(await coverage({ vm_id: id }))).toMatchObject([{ status: "never-run" }]);
  });

  test("takes several statuses", async () => {
    const answer = await coverage({ status: ["failing", "never-run", "stale"] });
    const { failing = 0, "never-run": never = 0, stale = 0 } = counts(answer);
    expect(answer["total"]).toBe(failing + never + stale);
  });

  test("narrows by pool, by tag and to one VM", async () => {
    const { estate } = large.xo;
    const [, pool] = ofType(estate, "pool");
    const mine = ofType(estate, "VM").filter(
      ({ $pool, id }) => $pool === pool?.id && estate.coverage.has(id),
    );
    const tagged = mine.filter(({ tags }) => tags.includes("prod"));
    const args = { pool_id: pool?.name_label, limit: 1 };
    expect(await coverage(args, large.xo)).toMatchObject({ total: mine.length });
    expect(await coverage({ ...args, tag: "prod" }, large.xo)).toMatchObject({
      total: tagged.length,
    });
    const name = "web-prod-001";
    expect(itemsOf(await coverage({ vm_id: name }))).toMatchObject([{ name_label: name }]);
  });

  test("says that it does not know where runs or jobs cannot be read", async () => {
    const { xo } = small;
    await xo.setFaults([{ match: { path: "/backup-logs" }, status: 500 }]);
    const blind = await coverage();
    // Runs alone tell that no sequence runs the jobs that no schedule runs.
    expect(blind["counts"]).toEqual({
      unknown: expect.any(Number),
      "not-covered": expect.any(Number),
      excluded: 1,
    });
    expect(warningsOf(blind)).toContain("Unknown here: how runs ended.");
    await xo.setFaults([{ match: { path: "/backup-jobs" }, status: 500 }]);
    const outcome = await tryCall(signIn(xo), "get_backup_coverage");
    expect(outcome).toMatchObject({ stdout: "", exitCode: 1 });
  });

  test("does not say that no job covers a VM to an account that may not see all jobs", async () => {
    const { xo } = small;
    const rights = [{ action: "read", resource: "vm" }];
    await xo.setFaults([
      { match: { path: "/acl-privileges" }, body: JSON.stringify(rights) },
      { match: { path: "/backup-jobs|/schedules" }, body: "[]" },
    ]);
    const answer = await call(signIn(xo, "reader"), "get_backup_coverage");
    expect(answer).not.toHaveProperty("counts");
    expect(new Set(itemsOf(answer).map(({ status }) => status))).toEqual(new Set(["unknown"]));
    expect(warningsOf(answer)).toContain(
      "backup jobs, schedules, backup runs: this account may not",
    );
  });

  test("tells of a lost pool", async () => {
    const { xo } = small;
    const [server] = xo.estate.servers;
    await xo.disconnectServer(String(server?.id));
    const answer = await coverage();
    await xo.reconnectServer(String(server?.id));
    expect(answer).toMatchObject({ total: 0, counts: {} });
    expect(warningsOf(answer)).toContain(`not connected to ${server?.label}`);
  });

  test("says so when a job without an enabled schedule has run all the same", async () => {
    const { xo } = small;
    const schedules = xo.estate.schedules.map((schedule) => ({ ...schedule, enabled: false }));
    await xo.setFaults([{ match: { path: "/schedules" }, body: JSON.stringify(schedules) }]);
    const answer = await coverage();
    expect(answer).toMatchObject({ counts: { "only-disabled": expect.any(Number) } });
    expect(warningsOf(answer)).toContain("by hand or in a sequence");
    expect(warningsOf(answer)).toContain("nightly-prod");
  });

  test("holds patterns against whatever they look at, but not against what may be secret", async () => {
    const { xo } = small;
    const [job] = xo.estate.jobs.filter(({ name }) => name === "new-smart-test");
    const jobs = (vms: object) => [
      { match: { path: "/backup-jobs" }, body: JSON.stringify([{ ...job, vms }]) },
    ];
    await xo.setFaults(jobs({ high_availability: "restart", CPUs: { number: 2 } }));
    const answer = await coverage({ status: ["never-run"] });
    const meant = ofType(xo.estate, "VM").filter(
      (vm) =>
        vm.high_availability === "restart" &&
        vm.CPUs.number === 2 &&
        !isExcluded(vm) &&
        xo.estate.coverage.has(vm.id),
    );
    expect(
      itemsOf(answer)
        .map(({ id }) => String(id))
        .toSorted(),
    ).toEqual(meant.map(({ id }) => id).toSorted());
    await xo.clearRequests();
    await xo.setFaults(jobs({ other: { "cloud-init-password": "x" } }));
    expect((await coverage())["counts"]).toEqual({
      unknown: xo.estate.coverage.size - 2,
      excluded: 2,
    });
    const asked = (await xo.requests()).map(({ path }) => decodeURIComponent(path)).join("\n");
    expect(asked).not.toContain("cloud-init");
  });

  test("asks little: a list of the runs, and of few of them what they did", async () => {
    const { xo } = large;
    await xo.clearRequests();
    await coverage({ limit: 1 }, xo);
    const paths = (await xo.requests()).map(({ path }) => decodeURIComponent(path));
    expect(paths.length).toBeLessThanOrEqual(14);
    const runs = paths.filter((path) => path.includes("/backup-logs"));
    expect(runs.filter((path) => path.includes("tasks") && !path.includes("filter="))).toEqual([]);
    expect(paths.filter((path) => /settings|\*/.test(path))).toEqual([]);
  });
});
