import { afterEach, describe, expect, test } from "bun:test";
import { hints } from "../src/backup/failure-class.ts";
import {
  type Answer,
  ask,
  call,
  connect,
  itemsOf,
  signIn,
  tryCall,
  useXo,
  warningsOf,
} from "./harness.ts";
import type { StoredRecord } from "./xo/estate/estate.ts";
import { FAILURES } from "./xo/estate/run-tasks.ts";
import { trap, type TrapName } from "./xo/estate/traps.ts";

const fixture = useXo();
// More runs than anybody wants, oldest first.
const long = useXo({ hosts: 1, vms: 48, backupRuns: 2_000 });

afterEach(() => fixture.xo.clearFaults());

const list = (args: Record<string, unknown> = {}, xo = fixture.xo) =>
  call(signIn(xo), "list_backup_runs", args);

const day = 86_400_000;

const since = (days: number, xo = fixture.xo): StoredRecord[] =>
  xo.estate.backupLogs.filter(
    ({ start, end, status }) =>
      Math.max(Number(start), Number(end ?? 0)) >= xo.now - days * day || status === "pending",
  );

const ids = (answer: Answer) => itemsOf(answer).map(({ id }) => String(id));

const run = (answer: Answer, name: TrapName) => {
  const { id } = trap(fixture.xo.estate, name);
  return itemsOf(answer).find((item) => item["id"] === id) ?? {};
};

