import { afterEach, beforeAll, describe, expect, test } from "bun:test";
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
import type { Granularity } from "./xo/estate/estate.ts";
import { byId, ofType } from "./xo/estate/records.ts";
import { trap, type TrapName } from "./xo/estate/traps.ts";

// Lyon has a halted host.
const fixture = useXo({ pools: 2, hosts: 10, vms: 90 });

afterEach(() => fixture.xo.clearFaults());

const vmOf = (name: TrapName) => byId(fixture.xo.estate, "VM", trap(fixture.xo.estate, name).id);
const stats = (args: Record<string, unknown>, env: Record<string, string> = {}) =>
  call({ ...signIn(fixture.xo), ...env }, "get_stats", args);

const Values = z.array(z.number().nullable());
const Rows = z.record(z.string(), Values);
const Raw = z.object({
  cpus: Rows,
  memory: Values,
  memoryFree: Values.optional(),
  xvds: z.object({ r: Rows, w: Rows }).optional(),
  vbdLatency: z.object({ r: Rows, w: Rows }).optional(),
  iops: z.object({ r: Rows, w: Rows }),
  vifs: z.object({ rx: Rows, tx: Rows }).optional(),
  pifs: z.object({ rx: Rows, tx: Rows }).optional(),
  ioThroughput: z.object({ r: Rows, w: Rows }).optional(),
  latency: z.object({ r: Rows, w: Rows }).optional(),
  load: Values.optional(),
  hostload: Values.optional(),
});
type Raw = z.output<typeof Raw>;
type Values = z.output<typeof Values>;

function rawOf(id: string, granularity: Granularity) {
  const { endTimestamp, interval, stats: series } = fixture.xo.estate.stats(id, granularity);
  return { end: endTimestamp, interval, series: Raw.parse(series) };
}

const add = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
const average = (numbers: number[]) => add(numbers) / numbers.length;
const iso = (seconds: number) => new Date(seconds * 1000).toISOString().replace(".000Z", "Z");

/** Rows of the same length as one, as an auditor would with a spreadsheet. */
function columns(rows: Record<string, Values> | undefined, join: (known: number[]) => number) {
  const all = Object.values(rows ?? {});
  return (all[0] ?? []).map((_, at) => {
    const known = all.map((row) => row[at]).filter((value) => typeof value === "number");
    return known.length === 0 ? null : join(known);
  });
}

/** What a metric's figures must be, given its raw values and the time of the last of them. */
function figures(values: Values, end: number, interval: number) {
  const known = values.filter((value) => value !== null);
  const sorted = known.toSorted((a, b) => a - b);
  const maximum = Math.max(...known);
  const third = Math.floor(values.length / 3);
  const inThird = (part: Values) => part.filter((value) => value !== null);
  return {
    minimum: Math.min(...known),
    mean: average(known),
    p95: sorted[Math.ceil(known.length * 0.95) - 1],
    maximum,
    maximum_at: iso(end - (values.length - 1 - values.indexOf(maximum)) * interval),
    last: known.at(-1),
    first_third_mean: average(inThird(values.slice(0, third))),
    last_third_mean: average(inThird(values.slice(-third))),
  };
}

function expectFigures(answer: Answer, metric: string, wanted: ReturnType<typeof figures>) {
  const found = itemsOf(answer, "metrics").find((one) => one["metric"] === metric);
  expect(found, metric).toBeDefined();
  for (const [name, value] of Object.entries(wanted)) {
    if (typeof value !== "number")
      expect([metric, name, found?.[name]]).toEqual([metric, name, value]);
    // Bytes are whole, the finest figures have two decimals.
    else
      expect(Math.abs(Number(found?.[name]) - value), `${metric} ${name}`).toBeLessThanOrEqual(
        value > 1000 ? 0.5 : 0.051,
      );
  }
}

