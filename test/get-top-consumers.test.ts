import { afterEach, describe, expect, test } from "bun:test";
import * as z from "zod";
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
import { answering } from "./health.ts";
import type { Granularity } from "./xo/estate/estate.ts";
import { byId, type HostRecord, ofType, type VmRecord } from "./xo/estate/records.ts";
import { startXo } from "./xo/start.ts";
import { trap, type TrapName } from "./xo/estate/traps.ts";

// Lyon has a halted host.
const fixture = useXo({ pools: 2, hosts: 10, vms: 90 });

afterEach(() => fixture.xo.clearFaults());

const vmOf = (name: TrapName) => byId(fixture.xo.estate, "VM", trap(fixture.xo.estate, name).id);
const top = (args: Record<string, unknown>, env: Record<string, string> = {}) =>
  call({ ...signIn(fixture.xo), ...env }, "get_top_consumers", args);

const running = () =>
  ofType(fixture.xo.estate, "VM").filter(({ power_state }) => power_state === "Running");
const hosts = () =>
  ofType(fixture.xo.estate, "host").filter(({ power_state }) => power_state === "Running");

const Rows = z.record(z.string(), z.array(z.number().nullable())).catch({});
const add = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);

/** The rows of a VM or host at a path of XO's statistics. */
function rowsAt(id: string, granularity: Granularity, path: string[]) {
  const { stats } = fixture.xo.estate.stats(id, granularity);
  const part = path.reduce<unknown>((value, key) => Object(value)[key], stats);
  return Rows.parse(Array.isArray(part) ? { one: part } : part);
}

/** The mean over time of what rows come to at each moment; nothing without a moment. */
function meanOf(rows: ReturnType<typeof rowsAt>, factor = 1): number | undefined {
  const all = Object.values(rows);
  const moments = (all[0] ?? []).flatMap((_, at) => {
    const known = all.map((row) => row[at]).filter((value) => typeof value === "number");
    return known.length === 0 ? [] : add(known);
  });
  return moments.length === 0 ? undefined : (factor * add(moments)) / moments.length;
}

type Use = (of: VmRecord | HostRecord, granularity: Granularity) => number | undefined;

/** How an auditor computes the use of each resource. */
const uses: Record<string, { key: string; vm: Use; host: Use }> = {
  cpu: {
    key: "cpus_used",
    vm: ({ id }, by) => meanOf(rowsAt(id, by, ["cpus"]), 0.01),
    host: ({ id }, by) => meanOf(rowsAt(id, by, ["cpus"]), 0.01),
  },
  memory: { key: "memory_used_bytes", vm: memoryOf, host: memoryOf },
  disk_read: rate("disk_read_bytes_per_second", ["xvds", "r"], ["ioThroughput", "r"]),
  disk_write: rate("disk_write_bytes_per_second", ["xvds", "w"], ["ioThroughput", "w"]),
  disk: {
    key: "disk_bytes_per_second",
    vm: both(["xvds"]),
    host: both(["ioThroughput"]),
  },
  iops: { key: "operations_per_second", vm: operationsOf, host: operationsOf },
  network_in: rate("network_in_bytes_per_second", ["vifs", "rx"], ["pifs", "rx"]),
  network_out: rate("network_out_bytes_per_second", ["vifs", "tx"], ["pifs", "tx"]),
};

function rate(key: string, vm: string[], host: string[]) {
  const at =
    (path: string[]): Use =>
    ({ id }, by) =>
      meanOf(rowsAt(id, by, path));
  return { key, vm: at(vm), host: at(host) };
}

/** Read and written, together. */
function both(path: string[]): Use {
  return ({ id }, by) => {
    const reads = meanOf(rowsAt(id, by, [...path, "r"]));
    const writes = meanOf(rowsAt(id, by, [...path, "w"]));
    return reads === undefined || writes === undefined ? undefined : reads + writes;
  };
}

function memoryOf({ id }: { id: string }, by: Granularity): number | undefined {
  const { one: free = [] } = rowsAt(id, by, ["memoryFree"]);
  const { one: memory = [] } = rowsAt(id, by, ["memory"]);
  const used = memory.map((value, at) => {
    const left = free[at] ?? null;
    return value === null || left === null ? null : value - left;
  });
  return meanOf({ used });
}

function operationsOf({ id }: { id: string }, by: Granularity): number | undefined {
  const reads = meanOf(rowsAt(id, by, ["iops", "r"]));
  const writes = meanOf(rowsAt(id, by, ["iops", "w"]));
  return reads === undefined || writes === undefined ? undefined : reads + writes;
}

