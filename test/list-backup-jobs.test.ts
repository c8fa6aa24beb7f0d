import { afterEach, describe, expect, test } from "bun:test";
import * as z from "zod";
import { type Answer, call, itemsOf, signIn, tryCall, useXo, warningsOf } from "./harness.ts";
import { isExcluded } from "./xo/estate/jobs.ts";
import { ofType } from "./xo/estate/records.ts";
import { trap, type TrapName } from "./xo/estate/traps.ts";

const fixture = useXo();
const large = useXo({ size: "large" });

afterEach(() => fixture.xo.clearFaults());

const list = (args: Record<string, unknown> = {}, xo = fixture.xo) =>
  call(signIn(xo), "list_backup_jobs", args);

const job = (answer: Answer, name: TrapName) => {
  const { id } = trap(fixture.xo.estate, name);
  return itemsOf(answer).find((item) => item["id"] === id);
};

const Hrefs = z.array(z.string());

describe("list_backup_jobs", () => {
  test("describes a job by a list of ids", async () => {
    const { estate, now } = fixture.xo;
    const answer = await list();
    expect(answer).toMatchObject({ total: estate.jobs.length });
    const vms = [...estate.coverage].filter(([, { jobs }]) =>
      jobs.includes(trap(estate, "id-list-job").id),
    );
    expect(job(answer, "id-list-job")).toMatchObject({
      name: "nightly-prod",
      type: "backup",
      mode: "delta",
      enabled: true,
      selects: `${vms.length} VMs by id`,
      vm_count: vms.length,
      despite_tag: [trap(estate, "no-bak-listed")["name_label"]],
      targets: [{ repository: "nfs-main" }],
      schedules: [{ when: "every day at 02:00", timezone: "Europe/Paris", enabled: true }],
      last_run: { status: "failure" },
    });
    const next = Date.parse(String(job(answer, "id-list-job")?.["next_run"]));
    expect(next).toBeGreaterThan(now);
    expect(next - now).toBeLessThanOrEqual(86_400_000);
    expect(paris(next)).toBe("02:00");
  });

  test("describes smart mode in words", async () => {
    const answer = await list();
    expect(job(answer, "smart-job")).toMatchObject({
      selects: "smart mode: tag staging",
      left_out_by_tag: 1,
      schedules: [{ when: "every Sunday at 03:00" }],
      targets: [{ repository: "nfs-main" }, { repository: "smb-full" }],
    });
    expect(job(answer, "never-run-job")).toMatchObject({
      selects: "smart mode: state Running; pool Paris-DC1; tag test; not tag team=web or team=hr",
      schedules: [{ when: "Monday to Friday at 06:15", timezone: "Asia/Tokyo" }],
    });
    expect(job(answer, "never-run-job")).not.toHaveProperty("last_run");
  });

  test("says of a job without an enabled schedule that nothing runs it", async () => {
    const item = job(await list(), "disabled-job");
    expect(item).toMatchObject({ enabled: false, schedules: [{ enabled: false }] });
    expect(item).not.toHaveProperty("next_run");
    expect(item).toHaveProperty("last_run.started_at");
  });

  test("describes metadata, mirrors and replication by what they have", async () => {
    const answer = await list();
    expect(job(answer, "metadata-job")).toMatchObject({
      pools: ["Paris-DC1"],
      xo_configuration: true,
      schedules: [{ when: "every day at 01:00", timezone: "UTC" }],
    });
    expect(job(answer, "metadata-job")).not.toHaveProperty("vms");
    expect(job(answer, "mirror-job")).toMatchObject({
      source: "nfs-main",
      targets: [{ repository: "s3-offsite" }],
      schedules: [{ when: "every 6 hours" }],
      running_since: expect.any(String),
      last_run: { status: "success" },
    });
    const replication = itemsOf(answer).find(({ name }) => name === "nightly-replication");
    expect(replication).toMatchObject({ targets: [{ storage: "SAN LUN2" }], vm_count: 1 });
  });

  test.each(["small", "large"])(
    "covers the VMs that XO itself says it covers, on %s",
    async (size) => {
      const { xo } = size === "small" ? fixture : large;
      const truth = new Map<string, number>();
      for (const { jobs, status } of xo.estate.coverage.values()) {
        if (status === "excluded") continue;
        for (const id of jobs) truth.set(id, (truth.get(id) ?? 0) + 1);
      }
      for (const item of itemsOf(await list({ type: "backup" }, xo))) {
        expect([item["name"], item["vm_count"]]).toEqual([
          item["name"],
          truth.get(String(item["id"])) ?? 0,
        ]);
      }
    },
  );

  test("finds for every VM the jobs that XO finds", async () => {
    const { xo } = fixture;
    const headers = { cookie: `authenticationToken=${xo.account("admin").token}` };
    // XO's REST API takes the tag for all jobs, its runner for those in smart mode alone.
    const listed = trap(xo.estate, "no-bak-listed").id;
    for (const vm of ofType(xo.estate, "VM")) {
      const response = await fetch(`${xo.url}/rest/v0/vms/${vm.id}/backup-jobs`, { headers });
      const theirs = Hrefs.parse(await response.json()).map((href) => href.split("/").at(-1) ?? "");
      if (vm.id === listed) theirs.push(trap(xo.estate, "id-list-job").id);
      const answer = await list({ vm_id: vm.id });
      expect(
        itemsOf(answer)
          .map(({ id }) => String(id))
          .toSorted(),
      ).toEqual(theirs.toSorted());
      if (isExcluded(vm)) expect(warningsOf(answer)).toMatch(/has the tag "?xo:no-bak/);
    }
  }, 60_000);

  test("tells when one job runs next, by its name", async () => {
    const { now } = fixture.xo;
    const answer = await list({ job_id: "monthly-test" });
    const [item = {}, ...others] = itemsOf(answer);
    expect(others).toEqual([]);
    // At five in the morning of the first in New York, which is nine or ten o'clock in UTC.
    const next = new Date(String(item["next_run"]));
    expect(next.getTime()).toBeGreaterThan(now);
    expect(next.getUTCDate()).toBe(1);
    expect([9, 10]).toContain(next.getUTCHours());
    expect(item).toMatchObject({
      schedules: [{ when: "on day 1 of every month at 05:00", timezone: "America/New_York" }],
    });
    const wrong = await tryCall(signIn(fixture.xo), "list_backup_jobs", { job_id: "monthly-tset" });
    expect(wrong.stderr).toContain("No backup job has the name or UUID monthly-tset. Did you mean");
  });

  test("says so when a pattern looks at what may be secret", async () => {
    const { xo } = fixture;
    const jobs = xo.estate.jobs.map((each) => ({ ...each, vms: { other: "CANARY" } }));
    await xo.setFaults([{ match: { path: "/backup-jobs" }, body: JSON.stringify(jobs) }]);
    expect(job(await list(), "id-list-job")).toMatchObject({
      selects: "smart mode: other by a pattern written by hand",
      vms: expect.stringContaining("unknown"),
    });
    const answer = await list({ vm_id: trap(xo.estate, "night-cpu").id });
    expect(answer).toMatchObject({ total: 0 });
    expect(JSON.stringify(await list())).not.toContain("CANARY");
    expect(warningsOf(answer)).toContain("is unknown, for what may hold credentials is not read");
  });

  test("narrows by type and by whether a schedule runs it", async () => {
    const { estate } = fixture.xo;
    const names = async (args: Record<string, unknown>) =>
      itemsOf(await list(args)).map(({ name }) => name);
    expect(await names({ type: "mirrorBackup" })).toEqual(["mirror-offsite", "mirror-weekly"]);
    expect(await names({ enabled: false })).toEqual(["disabled-dev"]);
    // One of them is perhaps run by a sequence.
    expect(await names({ enabled: true })).toHaveLength(estate.jobs.length - 1);
  });

  test("says which target cannot be used, without what would open it", async () => {
    const { xo } = fixture;
    const targets = [
      trap(xo.estate, "unreachable-remote").id,
      trap(xo.estate, "disabled-remote").id,
    ];
    const jobs = xo.estate.jobs.map((each) => ({ ...each, remotes: { id: { __or: targets } } }));
    await xo.setFaults([{ match: { path: "/backup-jobs" }, body: JSON.stringify(jobs) }]);
    const answer = await list();
    expect(job(answer, "id-list-job")).toMatchObject({
      targets: [
        {
          repository: "nfs-offline",
          state: expect.stringContaining("last test or mount failed"),
          reason: "mount: /run/xo-server/mounts: unknown filesystem type 'nfs'",
        },
        { repository: "nfs-old", state: expect.stringContaining("disabled") },
      ],
    });
    expect(JSON.stringify(answer)).not.toContain("CANARY");
  });

  test("tells VMs that are gone from those that it may not see", async () => {
    const { xo } = fixture;
    const jobs = xo.estate.jobs.map((each) => ({ ...each, vms: { id: "gone" } }));
    const servers = xo.estate.servers.filter(({ status }) => status === "connected");
    await xo.setFaults([
      { match: { path: "/backup-jobs" }, body: JSON.stringify(jobs) },
      { match: { path: "/servers" }, body: JSON.stringify(servers) },
    ]);
    expect(job(await list(), "id-list-job")).toMatchObject({ vm_count: 0, vms_gone: 1 });
    await xo.setFaults([{ match: { path: "/backup-jobs" }, body: JSON.stringify(jobs) }]);
    expect(job(await list(), "id-list-job")).toMatchObject({ vm_count: 0, vms_not_seen: 1 });
  });

  test("leaves out what cannot be read, and says so", async () => {
    const { xo } = fixture;
    await xo.setFaults([
      { match: { path: "/(?:schedules|backup-logs|srs|backup-repositories)" }, status: 500 },
    ]);
    const answer = await list();
    expect(job(answer, "id-list-job")).toMatchObject({ vm_count: expect.any(Number) });
    expect(job(answer, "id-list-job")).not.toHaveProperty("enabled");
    for (const what of ["when jobs run", "how the last runs ended", "names of srs", "state of"]) {
      expect(warningsOf(answer)).toContain(what);
    }
    const outcome = await tryCall(signIn(xo), "list_backup_jobs", { enabled: true });
    expect(outcome).toMatchObject({ stdout: "", exitCode: 1 });
    await xo.setFaults([{ match: { path: "/backup-jobs" }, status: 500 }]);
    expect(await tryCall(signIn(xo), "list_backup_jobs")).toMatchObject({ exitCode: 1 });
  });

  test("says that a schedule's times are not understood", async () => {
    const { xo } = fixture;
    const schedules = xo.estate.schedules.map((each) => ({ ...each, timezone: "Mars/Base" }));
    await xo.setFaults([{ match: { path: "/schedules" }, body: JSON.stringify(schedules) }]);
    const answer = await list();
    expect(job(answer, "id-list-job")).not.toHaveProperty("next_run");
    expect(warningsOf(answer)).toContain("When a schedule of nightly-prod runs next is unknown");
  });

  test("doubts the next run of a job whose repositories are all disabled", async () => {
    const { xo } = fixture;
    const off = xo.estate.remotes.map((remote) => ({ ...remote, enabled: false }));
    const body = JSON.stringify(off);
    await xo.setFaults([{ match: { path: "/backup-repositories" }, body }]);
    const doubtful = itemsOf(await list()).map(({ name, doubtful: why }) => [name, why]);
    await xo.clearFaults();
    const fails = expect.stringContaining("none of its repositories can be used");
    expect(doubtful).toContainEqual(["nightly-prod", fails]);
    expect(doubtful).toContainEqual(["mirror-offsite", fails]);
    expect(doubtful).toContainEqual(["nightly-replication", undefined]);
  });

  test("asks each collection once, the newest runs once more, for no settings and no command lines of runs", async () => {
    const { xo } = fixture;
    await xo.clearRequests();
    await list();
    const paths = (await xo.requests()).map(({ path }) => decodeURIComponent(path));
    const collections = paths.map((path) => path.split("?")[0]);
    expect(new Set(paths).size).toBe(paths.length);
    expect(collections.length).toBe(new Set(collections).size + 1);
    expect(paths.filter((path) => /settings|tasks|\*|other(?!\.xo)/.test(path))).toEqual([]);
  });
});

function paris(time: number): string {
  return new Date(time).toLocaleTimeString("en-GB", {
    timeZone: "Europe/Paris",
    hour: "2-digit",
    minute: "2-digit",
  });
}
