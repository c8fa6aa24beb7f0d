import { afterEach, describe, expect, test } from "bun:test";
import { itemsOf, signIn, useXo } from "./harness.ts";
import { answering, failing, health, type Report } from "./health.ts";
import type { Estate, StoredRecord } from "./xo/estate/estate.ts";
import { trap } from "./xo/estate/traps.ts";
import type { FaultRule } from "./xo/start.ts";

// What no estate has as such: runs, jobs and repositories changed on their way.
const fixture = useXo();

afterEach(() => fixture.xo.clearFaults());

async function check(id: string, ...answers: FaultRule[]): Promise<Report> {
  await fixture.xo.setFaults(answers);
  return health(signIn(fixture.xo), { checks: [id] });
}

const connected = () =>
  answering(
    "servers",
    fixture.xo.estate.servers.filter(({ status }) => status === "connected"),
  );

const job = (): StoredRecord => {
  const { id, name } = trap(fixture.xo.estate, "id-list-job");
  return { id, name };
};

/** Runs of one job, oldest first. */
const runs = (...statuses: string[]) =>
  answering(
    "backup-logs",
    statuses.map((status, at) => ({
      id: String(at),
      jobId: job().id,
      jobName: job()["name"],
      status,
      start: 1_700_000_000_000 + at,
    })),
  );

describe("backup-run-failed", () => {
  test("goes by the last run that ended", async () => {
    const found = async (...statuses: string[]) =>
      (await check("backup-run-failed", runs(...statuses))).found.get("backup-run-failed");
    expect(await found("success", "failure")).toEqual([job().id]);
    expect(await found("success", "interrupted")).toEqual([job().id]);
    expect(await found("success", "failure", "pending")).toEqual([job().id]);
    expect(await found("failure", "success")).toBeUndefined();
    // Nothing matched, so nothing was backed up since.
    expect(await found("failure", "skipped")).toEqual([job().id]);
    expect(await found("success", "skipped")).toBeUndefined();
    expect(await found("failure", "success", "pending")).toBeUndefined();
    expect(await found()).toBeUndefined();
  });

  test("tells when, and leaves out jobs that no schedule runs", async () => {
    const { finding } = await check("backup-run-failed", runs("failure"));
    expect(finding("backup-run-failed")).toMatchObject({
      objects: [
        { name_label: "nightly-prod", status: "failure", started_at: "2023-11-14T22:13:20Z" },
      ],
    });
    const off = fixture.xo.estate.schedules.map((each) => ({ ...each, enabled: false }));
    const disabled = await check("backup-run-failed", runs("failure"), answering("schedules", off));
    expect(disabled.fine).toEqual(["backup-run-failed"]);
  });
});

test("a job that a sequence runs is found when it failed, though its own schedule is off", async () => {
  const { estate, now } = fixture.xo;
  const { id: jobId, name: jobName } = trap(estate, "sequenced-job");
  const ended = (status: string, days: number) => ({
    id: String(days),
    jobId,
    jobName,
    status,
    start: now - days * 86_400_000,
    end: now - days * 86_400_000 + 60_000,
  });
  const found = async (schedules: readonly object[], ...logs: object[]) =>
    (
      await check(
        "backup-run-failed",
        answering("schedules", schedules),
        answering("backup-logs", logs),
      )
    ).finding("backup-run-failed")?.["objects"];
  const failed = [4, 3, 2, 1].map((days) => ended("failure", days));
  expect(await found(estate.schedules, ...failed)).toMatchObject([
    { id: jobId, status: "failure", run_by: "perhaps a sequence" },
  ]);
  expect(await found(estate.schedules, ...failed, ended("success", 0))).toBeUndefined();
  // Without an enabled sequence nothing runs it.
  const { id } = trap(estate, "sequence");
  const off = estate.schedules.map((each) => (each.id === id ? { ...each, enabled: false } : each));
  expect(await found(off, ...failed)).toBeUndefined();
});