/** All that can be measured, the greatest first. */
function ranked<T extends VmRecord | HostRecord>(of: T[], use: Use, by: Granularity = "minutes") {
  return of
    .flatMap((one) => {
      const used = use(one, by);
      return used === undefined ? [] : { id: one.id, used };
    })
    .toSorted((a, b) => b.used - a.used);
}

function expectRanking(
  answer: Answer,
  key: string,
  wanted: { id: string; used: number }[],
  count: number,
) {
  const consumers = itemsOf(answer, "consumers");
  const all = add(wanted.map(({ used }) => used));
  expect(answer).toMatchObject({ measured: wanted.length });
  expect(consumers.map(({ id }) => id)).toEqual(wanted.slice(0, count).map(({ id }) => id));
  for (const [at, consumer] of consumers.entries()) {
    const used = wanted[at]?.used ?? 0;
    expect(Math.abs(Number(consumer[key]) - used), `${key} ${at}`).toBeLessThanOrEqual(
      used > 1000 ? 0.51 : 0.051,
    );
    expect(Number(consumer["share_percent"])).toBeCloseTo((100 * used) / all, 0);
    expect(Number(consumer[`maximum_${key}`])).toBeGreaterThanOrEqual(Number(consumer[key]));
  }
}

describe("get_top_consumers", () => {
  describe.each(Object.keys(uses))("by %s", (metric) => {
    const { key = "", vm = memoryOf, host = memoryOf } = uses[metric] ?? {};

    test("ranks the running VMs", async () => {
      const answer = await top({ metric, count: 50 });
      expect(answer).toMatchObject({ total: running().length });
      expectRanking(answer, key, ranked(running(), vm), 50);
    });

    test("ranks the hosts", async () => {
      const answer = await top({ metric, scope: "hosts", period: "7d", count: 50 });
      expectRanking(answer, key, ranked(hosts(), host, "hours"), 50);
    });
  });

  test("answers which five VMs read most from disk in one call", async () => {
    const wanted = ranked(running(), uses["disk_read"]?.vm ?? memoryOf);
    const client = await connect(signIn(fixture.xo));
    const answer = await ask(client, "get_top_consumers", { metric: "disk_read" });
    await client.close();
    expect(itemsOf(answer, "consumers").map(({ id }) => id)).toEqual(
      wanted.slice(0, 5).map(({ id }) => id),
    );
    expect(answer["window"]).toMatchObject({ to_local: expect.any(String) });
    expect(answer["resolution"]).toStartWith("minutes:");
  });

  test("shows how much of its own CPUs each one uses", async () => {
    const [first] = itemsOf(await top({ metric: "cpu" }), "consumers");
    const { CPUs } = byId(fixture.xo.estate, "VM", String(first?.["id"]));
    const percent = (meanOf(rowsAt(String(first?.["id"]), "minutes", ["cpus"])) ?? 0) / CPUs.number;
    expect(first).toMatchObject({ cpus: CPUs.number });
    expect(Number(first?.["cpu_percent"])).toBeCloseTo(percent, 0);
  });

  test("measures one pool", async () => {
    const { $pool } = vmOf("dup-name-2");
    const inPool = running().filter((vm) => vm.$pool === $pool);
    const answer = await top({ metric: "iops", pool_id: "Lyon-DC2", count: 50 });
    expect(answer).toMatchObject({
      total: inPool.length,
      pool: { id: $pool, name_label: "Lyon-DC2" },
    });
    expectRanking(answer, "operations_per_second", ranked(inPool, operationsOf), 50);
  });

  describe("says what could not be measured, and why:", () => {
    test("a VM without values is not the least, it is unknown", async () => {
      const answer = await top({ metric: "cpu", count: 50 });
      const { id, name_label } = vmOf("empty-stats");
      expect(itemsOf(answer, "consumers").map((one) => one["id"])).not.toContain(id);
      expect(answer["not_measured"]).toEqual([
        { reason: "XO has no values of it in this window", count: 1, examples: [name_label] },
      ]);
      expect(warningsOf(answer)).toContain("could not be measured");
    });

    test("guests that do not tell their memory, which all is not their use", async () => {
      const silent = running().filter(
        (vm) => memoryOf(vm, "minutes") === undefined && vm.id !== vmOf("empty-stats").id,
      );
      const answer = await top({ metric: "memory", count: 50 });
      expect(silent.map(({ id }) => id)).toContain(vmOf("no-tools").id);
      expect(answer["not_measured"]).toContainEqual({
        reason: "no guest tools tell how much of its memory is in use",
        count: silent.length,
        examples: expect.arrayContaining([vmOf("no-tools").name_label]),
      });
    });

    test("a halted host, of which XO is not asked", async () => {
      const { xo } = fixture;
      const halted = ofType(xo.estate, "host").find((one) => one.power_state === "Halted");
      await xo.clearRequests();
      const answer = await top({ metric: "cpu", scope: "hosts" });
      expect(answer).toMatchObject({ total: 10, measured: 9 });
      expect(answer["not_measured"]).toEqual([
        { reason: "Halted, so nothing measures it", count: 1, examples: [halted?.name_label] },
      ]);
      const paths = (await xo.requests()).map(({ path }) => path);
      expect(paths.filter((path) => path.includes(String(halted?.id)))).toEqual([]);
    });

    test("one that XO refuses, in our words", async () => {
      const { xo } = fixture;
      const { id, name_label } = vmOf("cd-vm");
      await xo.setFaults([
        { match: { path: `${id}/stats` }, status: 422, body: '{"error":"CANARY","data":{"x":1}}' },
      ]);
      const answer = await top({ metric: "network_in" });
      expect(answer["not_measured"]).toContainEqual({
        reason: "XO could not read its statistics from the host",
        count: 1,
        examples: [name_label],
      });
      expect(JSON.stringify(answer)).not.toContain("CANARY");
    });

    test("one whose host does not answer in time, and ranks the others", async () => {
      const { xo } = fixture;
      const { id, name_label } = vmOf("cd-vm");
      await xo.setFaults([{ match: { path: `${id}/stats` }, delayMs: 9_000 }]);
      const answer = await top({ metric: "network_in" }, { XO_TIMEOUT: "3" });
      expect(answer).toMatchObject({ measured: running().length - 2 });
      expect(answer["not_measured"]).toContainEqual({
        reason: "no answer in time",
        count: 1,
        examples: [name_label],
      });
    });
  });

  test("fails with XO's reason when not one can be measured", async () => {
    const { xo } = fixture;
    await xo.setFaults([{ match: { path: "/stats" }, status: 401, body: "{}" }]);
    expect(await tryCall(signIn(xo), "get_top_consumers", { metric: "cpu" })).toMatchObject({
      stdout: "",
      exitCode: 3,
    });
    await xo.setFaults([{ match: { path: "/stats" }, status: 500, body: '{"error":"CANARY"}' }]);
    const outcome = await tryCall(signIn(xo), "get_top_consumers", { metric: "cpu" });
    expect(outcome).toMatchObject({ stdout: "", exitCode: 1 });
    expect(outcome.stderr).toContain("XO could not read the statistics of the");
    expect(outcome.stderr).not.toContain("CANARY");
  });

  test("warns an account with a role, and of a lost pool", async () => {
    const { xo } = fixture;
    const limited = await call(signIn(xo, "reader"), "get_top_consumers", { metric: "cpu" });
    expect(warningsOf(limited)).toContain("this account may");
    const none = await call(signIn(xo, "nobody"), "get_top_consumers", { metric: "cpu" });
    for (const part of ["total", "measured", "consumers"]) expect(none).not.toHaveProperty(part);
    expect(warningsOf(none)).toContain("this account may");
    expect(warningsOf(await top({ metric: "cpu" }))).toContain("XO is not connected to");
  });

  test.each(["vms", "hosts"])(
    "tells of %s how much of their own memory they use",
    async (scope) => {
      const [first] = itemsOf(await top({ metric: "memory", scope, count: 1 }), "consumers");
      const { estate } = fixture.xo;
      const { memory } = byId(estate, scope === "vms" ? "VM" : "host", String(first?.["id"]));
      expect(first).toMatchObject({ memory_bytes: memory.size, share_percent: expect.any(Number) });
      expect(Number(first?.["memory_percent"])).toBeCloseTo(
        (100 * Number(first?.["memory_used_bytes"])) / memory.size,
        0,
      );
    },
  );

  describe("by what is stored", () => {
    const halted = () =>
      ofType(fixture.xo.estate, "VM").filter(({ power_state }) => power_state === "Halted");

    test("counts halted VMs, and neither an inserted ISO nor the same disk twice", async () => {
      const { xo } = fixture;
      const [one, two] = halted();
      const link = (vm?: VmRecord) => String(vm?.$VBDs[0]);
      const [user, iso] = [trap(xo.estate, "full-sr").id, trap(xo.estate, "iso-sr").id];
      await xo.setFaults([
        answering(
          "vms",
          [one, two].map((vm) => ({ ...vm })),
        ),
        answering("vdis", [
          {
            id: "shared",
            $SR: user,
            usage: 60,
            chainPhysicalUsage: 160,
            $VBDs: [link(one), link(two)],
          },
          { id: "own", $SR: user, usage: 40, $VBDs: [link(two)] },
          { id: "never seen", $SR: user, usage: -1, chainPhysicalUsage: -1, $VBDs: [link(two)] },
          { id: "iso", $SR: iso, usage: 900, $VBDs: [link(two)] },
          { id: "orphan", $SR: user, usage: 900, $VBDs: [] },
        ]),
      ]);
      const answer = await top({ metric: "disk_space" });
      expect(answer).toMatchObject({ total: 2, total_used_bytes: 100 });
      expect(itemsOf(answer, "consumers")).toMatchObject([
        { id: two?.id, disks: 3, used_bytes: 100, chain_used_bytes: 200, share_percent: 100 },
        { id: one?.id, disks: 1, used_bytes: 60, chain_used_bytes: 160, share_percent: 60 },
      ]);
    });

    test("asks for no statistics, and says of hosts that they have none of it", async () => {
      const { xo } = fixture;
      await xo.clearRequests();
      await top({ metric: "disk_space", count: 1 });
      expect((await xo.requests()).filter(({ path }) => path.includes("/stats"))).toEqual([]);
      const hostsToo = { metric: "disk_space", scope: "hosts" };
      const outcome = await tryCall(signIn(xo), "get_top_consumers", hostsToo);
      expect(outcome).toMatchObject({ stdout: "", exitCode: 2 });
      expect(outcome.stderr).toContain("list_srs");
    });

    test("says that who has most is unknown where disks are hidden", async () => {
      const { xo } = fixture;
      const rights = '[{"action":"read","resource":"vm"},{"action":"read","resource":"sr"}]';
      await xo.setFaults([{ match: { path: "/acl-privileges" }, body: rights }]);
      const limited = await call(signIn(xo, "reader"), "get_top_consumers", {
        metric: "disk_space",
      });
      await xo.clearFaults();
      expect(limited).not.toHaveProperty("consumers");
      expect(warningsOf(limited)).toContain("disks: this account may not see them");
    });
  });

  test("shows units in a terminal", async () => {
    const args = { metric: "disk_write" };
    const { stdout } = await tryCall(signIn(fixture.xo), "get_top_consumers", args, "table");
    expect(stdout).toMatch(/total_disk_write_bytes_per_second +[\d.]+ MiB\/s/);
    expect(stdout).toMatch(/^ {2}[0-9a-f-]{36} .* [\d.]+ [KM]iB\/s +[\d.]+ [KM]iB\/s +[\d.]+$/m);
  });

  test.each([
    [{}, "metric"],
    [{ metric: "disks" }, "metric"],
    [{ metric: "cpu", count: 51 }, "must be a whole number from 1 to 50"],
    [{ metric: "cpu", period: "soon" }, "must be a number with m, h, d, w or y"],
  ])("refuses %p", async (args, text) => {
    const outcome = await tryCall(signIn(fixture.xo), "get_top_consumers", args);
    expect(outcome).toMatchObject({ stdout: "", exitCode: 2 });
    expect(outcome.stderr).toContain(text);
  });
});