/** The metrics of a VM or host, computed from the raw rows. */
function metricsOf({ series }: { series: Raw }): Record<string, Values> {
  const { memory, memoryFree = [] } = series;
  const disks = series.xvds ?? series.ioThroughput;
  // Of a host it is a sum over all disks, which says nothing.
  const latency = series.vbdLatency;
  const network = series.vifs ?? series.pifs;
  const most = (known: number[]) => Math.max(...known);
  return {
    cpu_percent: columns(series.cpus, average),
    memory_used_bytes: memory.map((value, at) => {
      const free = memoryFree[at] ?? null;
      return value === null || free === null ? null : value - free;
    }),
    disk_read_bytes_per_second: columns(disks?.r, add),
    disk_write_bytes_per_second: columns(disks?.w, add),
    read_operations_per_second: columns(series.iops.r, add),
    write_operations_per_second: columns(series.iops.w, add),
    ...(latency === undefined
      ? {}
      : {
          read_latency_ms: columns(latency.r, most),
          write_latency_ms: columns(latency.w, most),
        }),
    network_in_bytes_per_second: columns(network?.rx, add),
    network_out_bytes_per_second: columns(network?.tx, add),
    ...(series.load === undefined ? {} : { control_domain_load: series.load }),
    ...(series.hostload === undefined ? {} : { load_per_cpu: series.hostload }),
  };
}

const everything = ["cpu", "memory", "disk", "iops", "latency", "network"];

