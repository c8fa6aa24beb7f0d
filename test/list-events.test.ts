import { describe, expect, test } from "bun:test";
import { type Answer, call, itemsOf, signIn, tryCall, useXo, warningsOf } from "./harness.ts";
import type { StoredRecord } from "./xo/estate/estate.ts";
import { byId, type MessageRecord, ofType } from "./xo/estate/records.ts";
import { trap } from "./xo/estate/traps.ts";

const fixture = useXo();
const two = useXo({ pools: 2, hosts: 8, vms: 80 });

const events = (args: Record<string, unknown> = {}) =>
  call(signIn(fixture.xo), "list_events", args);

const hour = 3_600_000;
const alarmNames = ["ALARM", "BOND_STATUS_CHANGED", "MULTIPATH_PERIODIC_ALERT"];
const isAlarm = ({ name }: MessageRecord) => alarmNames.includes(name);

/** Of an estate, what began or ended within so many hours, or still runs. */
const recent = (
  records: readonly StoredRecord[],
  hours: number,
  { now } = fixture.xo,
): StoredRecord[] =>
  records.filter(
    ({ start, end, status }) =>
      Math.max(Number(start), Number(end ?? 0)) >= now - hours * hour || status === "pending",
  );

const noted = (hours: number): MessageRecord[] =>
  ofType(fixture.xo.estate, "message").filter(
    ({ time }) => time * 1000 >= fixture.xo.now - hours * hour,
  );

const about = (answer: Answer, id: string) =>
  itemsOf(answer).filter(({ object_id }) => object_id === id);