describe("list_backup_runs", () => {
  test("has the runs of the last seven days, newest first", async () => {
    const wanted = since(7).toSorted((a, b) => Number(b["start"]) - Number(a["start"]));
    const answer = await list();
    expect(ids(answer)).toEqual(wanted.map(({ id }) => id));
    const groups = Map.groupBy(wanted, ({ status }) =>
      status === "pending" ? "running" : String(status),
    );
    expect(answer["by_status"]).toEqual(
      Object.fromEntries([...groups].map(([status, group]) => [status, group.length])),
    );
    expect(groups.size).toBe(4);
  });

  test("tells which backups failed this week and why, with what to do about each kind", async () => {
    const { estate } = fixture.xo;
    const answer = await list({ since: "7d", status: "failure" });
    expect(ids(answer)).toEqual(
      since(7)
        .filter(({ status }) => status === "failure")
        .map(({ id }) => id)
        .toReversed(),
    );
    const nightly = trap(estate, "id-list-job").id;
    const failing = [...estate.coverage].filter(
      ([, { status, jobs }]) => status === "failing" && jobs.includes(nightly),
    );
    const names = failing.map(([id]) => estate.objects.get(id)?.["name_label"]);
    const newest = run(answer, "failed-log");
    const failures = itemsOf(newest, "failures");
    expect(failures.flatMap(({ vms }) => vms)).toHaveLength(names.length);
    expect(newest["outcomes"]).toMatchObject({ failure: names.length });
    expect(failures).toContainEqual({
      class: "storage-full",
      reason: "export to nfs-main > transfer: ENOSPC: no space left on device, write",
      count: 1,
      vms: [expect.any(String)],
    });
    const classes = new Set(failures.map((each) => String(each["class"])));
    for (const kind of classes) expect(FAILURES.map(String)).toContain(kind);
    expect(answer["hints"]).toMatchObject({ "storage-full": hints["storage-full"] });
  });

  test("tells apart what failed, what was skipped and what XO's stop interrupted", async () => {
    const answer = await list({ since: "60d" });
    expect(run(answer, "skipped-log")).toMatchObject({
      status: "skipped",
      failures: [{ class: "nothing-to-do", reason: "no VMs match this pattern" }],
    });
    expect(run(answer, "interrupted-log")).toMatchObject({
      status: "interrupted",
      outcomes: { success: 2, interrupted: expect.any(Number) },
      failures: [{ class: "interrupted", reason: "export: XO was stopped meanwhile" }],
    });
    expect(run(answer, "interrupted-log")).not.toHaveProperty("ended_at");
    expect(run(answer, "success-log")).toMatchObject({ status: "success" });
    expect(run(answer, "success-log")).not.toHaveProperty("failures");
    // A day in which nothing was wrong says so with no hints.
    expect((await list({ since: "60d", status: "success" }))["hints"]).toEqual({});
  });

  test("narrows to a job, also one that is gone, by name or id", async () => {
    const { xo } = fixture;
    const { id, name } = trap(xo.estate, "smart-job");
    const wanted = since(60).filter(({ jobId }) => jobId === id);
    expect(ids(await list({ since: "60d", job_id: name }))).toEqual(
      wanted.map((each) => each.id).toReversed(),
    );
    await xo.setFaults([{ match: { path: "/backup-jobs" }, body: "[]" }]);
    expect(await list({ since: "60d", job_id: name })).toMatchObject({ total: wanted.length });
    const wrong = await tryCall(signIn(xo), "list_backup_runs", {
      since: "60d",
      job_id: "weekly-smart-tga",
    });
    expect(wrong).toMatchObject({ stdout: "", exitCode: 5 });
    expect(wrong.stderr).toContain("Did you mean weekly-smart-tag?");
  });

  test("tells how one VM fared, whatever became of the others", async () => {
    const { estate } = fixture.xo;
    const nightly = trap(estate, "id-list-job").id;
    const [failing = ""] =
      [...estate.coverage].find(
        ([, { status, jobs }]) => status === "failing" && jobs.includes(nightly),
      ) ?? [];
    const answer = await list({ vm_id: failing });
    expect(itemsOf(answer).every(({ job_id }) => job_id === nightly)).toBe(true);
    expect(itemsOf(answer)[0]).toMatchObject({
      status: "failure",
      vm_status: "failure",
      failures: [{ class: expect.any(String), reason: expect.any(String) }],
    });
    const bad = await list({ vm_id: failing, status: "failure" });
    expect(bad["total"]).toBe(
      itemsOf(answer).filter((each) => each["vm_status"] === "failure").length,
    );
    // In the same runs, another VM was fine.
    const [good = ""] =
      [...estate.coverage].find(
        ([, { status, jobs }]) => status === "protected" && jobs.join() === nightly,
      ) ?? [];
    const other = await list({ vm_id: good });
    expect(itemsOf(other)[0]).toMatchObject({ status: "failure", vm_status: "success" });
    expect(itemsOf(other)[0]).not.toHaveProperty("failures");
  });

  test("shows nothing of what XO quotes beside the reason", async () => {
    const answer = await list({ since: "60d" });
    expect(JSON.stringify(answer)).not.toMatch(/CANARY|OpaqueRef|stack|\/opt\/xo/);
  });

  test("shows no password that is in the reason itself", async () => {
    const { xo } = fixture;
    const failed = trap(xo.estate, "failed-log");
    const result = { message: "mount error(13): -o username=bob,password=CANARY-x //nas failed" };
    const tasks = [{ id: "1", status: "failure", message: "backup VM", data: { id: "v" }, result }];
    await xo.setFaults([
      { match: { path: "/backup-logs" }, body: JSON.stringify([{ ...failed, tasks }]) },
    ]);
    const answer = await list();
    expect(itemsOf(answer)[0]).toMatchObject({
      failures: [
        { class: "repository-unreachable", reason: expect.stringContaining("mount error") },
      ],
    });
    expect(JSON.stringify(answer)).not.toContain("CANARY");
  });

  test("of 2,000 runs shows the newest, with few requests and within the budget", async () => {
    const { xo } = long;
    expect(xo.estate.backupLogs.length).toBeGreaterThan(2_000);
    await xo.clearRequests();
    const client = await connect(signIn(xo));
    const newest = await ask(client, "list_backup_runs", { limit: 5 });
    const few = (await xo.requests()).length;
    const wanted = since(7, xo).toSorted((a, b) => Number(b["start"]) - Number(a["start"]));
    expect(ids(newest)).toEqual(wanted.slice(0, 5).map(({ id }) => id));
    const all = await ask(client, "list_backup_runs", { since: "2000d", status: "failure" });
    const requests = (await xo.requests()).length - few;
    await client.close();
    expect(few).toBeLessThanOrEqual(12);
    expect(requests).toBeLessThanOrEqual(14);
    const failed = xo.estate.backupLogs.filter(
      ({ status, start }) => status === "failure" && Number(start) >= xo.now - 2_000 * day,
    );
    expect(all["total"]).toBe(failed.length);
    expect(ids(all)[0]).toBe(failed.at(-1)?.id);
    expect(JSON.stringify(all).length).toBeLessThan(24_000);
    expect(all).toHaveProperty("next_offset");
  });

  test("of 2,000 runs looks into the newest 200 only, and says so", async () => {
    const answer = await list({ since: "2000d" }, long.xo);
    const told = (at: number) => "outcomes" in (itemsOf(answer)[at] ?? {});
    expect([told(5), told(199), told(201)]).toEqual([true, false, false]);
    // What XO no longer keeps is said of those that were looked into.
    expect(itemsOf(answer)[199]).toHaveProperty("notes");
    expect(itemsOf(answer)[201]).not.toHaveProperty("notes");
    expect(warningsOf(answer)).toContain("Only 200 of");
    const next = await list({ since: "2000d", offset: 200, limit: 3 }, long.xo);
    expect(itemsOf(next)[0]).toMatchObject({ id: ids(answer)[200] });
    expect(itemsOf(next).some((item) => "notes" in item)).toBe(true);
    expect(warningsOf(next)).not.toContain("looked into");
  });

  test("does not take the runs of a hidden log for none", async () => {
    const { xo } = fixture;
    await xo.setFaults([
      { match: { path: "/acl-privileges" }, body: '[{"action":"read","resource":"vm"}]' },
      { match: { path: "/backup-logs" }, body: "[]" },
    ]);
    const answer = await call(signIn(xo, "reader"), "list_backup_runs");
    expect(answer).toMatchObject({ total: 0 });
    expect(warningsOf(answer)).toContain("backup runs: this account may not see them");
    await xo.setFaults([{ match: { path: "/backup-logs" }, status: 500 }]);
    expect(await tryCall(signIn(xo), "list_backup_runs")).toMatchObject({ exitCode: 1 });
  });

  test("answers without the names that XO does not give", async () => {
    const { xo } = fixture;
    await xo.setFaults([
      { match: { path: "/(?:vms|srs|pools|backup-repositories)" }, status: 500 },
    ]);
    const answer = await list({ status: "failure" });
    expect(itemsOf(answer).length).toBeGreaterThan(0);
    expect(warningsOf(answer)).toContain("names and state of repositories");
  });
});