describe("get_stats", () => {
  describe.each([
    ["10m", "seconds"],
    ["2h", "minutes"],
    ["7d", "hours"],
    ["1y", "days"],
  ] as const)("of a period of %s uses %s and computes right", (period, granularity) => {
    test.each(["cd-vm", "gappy-stats", "biggest-vm"] as const)("for the VM %s", async (name) => {
      const { id } = vmOf(name);
      const raw = rawOf(id, granularity);
      const answer = await stats({ object_id: id, period, metrics: everything });
      const reach = { m: 60, h: 3600, d: 86_400, y: 365 * 86_400 }[period.slice(-1)] ?? 0;
      const count = (Number(period.slice(0, -1)) * reach) / raw.interval;
      expect(answer["resolution"]).toStartWith(`${granularity}:`);
      for (const [metric, values] of Object.entries(metricsOf(raw))) {
        if (values.every((value) => value === null)) continue;
        expectFigures(answer, metric, figures(values.slice(-count), raw.end, raw.interval));
      }
    });

    test("for a host, its load too", async () => {
      const host = ofType(fixture.xo.estate, "host").find((one) => one.power_state === "Running");
      const id = String(host?.id);
      const raw = rawOf(id, granularity);
      const answer = await stats({ object_id: id, period, metrics: [...everything, "load"] });
      const metrics = metricsOf(raw);
      expect(itemsOf(answer, "metrics").map(({ metric }) => metric)).toEqual(Object.keys(metrics));
      const count = granularity === "days" ? 365 : undefined;
      for (const [metric, values] of Object.entries(metrics)) {
        const part = count === undefined ? values : values.slice(-count);
        expectFigures(answer, metric, figures(part, raw.end, raw.interval));
      }
    });
  });

  test("names the unit of every metric, and the whole that memory is a part of", async () => {
    const { id, memory } = vmOf("cd-vm");
    const metrics = itemsOf(await stats({ object_id: id, metrics: everything }), "metrics");
    const units = new Map(metrics.map(({ metric, unit }) => [metric, unit]));
    expect(Object.fromEntries(units)).toMatchObject({
      cpu_percent: "%",
      disk_read_bytes_per_second: "bytes/s",
      write_operations_per_second: "operations/s",
      read_latency_ms: "ms",
      network_out_bytes_per_second: "bytes/s",
    });
    const used = (await stats({ object_id: vmOf("paused-vm").id, metrics: ["memory"] }))["metrics"];
    expect(used).toMatchObject([
      { metric: "memory_used_bytes", unit: "bytes", of: vmOf("paused-vm").memory.size },
    ]);
    expect(memory.size).toBeGreaterThan(0);
  });

  describe("answers whether the CPU was high last night between 1 and 3", () => {
    // The last night that is over, in UTC.
    const night = () => {
      const at = new Date(fixture.xo.now - 6 * 3_600_000);
      return at.toISOString().slice(0, 10);
    };

    test("in one call, from hours, and says why not from minutes", async () => {
      const answer = await stats({
        object_id: vmOf("night-cpu").name_label,
        from: `${night()}T01:00:00Z`,
        to: `${night()}T03:00:00Z`,
        metrics: ["cpu"],
      });
      expect(answer).toMatchObject({
        window: { from: `${night()}T01:00:00Z`, to: `${night()}T03:00:00Z` },
        resolution: "hours: each value is the mean of the hour before it",
        why_not_finer: "XO keeps minutes for the last 2 hours only",
      });
      const [cpu] = itemsOf(answer, "metrics");
      expect(cpu?.["minimum"]).toBeGreaterThan(90);
      expect(cpu?.["points"]).toHaveLength(2);
    });

    test("and the two hours before were not, nor those after", async () => {
      for (const [from, to] of [
        ["03:00", "05:00"],
        ["00:00", "01:00"],
      ]) {
        const answer = await stats({
          object_id: vmOf("night-cpu").id,
          from: `${night()}T${from}Z`,
          to: `${night()}T${to}Z`,
          metrics: ["cpu"],
        });
        expect(itemsOf(answer, "metrics")[0]?.["maximum"]).toBeLessThan(10);
      }
    });

    test("taking a time without an offset for this machine's own, and telling both", async () => {
      // In Tokyo, nine hours ahead, 10:00 is 01:00 UTC.
      const answer = await stats(
        { object_id: vmOf("night-cpu").id, from: `${night()}T10:00`, to: `${night()} 12:00` },
        { TZ: "Asia/Tokyo" },
      );
      expect(answer["window"]).toEqual({
        from: `${night()}T01:00:00Z`,
        to: `${night()}T03:00:00Z`,
        from_local: `${night()}T10:00:00+09:00`,
        to_local: `${night()}T12:00:00+09:00`,
        time_zone: "Asia/Tokyo",
      });
      expect(itemsOf(answer, "metrics")[0]?.["minimum"]).toBeGreaterThan(90);
    });

    test("also of a part of an hour, with the whole hour told as what was used", async () => {
      const answer = await stats({
        object_id: vmOf("night-cpu").id,
        from: `${night()}T01:20Z`,
        to: `${night()}T01:40+00:00`,
        metrics: ["cpu"],
      });
      expect(answer["window"]).toMatchObject({
        from: `${night()}T01:00:00Z`,
        to: `${night()}T02:00:00Z`,
      });
    });
  });

  test("takes a date alone for its beginning, and a period with one end", async () => {
    const day = new Date(fixture.xo.now - 3 * 86_400_000).toISOString().slice(0, 10);
    const wanted = { from: `${day}T00:00:00Z`, to: `${day}T06:00:00Z` };
    const object_id = vmOf("cd-vm").id;
    const answers = await Promise.all([
      stats({ object_id, from: day, period: "6h" }, { TZ: "UTC" }),
      stats({ object_id, to: `${day}T06:00Z`, period: "6h" }),
    ]);
    expect(answers).toMatchObject([{ window: wanted }, { window: wanted }]);
  });

  test("shows the busiest core beside the mean over cores", async () => {
    const { id } = vmOf("biggest-vm");
    const { cpus } = rawOf(id, "minutes").series;
    const means = Object.entries(cpus).map(([core, values]) => ({
      core,
      mean: average(values.filter((value) => value !== null)),
    }));
    const busiest = means.toSorted((a, b) => b.mean - a.mean)[0];
    const [cpu] = itemsOf(await stats({ object_id: id, metrics: ["cpu"] }), "metrics");
    expect(cpu?.["busiest_core"]).toMatchObject({
      core: busiest?.core,
      mean: Math.round((busiest?.mean ?? 0) * 10) / 10,
    });
  });

  test("counts the CPUs that a VM has, not those it may get", async () => {
    const { id, CPUs } = vmOf("hot-add-vm");
    const { cpus } = rawOf(id, "minutes").series;
    expect([CPUs.number, Object.keys(cpus).length]).toEqual([2, 8]);
    const own = columns({ 0: cpus["0"] ?? [], 1: cpus["1"] ?? [] }, average);
    const [cpu] = itemsOf(await stats({ object_id: id, metrics: ["cpu"] }), "metrics");
    const mean = average(own.filter((value) => value !== null));
    expect(cpu?.["mean"]).toBeCloseTo(mean, 1);
  });

  test("says where values are missing, takes none of them for zero, and draws gaps as null", async () => {
    const { id } = vmOf("gappy-stats");
    const { series, end } = rawOf(id, "minutes");
    const answer = await stats({ object_id: id, points: 60 });
    const missing = series.memory.filter((value) => value === null).length;
    const first = iso(end - 120 * 60);
    expect(warningsOf(answer)).toContain(
      `All metrics: ${missing} of 120 values are missing (${first} to ${iso(end - 115 * 60)}, `,
    );
    expect(warningsOf(answer)).toContain("They are gaps, not zeros");
    const [cpu] = itemsOf(answer, "metrics");
    expect(cpu?.["minimum"]).toBeGreaterThan(0);
    const points = z.array(z.tuple([z.string(), z.number().nullable()])).parse(cpu?.["points"]);
    expect(points).toHaveLength(60);
    expect(points[0]).toEqual([iso(end - 118 * 60), null]);
    expect(points.at(-1)?.[0]).toBe(iso(end));
  });

  test("makes points of equal parts of the time, each their mean", async () => {
    const { id } = vmOf("cd-vm");
    const { series, end } = rawOf(id, "minutes");
    const cpu = columns(series.cpus, average);
    const part = cpu.slice(0, 30).filter((value) => value !== null);
    const [found] = itemsOf(await stats({ object_id: id, points: 4, metrics: ["cpu"] }), "metrics");
    expect(found?.["points"]).toHaveLength(4);
    expect(found?.["points"]).toMatchObject(
      [[iso(end - 90 * 60), expect.closeTo(average(part), 1)]].concat(
        [30, 60, 90].map((at) => [iso(end - (90 - at) * 60), expect.any(Number)]),
      ),
    );
  });

  describe("of what is not measured", () => {
    test.each(["halted-vm", "suspended-vm"] as const)(
      "says so of a %s, and asks XO nothing",
      async (name) => {
        const { xo } = fixture;
        const vm = vmOf(name);
        await xo.clearRequests();
        const answer = await stats({ object_id: vm.id });
        expect(answer).toMatchObject({ object: { power_state: vm.power_state }, metrics: [] });
        expect(warningsOf(answer)).toContain(
          `is ${vm.power_state}: XO has statistics only of what runs`,
        );
        expect(JSON.stringify(answer).length).toBeLessThan(500);
        expect((await xo.requests()).filter(({ path }) => path.includes("/stats"))).toEqual([]);
      },
    );

    test("measures a paused VM", async () => {
      const [cpu] = itemsOf(await stats({ object_id: vmOf("paused-vm").id }), "metrics");
      expect(cpu).toMatchObject({ metric: "cpu_percent", maximum: 0 });
    });

    test("says so of a halted host", async () => {
      const host = ofType(fixture.xo.estate, "host").find((one) => one.power_state === "Halted");
      const answer = await stats({ object_id: String(host?.name_label) });
      expect(answer).toMatchObject({
        object: { type: "host", power_state: "Halted" },
        metrics: [],
      });
      expect(warningsOf(answer)).toContain(`The host ${host?.name_label} is Halted`);
    });

    test("says that XO has no value of a VM that runs, which is not zero", async () => {
      const answer = await stats({ object_id: vmOf("empty-stats").id });
      expect(answer).toMatchObject({ metrics: [] });
      expect(warningsOf(answer)).toContain("XO has no values at all of the VM");
    });

    test("says that a guest without tools keeps its use of memory to itself", async () => {
      const { id, memory } = vmOf("no-tools");
      const answer = await stats({ object_id: id, metrics: ["memory"] });
      expect(answer["metrics"]).toMatchObject([{ metric: "memory_bytes", mean: memory.size }]);
      expect(warningsOf(answer)).toContain("no guest tools report it");
    });

    test("says that VMs have no load when it is asked for, and not otherwise", async () => {
      const { id } = vmOf("cd-vm");
      expect(warningsOf(await stats({ object_id: id, metrics: ["load"] }))).toContain(
        "XO measures the load of hosts, not of VMs",
      );
      expect(warningsOf(await stats({ object_id: id, period: "10m" }))).not.toContain("load");
    });

    test("names the host, not XO's answer, when XO refuses in between", async () => {
      const { xo } = fixture;
      for (const status of [422, 500]) {
        await xo.setFaults([
          { match: { path: "/stats" }, status, body: '{"error":"CANARY","data":{"a":"CANARY"}}' },
        ]);
        const outcome = await tryCall(signIn(xo), "get_stats", { object_id: vmOf("cd-vm").id });
        expect(outcome).toMatchObject({ stdout: "", exitCode: 1 });
        expect(outcome.stderr).toContain("XO could not read the statistics of the VM");
        expect(outcome.stderr).not.toContain("CANARY");
      }
    });
  });

  describe("reads whatever a server sends", () => {
    let id = "";
    beforeAll(() => {
      id = vmOf("cd-vm").id;
    });
    const sent = async (body: object, args: Record<string, unknown> = {}) => {
      await fixture.xo.setFaults([{ match: { path: "/stats" }, body: JSON.stringify(body) }]);
      return stats({ object_id: id, ...args });
    };
    const end = Math.floor(Date.now() / 60_000) * 60;
    const of = (series: object) => ({ endTimestamp: end, interval: 60, stats: series });

    test("one point", async () => {
      const answer = await sent(of({ cpus: { 0: [12.34] } }), { metrics: ["cpu"] });
      const figure = { minimum: 12.3, mean: 12.3, p95: 12.3, maximum: 12.3, last: 12.3 };
      const [cpu] = itemsOf(answer, "metrics");
      expect(cpu).toEqual({
        metric: "cpu_percent",
        unit: "%",
        ...figure,
        maximum_at: iso(end),
        points: [[iso(end), 12.3]],
      });
      expect(answer["window"]).toMatchObject({ from: iso(end - 60), to: iso(end) });
    });

    test("no point, null and NaN as text", async () => {
      for (const row of [[], [null, null], ["NaN", "NaN"], "NaN", null]) {
        const answer = await sent(of({ cpus: { 0: row } }), { metrics: ["cpu"] });
        expect(answer["metrics"]).toEqual([]);
        expect(warningsOf(answer)).toContain("no values at all");
      }
      const mixed = await sent(
        of({ cpus: { 0: ["NaN", 10, null, 30], 1: [20, "NaN", null, 10] } }),
        {
          metrics: ["cpu"],
        },
      );
      expect(mixed["metrics"]).toMatchObject([{ minimum: 10, mean: 16.7, maximum: 20, last: 20 }]);
    });

    test("zeros that an older XO makes of missing values, beside real ones", async () => {
      const memory = [null, null, 100, 100];
      const answer = await sent(of({ memory, cpus: { 0: [0, 0, 0, 8] } }), { metrics: ["cpu"] });
      expect(answer["metrics"]).toMatchObject([{ minimum: 0, mean: 4, maximum: 8 }]);
      expect(warningsOf(answer)).toContain("2 of 4 values are missing");
    });

    test("such zeros of one core among several", async () => {
      const cpus = { 0: [0, 0, 40, 40], 1: [0, 0, 10, 10] };
      const answer = await sent(of({ memory: [null, null, 9, 9], cpus }), { metrics: ["cpu"] });
      expect(answer["metrics"]).toMatchObject([
        { minimum: 25, mean: 25, busiest_core: { core: "0", mean: 40, maximum: 40 } },
      ]);
    });

    test("parts of another form", async () => {
      const answer = await sent(of({ cpus: "none", xvds: [], vifs: { rx: 5 }, memory: [5, 5] }));
      expect(itemsOf(answer, "metrics").map(({ metric }) => metric)).toEqual(["memory_bytes"]);
      expect(warningsOf(answer)).toContain("no values for cpu, disk, network");
    });

    test("values of long ago, and says how old they are", async () => {
      const old = { ...of({ cpus: { 0: [5, 5] } }), endTimestamp: end - 10_800 };
      const answer = await sent(old, { metrics: ["cpu"] });
      expect(answer["metrics"]).toMatchObject([{ mean: 5 }]);
      expect(warningsOf(answer)).toMatch(
        /last values are of .*, 3 hours old: a clock may be wrong/,
      );
    });
  });

  describe("refuses", () => {
    test.each([
      [{ from: "yesterday" }, "yesterday is no time in ISO 8601"],
      [{ to: "2026-13-01" }, "2026-13-01 is no time in ISO 8601"],
      [{ from: "2026-03-02", to: "2026-03-01" }, "is not before its end"],
      [{ from: "2199-01-01" }, "is not before now"],
      [{ from: "2026-03-01", to: "2026-03-02", period: "1d" }, "cannot be given together"],
      [{ period: "2 hours" }, "must be a number with m, h, d, w or y"],
      [{ points: 61 }, "must be a whole number from 1 to 60"],
      [{ metrics: ["cpus"] }, "metrics"],
    ])("%p", async (args, text) => {
      const outcome = await tryCall(signIn(fixture.xo), "get_stats", {
        object_id: vmOf("cd-vm").id,
        ...args,
      });
      expect(outcome).toMatchObject({ stdout: "", exitCode: 2 });
      expect(outcome.stderr).toContain(text);
    });
  });

  test("says that XO keeps a year when more is asked", async () => {
    const answer = await stats({
      object_id: vmOf("cd-vm").id,
      from: "2001-01-01",
      to: "2001-02-01",
      metrics: ["cpu"],
    });
    expect(answer).toMatchObject({ metrics: [], why_not_finer: expect.any(String) });
    expect(warningsOf(answer)).toContain("no values at all");
    expect(warningsOf(answer)).toContain("XO keeps 366 days");
  });

  test("keeps within the budget, with fewer points and a word", async () => {
    const { xo } = fixture;
    const client = await connect({ ...signIn(xo), XO_MCP_MAX_CHARS: "5000" });
    const host = ofType(xo.estate, "host").find((one) => one.power_state === "Running");
    const answer = await ask(client, "get_stats", { object_id: host?.id, points: 60 });
    await client.close();
    expect(JSON.stringify(answer).length).toBeLessThan(5_000);
    expect(warningsOf(answer)).toMatch(/Only \d+ points of each metric fit/);
  });

  test("needs four requests: which of VMs and hosts, what it is, its statistics", async () => {
    const { xo } = fixture;
    await xo.clearRequests();
    await stats({ object_id: vmOf("cd-vm").id });
    const paths = (await xo.requests()).map(({ path }) => path.replace(/\?.*/, ""));
    expect(paths.map((path) => path.replace(vmOf("cd-vm").id, "{id}")).toSorted()).toEqual([
      "/rest/v0/hosts",
      "/rest/v0/vms",
      "/rest/v0/vms",
      "/rest/v0/vms/{id}/stats",
    ]);
  });
});