describe("vm-not-backed-up", () => {
  test("is unknown where jobs may be hidden, for a VM without one would be found everywhere", async () => {
    await fixture.xo.setFaults([answering("backup-jobs", []), answering("schedules", [])]);
    const { found, unknown } = await health(signIn(fixture.xo, "reader"), {
      checks: ["vm-not-backed-up"],
    });
    expect(found.size).toBe(0);
    expect(unknown.get("vm-not-backed-up")).toContain(
      "backup jobs, backup runs, schedules: this account may not see them",
    );
  });

  test("is unknown for VMs that a job may cover by what is not read here", async () => {
    const odd = { ...trap(fixture.xo.estate, "id-list-job"), vms: { memory: { size: 1 } } };
    const { found, unknown } = await check(
      "vm-not-backed-up",
      connected(),
      answering("backup-jobs", [odd]),
    );
    expect(found.size).toBe(0);
    expect(unknown.get("vm-not-backed-up")).toMatch(/^\d+ VMs that a job may cover/);
  });

  test("has those first that a disabled job covers, and names it", async () => {
    const { finding } = await check("vm-not-backed-up");
    const disabled = itemsOf(finding("vm-not-backed-up") ?? {}, "objects").map(
      ({ disabled_jobs }) => disabled_jobs,
    );
    const count = (wanted: string) =>
      [...fixture.xo.estate.coverage.values()].filter(({ status }) => status === wanted).length;
    expect(disabled).toEqual([
      ...Array<string[]>(count("disabled")).fill(["disabled-dev"]),
      ...Array<undefined>(count("uncovered")).fill(undefined),
    ]);
  });

  test("finds every VM where there is no job at all", async () => {
    const { xo } = fixture;
    const { finding } = await check("vm-not-backed-up", answering("backup-jobs", []));
    const tagged = [trap(xo.estate, "no-bak").id, trap(xo.estate, "no-bak-listed").id];
    expect(finding("vm-not-backed-up")).toMatchObject({
      count: xo.estate.coverage.size - tagged.length,
    });
  });
});

describe("repositories", () => {
  test("that cannot be reached are told with the reason, without what would open them", async () => {
    const { finding, answer } = await check("repository-unreachable");
    expect(finding("repository-unreachable")).toMatchObject({
      count: 1,
      objects: [
        { name_label: "nfs-offline", reason: expect.stringContaining("unknown filesystem") },
      ],
    });
    expect(JSON.stringify(answer)).not.toContain("CANARY");
  });

  test("that work again are fine", async () => {
    const remotes = fixture.xo.estate.remotes.map((remote) => ({ ...remote, error: null }));
    const { fine } = await check(
      "repository-unreachable",
      answering("backup-repositories", remotes),
    );
    expect(fine).toEqual(["repository-unreachable"]);
  });

  describe("nearly full", () => {
    const id = "repository-nearly-full";
    const only = (estate: Estate, count: number) =>
      answering(
        "backup-repositories",
        estate.remotes.filter(({ enabled }) => enabled).slice(0, count),
      );
    const space = (used: number) => ({
      match: { path: "^/rest/v0/dashboard\\?" },
      body: `{"nPools":1}\n{"backupRepositories":{"other":{"size":{"total":1000,"used":${used}}}}}\n`,
    });

    test("are told by XO together only, so that a full one may hide among others", async () => {
      const { estate } = fixture.xo;
      const all = [...estate.remotesInfo.values()];
      const sum = (field: "size" | "used") =>
        all.reduce((total, info) => total + Number(info[field]), 0);
      const percent = Math.round((sum("used") / sum("size")) * 1000) / 10;
      const { unknown } = await check(id);
      expect(unknown.get(id)).toContain(`together only: ${percent} % used`);
    });

    test("are found from nine tenths on, and not before", async () => {
      const { estate } = fixture.xo;
      const full = await check(id, space(900));
      expect(full.finding(id)).toMatchObject({
        objects: [{ name_label: "all repositories together", used_percent: 90 }],
      });
      const [first] = estate.remotes.filter(({ enabled }) => enabled);
      const one = await check(id, only(estate, 1), space(950));
      expect(one.finding(id)).toMatchObject({
        objects: [{ name_label: first?.["name"], used_percent: 95 }],
      });
      const near = await check(id, only(estate, 1), space(899));
      expect(near.fine).toEqual([id]);
    });

    test("are not known when XO has no figure, is slow to tell or may not", async () => {
      const { xo } = fixture;
      const none = await check(id, {
        match: { path: "^/rest/v0/dashboard\\?" },
        body: '{"backupRepositories":{"isEmpty":true}}\n',
      });
      expect(none.unknown.get(id)).toContain("does not tell how full");
      const failed = await check(id, failing("dashboard"));
      expect(failed.unknown.get(id)).toContain("dashboard could not be read");
      await xo.clearFaults();
      const reader = await health(signIn(xo, "reader"), { checks: [id] });
      expect(reader.unknown.has(id)).toBe(true);
    });

    test("are none where there is no repository", async () => {
      expect((await check(id, answering("backup-repositories", []))).fine).toEqual([id]);
    });
  });
});