describe("among more VMs than can be measured", () => {
  test("300 are, those with most CPUs, at most eight at a time, and it says so", async () => {
    await using xo = await startXo({ pools: 2, hosts: 8, vms: 420 });
    const all = ofType(xo.estate, "VM").filter(({ power_state }) => power_state === "Running");
    expect(all.length).toBeGreaterThan(310);
    const delay = 80;
    await xo.setFaults([{ match: { path: "/stats" }, delayMs: delay }]);
    const answer = await call(signIn(xo), "get_top_consumers", { metric: "cpu", count: 50 });
    expect(answer).toMatchObject({ total: all.length });
    expect(warningsOf(answer)).toContain(
      `Only the 300 of ${all.length} running VMs with most CPUs were measured`,
    );

    const asked = (await xo.requests()).filter(({ path }) => path.includes("/stats"));
    expect(asked).toHaveLength(300);
    const cpus = (id: string) => byId(xo.estate, "VM", id).CPUs.number;
    const ids = new Set(asked.map(({ path }) => path.split("/")[4] ?? ""));
    const least = Math.min(...[...ids].map(cpus));
    expect(all.filter(({ id }) => !ids.has(id) && cpus(id) > least)).toEqual([]);

    // Each is answered after the delay, so those that come within one are there together.
    const times = asked.map(({ time }) => time).toSorted((a, b) => a - b);
    const together = times.map(
      (start) => times.filter((time) => time >= start && time < start + delay - 5).length,
    );
    expect(Math.max(...together)).toBeLessThanOrEqual(8);
  }, 30_000);
});