describe("object_id", () => {
  test("names a VM or a host, by name, UUID or first digits", async () => {
    const { estate } = fixture.xo;
    const host = ofType(estate, "host").find((one) => one.power_state === "Running");
    for (const { id, name_label } of [vmOf("cd-vm"), byId(estate, "host", String(host?.id))]) {
      for (const object_id of [id, name_label, id.slice(0, 8)]) {
        expect(await stats({ object_id, metrics: ["cpu"], points: 1 })).toMatchObject({
          object: { id, type: id === host?.id ? "host" : "VM" },
        });
      }
    }
  });

  test("lists both with their types where a VM and a host share a name", async () => {
    const { xo } = fixture;
    const { id, name_label } = vmOf("cd-vm");
    const twin = { id: "11111111-2222-4333-8444-555555555555", name_label };
    await xo.setFaults([{ match: { path: "/hosts\\?" }, body: JSON.stringify([twin]) }]);
    const outcome = await tryCall(signIn(xo), "get_stats", { object_id: name_label });
    expect(outcome).toMatchObject({ stdout: "", exitCode: 5 });
    expect(outcome.stderr).toContain("2 VMs and hosts are called or begin with");
    expect(outcome.stderr).toContain(`(VM ${id})`);
    expect(outcome.stderr).toContain(`(host ${twin.id})`);
  });

  test("is looked for among both when there is none", async () => {
    const outcome = await tryCall(signIn(fixture.xo), "get_stats", { object_id: "xcp-paris-1" });
    expect(outcome).toMatchObject({ stdout: "", exitCode: 5 });
    expect(outcome.stderr).toContain(
      "No VM or host has the name or UUID xcp-paris-1. Did you mean",
    );
  });
});