describe("backup-target-gone", () => {
  const repositoriesBut = (...gone: string[]) =>
    answering(
      "backup-repositories",
      fixture.xo.estate.remotes.filter(({ id }) => !gone.includes(id)),
    );
  const writtenBy = (name: string): string[] => {
    const found = fixture.xo.estate.jobs.find((each) => each["name"] === name);
    return [...JSON.stringify(found?.["remotes"]).matchAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g)].map(
      ([id]) => id,
    );
  };

  test("finds nothing as long as all are there", async () => {
    const report = await check("backup-target-gone", connected());
    expect(report.found.size).toBe(0);
  });

  test("names the repository that is gone, also while another is left", async () => {
    const [two] = fixture.xo.estate.jobs.filter(
      (each) => writtenBy(String(each["name"])).length === 2,
    );
    const [gone = ""] = writtenBy(String(two?.["name"])).slice(1);
    const { finding } = await check("backup-target-gone", connected(), repositoriesBut(gone));
    expect(itemsOf(finding("backup-target-gone") ?? {}, "objects")).toContainEqual(
      expect.objectContaining({
        id: two?.id,
        gone_repository_ids: [gone],
        none_left: false,
      }),
    );
  });

  test("says when none is left, so that each run fails", async () => {
    const [gone = ""] = writtenBy("nightly-prod");
    const { finding } = await check("backup-target-gone", connected(), repositoriesBut(gone));
    const [worst] = itemsOf(finding("backup-target-gone") ?? {}, "objects");
    expect(worst).toMatchObject({ gone_repository_ids: [gone], none_left: true });
  });

  test("takes a storage whose pool is lost for out of sight", async () => {
    const replicated = answering(
      "backup-jobs",
      fixture.xo.estate.jobs.map((each) => ({ ...each, remotes: {}, srs: { id: "no-such-sr" } })),
    );
    const lost = await check("backup-target-gone", replicated);
    expect(lost.found.size).toBe(0);
    const whole = await check("backup-target-gone", replicated, connected());
    expect(whole.finding("backup-target-gone")).toMatchObject({
      objects: expect.arrayContaining([expect.objectContaining({ gone_sr_ids: ["no-such-sr"] })]),
    });
  });

  test("is unknown to an account that may not see the repositories", async () => {
    await fixture.xo.clearFaults();
    const report = await health(signIn(fixture.xo, "nobody"), { checks: ["backup-target-gone"] });
    expect(report.found.size).toBe(0);
    expect(report.fine).toEqual([]);
  });
});

test("backup-target-left-out says which jobs' runs are too large to be looked into", async () => {
  const { backupLogs } = fixture.xo.estate;
  const { id } = trap(fixture.xo.estate, "smart-job");
  const many = Array.from({ length: 501 }, (_, at) => `vm-${at}`);
  const large = backupLogs.map((log) =>
    log["jobId"] === id ? { ...log, infos: [{ message: "vms", data: { vms: many } }] } : log,
  );
  const report = await check("backup-target-left-out", answering("backup-logs", large));
  expect(report.fine).toEqual([]);
  expect(report.unknown.get("backup-target-left-out")).toContain("1 job whose runs have too many");
});