describe("list_events", () => {
  test("has alarms, messages, tasks and runs of the last day in one timeline, newest first", async () => {
    const { estate } = fixture.xo;
    const answer = await events();
    const by_kind = {
      alarm: noted(24).filter(isAlarm).length,
      message: noted(24).filter((message) => !isAlarm(message)).length,
      task: recent(estate.tasks, 24).length,
      backup: recent(estate.backupLogs, 24).length,
      restore: 0,
    };
    const total = Object.values(by_kind).reduce((sum, count) => sum + count, 0);
    expect(answer).toMatchObject({ total, returned: total, by_kind });
    for (const kind of ["alarm", "message", "task", "backup"] as const) {
      expect(itemsOf(answer).filter((item) => item["kind"] === kind)).toHaveLength(by_kind[kind]);
      expect(by_kind[kind]).toBeGreaterThan(0);
    }
    const times = itemsOf(answer).map(({ at }) => Date.parse(String(at)));
    expect(times).toEqual(times.toSorted((a, b) => b - a));
  });

  test("says of alarms that they were raised, and never that they are active", async () => {
    const { estate } = fixture.xo;
    const answer = await events({ kinds: ["alarm"] });
    const { $object, time } = byId(estate, "message", trap(estate, "alarm-recent").id);
    expect(about(answer, $object)[0]).toEqual({
      at: new Date(time * 1000).toISOString().replace(".000Z", "Z"),
      kind: "alarm",
      what: "raised: cpu_usage",
      value_percent: 95.8,
      object_type: "VM",
      object_name: byId(estate, "VM", $object).name_label,
      object_id: $object,
    });
    const nan = byId(estate, "message", trap(estate, "alarm-nan").id);
    const unmeasured = about(answer, nan.$object).find(
      ({ what }) => what === "raised: memory_free_kib",
    );
    expect(unmeasured).toBeDefined();
    expect(unmeasured).not.toHaveProperty("value");
    expect(JSON.stringify(answer)).not.toMatch(/active/i);
  });

  test("reaches back as far as it is asked to, by age or by date", async () => {
    const { estate, now } = fixture.xo;
    const kinds = ["alarm"];
    const old = byId(estate, "message", trap(estate, "alarm-old").id);
    const [month, longer] = await Promise.all([
      events({ since: "30d", kinds }),
      events({ since: "6w", kinds }),
    ]);
    expect(about(longer, old.$object).length).toBe(about(month, old.$object).length + 1);
    const at = new Date(old.time * 1000).toISOString();
    expect(await events({ since: at, kinds })).toMatchObject({ total: longer["total"] });
    const after = new Date(old.time * 1000 + 1000).toISOString().slice(0, 19);
    // Without an offset it is the machine's time, here nine hours before UTC.
    const env = { ...signIn(fixture.xo), TZ: "Asia/Tokyo" };
    const local = new Date(old.time * 1000 + 1000 + 9 * hour).toISOString().slice(0, 19);
    const later = await call(env, "list_events", { since: local, kinds });
    expect(later).toMatchObject({
      total: Number(longer["total"]) - 1,
      since: `${after}Z`,
      since_local: `${local}+09:00 Asia/Tokyo`,
    });
    // Told to the second, rounded down.
    const begin = now - 720 * hour - 1000;
    expect(Date.parse(String(month["since"]))).toBeWithin(begin, begin + hour);
  });

  test.each(["list_events", "list_backup_runs"])(
    "takes today and yesterday from this machine's midnight on, in %s",
    async (tool) => {
      const env = { ...signIn(fixture.xo), TZ: "Asia/Tokyo" };
      for (const [since, days] of [
        ["today", 0],
        ["Yesterday", 1],
      ] as const) {
        const midnight = () => {
          const local = new Date(Date.now() + 9 * hour).setUTCHours(0, 0, 0, 0) - days * 24 * hour;
          return new Date(local - 9 * hour).toISOString().replace(".000Z", "Z");
        };
        const before = midnight();
        const answer = await call(env, tool, { since });
        // A midnight may come between the question and the answer.
        expect([before, midnight()]).toContain(String(answer["since"]));
        expect(answer["since_local"]).toMatch(/T00:00:00\+09:00 Asia\/Tokyo$/);
      }
    },
  );

  test.each(["last week", "24", "h", "2026-13-01", "2026-02-31", "2999-01-01", "", "1e3d"])(
    "refuses the time %j with an example",
    async (since) => {
      const outcome = await tryCall(signIn(fixture.xo), "list_events", { since });
      expect(outcome).toMatchObject({ stdout: "", exitCode: 2 });
      expect(outcome.stderr).toMatch(/24h|UTC/);
    },
  );

  test("tells what happened in a pool, not in another", async () => {
    const { estate } = two.xo;
    const [, lyon] = ofType(estate, "pool");
    // In 24 hours there may be no night: the last one counts only when it has gone by.
    const answer = await call(signIn(two.xo), "list_events", {
      object_id: lyon?.name_label,
      since: "2d",
    });
    const own = ofType(estate, "message").filter(
      ({ $pool, time }) => $pool === lyon?.id && time * 1000 >= two.xo.now - 48 * hour,
    );
    expect(answer).toMatchObject({
      by_kind: {
        alarm: own.filter(isAlarm).length,
        message: own.filter((message) => !isAlarm(message)).length,
        // The update is one of the first pool.
        task: 0,
      },
    });
    expect(JSON.stringify(answer)).not.toContain("xcp-paris");
    const ids = new Set(
      ofType(estate, "VM").flatMap((vm) => (vm.$pool === lyon?.id ? [vm.id] : [])),
    );
    const runs = recent(estate.backupLogs, 48, two.xo).filter(({ infos }) =>
      [...ids].some((id) => JSON.stringify(infos ?? []).includes(id)),
    );
    const shown = itemsOf(answer).filter(({ kind }) => kind === "backup");
    expect(shown.map(({ id }) => String(id)).toSorted()).toEqual(
      runs.map(({ id }) => id).toSorted(),
    );
    expect(runs.length).toBeGreaterThan(0);
  });

  test("does not drop without a word what does not tell its object", async () => {
    const { estate } = fixture.xo;
    const answer = await events({ object_id: "Paris-DC1" });
    const pending = trap(estate, "task-pending");
    expect(itemsOf(answer).filter(({ kind }) => kind === "task")).toMatchObject([
      { id: pending.id, what: "Rolling pool update", status: "running", progress_percent: 42 },
    ]);
    const untold = recent(estate.tasks, 24).length - 1;
    expect(warningsOf(answer)).toContain(
      `Whether ${untold} of kind task are about it is not told: they are left out`,
    );
    const mute = recent(estate.backupLogs, 24).filter(({ infos }) => infos === undefined).length;
    expect(warningsOf(answer)).toContain(`Whether ${mute} of kind backup are about it is not told`);
  });

  test("tells what happened to one object, by name, and which backups it was in", async () => {
    const { estate } = fixture.xo;
    const vm = byId(estate, "VM", trap(estate, "replica-source").id);
    const answer = await events({ object_id: vm.name_label, since: "3d" });
    const runs = recent(estate.backupLogs, 72).filter(({ infos }) =>
      JSON.stringify(infos ?? []).includes(vm.id),
    );
    expect(answer).toMatchObject({ by_kind: { backup: runs.length } });
    const others = itemsOf(answer).filter(({ object_id }) => object_id !== vm.id);
    expect(others.every(({ kind }) => kind === "backup")).toBe(true);
  });

  test("still has the events of an object that is gone", async () => {
    const { estate } = fixture.xo;
    const { $object } = byId(estate, "message", trap(estate, "alarm-object-gone").id);
    const answer = await events({ object_id: $object, since: "7d" });
    expect(itemsOf(answer)).toMatchObject([
      { kind: "alarm", object_type: "gone", object_id: $object },
    ]);
    expect(warningsOf(answer)).toContain("it may be gone");
  });

  test("refuses a name that nothing has, and one that several have", async () => {
    const none = await tryCall(signIn(fixture.xo), "list_events", { object_id: "Paris-DC2" });
    expect(none).toMatchObject({ stdout: "", exitCode: 5 });
    expect(none.stderr).toContain("Did you mean Paris-DC1?");
    const several = await tryCall(signIn(fixture.xo), "list_events", {
      object_id: "Local storage",
    });
    expect(several).toMatchObject({ stdout: "", exitCode: 5 });
    expect(several.stderr).toContain("3 objects are called");
  });

  test("has the outcome of runs and restores, and what still runs", async () => {
    const { estate } = fixture.xo;
    const answer = await events({ since: "7d", kinds: ["backup", "restore"] });
    const failed = trap(estate, "failed-log");
    const items = itemsOf(answer);
    expect(items.find(({ id }) => id === failed.id)).toMatchObject({
      what: failed["jobName"],
      status: "failure",
      ended_at: expect.any(String),
    });
    expect(items.find(({ id }) => id === trap(estate, "restore-log").id)).toMatchObject({
      kind: "restore",
      status: "success",
    });
    const running = items.filter(({ status }) => status === "running");
    expect(running.map(({ what }) => what)).toEqual(["mirror-offsite", "mirror-weekly"]);
    for (const run of running) expect(run).not.toHaveProperty("ended_at");
  });

  test("has a task that began earlier and still runs", async () => {
    const answer = await events({ since: "1h", kinds: ["task"] });
    const pending = trap(fixture.xo.estate, "task-pending");
    expect(itemsOf(answer).map(({ id }) => id)).toContain(pending.id);
  });

  test("never asks what a task was given or gave, nor for the tree of a run", async () => {
    const { xo } = fixture;
    await xo.clearRequests();
    const answer = await events({ since: "30d" });
    const failed = trap(xo.estate, "task-failed");
    expect(itemsOf(answer).find(({ id }) => id === failed.id)).toMatchObject({ status: "failure" });
    expect(JSON.stringify(answer)).not.toContain("CANARY");
    const fields = (await xo.requests()).flatMap(({ path }) => {
      const url = new URL(path, xo.url);
      return (url.searchParams.get("fields") ?? "").split(",");
    });
    expect(fields.filter((field) => /params|result|^tasks|^properties$|\*/.test(field))).toEqual(
      [],
    );
  });

  test("pages without losing or repeating an event", async () => {
    const since = new Date(fixture.xo.now - 40 * 24 * hour).toISOString();
    const whole = await events({ since });
    const pages: Answer[] = [];
    for (let offset = 0; offset < Number(whole["total"]); offset += 20) {
      pages.push(...itemsOf(await events({ since, limit: 20, offset })));
    }
    expect(pages).toEqual(itemsOf(whole));
  });

  test("says that a kind is unknown when XO does not give it, and has the others", async () => {
    const { xo } = fixture;
    await xo.setFaults([{ match: { path: "^/rest/v0/tasks" }, status: 500 }]);
    const answer = await events();
    const nothing = await tryCall(signIn(xo), "list_events", { kinds: ["task"] });
    await xo.clearFaults();
    expect(answer).not.toHaveProperty("by_kind.task");
    expect(answer).toMatchObject({ by_kind: { alarm: noted(24).filter(isAlarm).length } });
    expect(warningsOf(answer)).toContain("Unknown here: events of kind task.");
    expect(nothing).toMatchObject({ stdout: "", exitCode: 1 });
  });

  test("warns of what the account does not see, and of a pool that XO has lost", async () => {
    const { xo } = fixture;
    const limited = await call(signIn(xo, "nobody"), "list_events");
    expect(limited).toMatchObject({ total: 0, items: [] });
    expect(warningsOf(limited)).toContain("this account may");
    const [server] = xo.estate.servers;
    await xo.disconnectServer(String(server?.id));
    const answer = await events({ kinds: ["alarm"] });
    await xo.reconnectServer(String(server?.id));
    expect(answer).toMatchObject({ total: 0 });
    expect(warningsOf(answer)).toContain(`not connected to ${server?.label}`);
  });
});