describe("get_stats in a terminal", () => {
  const table = async (args: Record<string, unknown>) => {
    const outcome = await tryCall(signIn(fixture.xo), "get_stats", args, "table");
    expect(outcome.exitCode).toBe(0);
    return outcome.stdout;
  };
  const chartOf = (text: string, metric: string) =>
    text.split("\n").find((_, at, lines) => lines[at - 1]?.trim() === metric) ?? "";

  test("draws each metric with its scale, high where it is high", async () => {
    const { id } = vmOf("night-cpu");
    const text = await table({ object_id: id, period: "2d", points: 48 });
    const hours = columns(rawOf(id, "hours").series.cpus, average).slice(-48);
    const bars = hours.map((percent) => (percent !== null && percent > 90 ? "█" : "▁"));
    expect(bars.filter((bar) => bar === "█")).toHaveLength(4);
    expect(chartOf(text, "cpu_percent")).toBe(`    ${bars.join("")}  0 to 100 %`);
    expect(chartOf(text, "memory_used_bytes")).toMatch(/[▁-█]{48} {2}0 to [\d.]+ [GM]iB$/);
    expect(chartOf(text, "network_in_bytes_per_second")).toMatch(/0 to [\d.]+ [KM]iB\/s$/);
    expect(text).toMatch(/minimum 8 % {2}mean [\d.]+ %/);
    expect(text).not.toContain("points");
  });

  test("leaves a gap where there is no value, and draws nothing of what is halted", async () => {
    const { id } = vmOf("gappy-stats");
    const chart = chartOf(await table({ object_id: id, points: 60 }), "cpu_percent");
    expect(chart.slice(4, 64)).toMatch(/^ {2}[▁-█]+ +[▁-█]+ $/);
    expect(await table({ object_id: vmOf("halted-vm").id })).toContain("none");
  });

  test("fits 100 columns", async () => {
    const text = await table({ object_id: vmOf("biggest-vm").id, metrics: everything });
    const wide = text.split("\n").filter((line) => Bun.stringWidth(line) > 100);
    expect(wide).toEqual([]);
  });
});
