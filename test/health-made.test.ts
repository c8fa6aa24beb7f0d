import { afterEach, describe, expect, test } from "bun:test";
import { itemsOf, signIn, useXo } from "./harness.ts";
import { answering, health, type Report } from "./health.ts";
import type { Estate } from "./xo/estate/estate.ts";
import { byId, ofType, type VmRecord } from "./xo/estate/records.ts";
import { trap } from "./xo/estate/traps.ts";
import type { FaultRule } from "./xo/start.ts";

// What no estate has as such: records changed on their way, the case beside its near miss.
const fixture = useXo();

afterEach(() => fixture.xo.clearFaults());

async function check(id: string, ...answers: FaultRule[]): Promise<Report> {
  await fixture.xo.setFaults(answers);
  return health(signIn(fixture.xo), { checks: [id] });
}

const servers = ({ servers: all }: Estate, change: (status: unknown) => object) =>
  answering(
    "servers",
    all.map((server) => ({ ...server, ...change(server["status"]) })),
  );

/** Every server connected, so that a check that finds nothing is fine. */
const connected = (estate: Estate) =>
  answering(
    "servers",
    estate.servers.filter(({ status }) => status === "connected"),
  );

/** VMs of the estate, some of them changed. */
const vmsWith = (estate: Estate, changes: ReadonlyMap<string, object>) =>
  answering(
    "vms",
    ofType(estate, "VM").map((vm) => ({ ...vm, ...changes.get(vm.id) })),
  );

const running = (estate: Estate): VmRecord[] =>
  ofType(estate, "VM").filter(({ power_state }) => power_state === "Running");

describe("server-disconnected", () => {
  test("leaves out what an administrator switched off, but says that its objects are missing", async () => {
    const { estate } = fixture.xo;
    const report = await check(
      "server-disconnected",
      servers(estate, (status) => ({ enabled: status === "connected" })),
    );
    expect(report.found.size).toBe(0);
    const other = await check(
      "host-down",
      servers(estate, (status) => ({ enabled: status === "connected" })),
    );
    expect(other.unknown.get("host-down")).toContain("vienna (disabled)");
    expect(other.fine).toEqual([]);
  });

  test("counts a connection that is still being made", async () => {
    const { estate } = fixture.xo;
    const report = await check(
      "server-disconnected",
      servers(estate, () => ({ status: "connecting" })),
    );
    expect(report.finding("server-disconnected")).toMatchObject({ count: estate.servers.length });
  });
});

test("storage is filling up from 80 %, and nearly full from 90 %", async () => {
  const { estate } = fixture.xo;
  const shares = [79.9, 80, 89.9, 90, 100];
  const [model] = ofType(estate, "SR").filter(({ SR_type }) => SR_type === "nfs");
  const made = shares.map((share) => ({
    ...model,
    id: String(share),
    size: 1000,
    physical_usage: share * 10,
  }));
  const iso = { ...model, id: "iso", SR_type: "iso", size: 1000, physical_usage: 1000 };
  const srs = answering("srs", [...made, iso]);
  expect((await check("storage-filling-up", srs)).found.get("storage-filling-up")).toEqual([
    "89.9",
    "80",
  ]);
  expect((await check("storage-nearly-full", srs)).found.get("storage-nearly-full")).toEqual([
    "100",
    "90",
  ]);
});

test("twice its size is the most that a thin storage may promise", async () => {
  const { estate } = fixture.xo;
  const [model] = ofType(estate, "SR").filter(({ SR_type }) => SR_type === "nfs");
  // All counted, snapshots of three nights make six times the size of them.
  const sized = { ...model, size: 100, physical_usage: 50, usage: 600 };
  const made = [199, 200, 201].map((size) => ({ ...sized, id: String(size) }));
  const disks = made.map(({ id }) => ({ id: `disk ${id}`, $SR: id, size: Number(id) }));
  const thick = { ...sized, id: "thick", allocationStrategy: "thick" };
  const report = await check(
    "storage-overcommitted",
    answering("srs", [...made, thick]),
    answering("vdis", [...disks, { id: "disk thick", $SR: "thick", size: 900 }]),
  );
  expect(report.found.get("storage-overcommitted")).toEqual(["201"]);
});

describe("vm-without-disk", () => {
  const id = "vm-without-disk";
  const diskless = () => byId(fixture.xo.estate, "VM", trap(fixture.xo.estate, "diskless-vm").id);

  test("takes an inserted ISO for no disk, and hidden drives not for missing ones", async () => {
    const { xo } = fixture;
    const media = diskless().$VBDs.map((link) => byId(xo.estate, "VBD", link));
    expect(media).toMatchObject([{ is_cd_drive: true, VDI: expect.any(String) }]);
    expect((await check(id)).found.get(id)).toEqual([diskless().id]);
    await xo.setFaults([answering("vbds", [])]);
    const limited = await health(signIn(xo, "reader"), { checks: [id] });
    expect(limited.found.size).toBe(0);
    expect(limited.unknown.get(id)).toContain("drives: this account may see only some");
  });

  test.each([
    ["a snapshot of a disk", "VDI-snapshot", "orphan-vdi-snapshot"],
    ["a disk in a host's own drive", "VDI", "removable-vdi"],
    ["a disk that its storage lost", "VDI", "missing-vdi"],
  ] as const)("takes %s for one", async (_what, type, name) => {
    const { estate } = fixture.xo;
    const disk = byId(estate, type, trap(estate, name).id);
    const link = { id: "link", VM: diskless().id, VDI: disk.id, is_cd_drive: false };
    const report = await check(
      id,
      connected(estate),
      answering("vbds", [...ofType(estate, "VBD"), link]),
    );
    expect(report.fine).toEqual([id]);
  });

  test("takes an empty drive for none", async () => {
    const { estate } = fixture.xo;
    const link = { id: "link", VM: diskless().id, is_cd_drive: false };
    const drives = answering("vbds", [...ofType(estate, "VBD"), link]);
    expect((await check(id, drives)).found.get(id)).toEqual([diskless().id]);
  });
});

test("a certificate that has ended is worse than one that ends, and 30 days are enough", async () => {
  const { estate } = fixture.xo;
  const days = [-3, 10, 29.9, 30.1];
  const hosts = days.map((left) => ({
    id: String(left),
    power_state: "Running",
    certificates: [{ notAfter: estate.now / 1000 + left * 86_400 }],
  }));
  const report = await check("certificate-ends-soon", answering("hosts", hosts));
  expect(report.found.get("certificate-ends-soon")).toEqual(["-3", "10", "29.9"]);
});

test("old snapshots of an enabled schedule are kept, those of a disabled one are not", async () => {
  const { estate } = fixture.xo;
  const [enabled] = estate.schedules.filter((schedule) => schedule["enabled"] === true);
  const [disabled] = estate.schedules.filter((schedule) => schedule["enabled"] === false);
  const age = (days: number) => estate.now / 1000 - days * 86_400;
  const nightly = trap(estate, "id-list-job").id;
  const made = (id: string, schedule: unknown, days = 60, job = nightly) => ({
    id,
    snapshot_time: age(days),
    other: schedule === undefined ? {} : { "xo:backup:job": job, "xo:backup:schedule": schedule },
  });
  const report = await check(
    "snapshots-old",
    answering("vm-snapshots", [
      made("kept", enabled?.id),
      made("disabled", disabled?.id, 80),
      made("gone", "no-such-schedule", 70),
      made("manual", undefined),
      made("young", undefined, 29),
      made("another XO's", "no-such-schedule", 70, "no-such-job"),
    ]),
  );
  expect(report.found.get("snapshots-old")).toEqual(["disabled", "gone", "manual"]);
  expect(report.finding("snapshots-old")?.["unknown"]).toStartWith("1 snapshot of a backup");
});

test("five snapshots are not many, six are", async () => {
  const { estate } = fixture.xo;
  const [five, six] = running(estate);
  const of = (vm: VmRecord | undefined, count: number) =>
    Array.from({ length: count }, (_, at) => ({ id: `${vm?.id} ${at}`, $snapshot_of: vm?.id }));
  const report = await check(
    "snapshots-many",
    answering("vm-snapshots", [...of(five, 5), ...of(six, 6)]),
  );
  expect(report.found.get("snapshots-many")).toEqual([String(six?.id)]);
});

test("a default storage that is gone is none, and a local one is right for a single host", async () => {
  const { estate } = fixture.xo;
  const [pool] = ofType(estate, "pool");
  const [local] = ofType(estate, "SR").filter(({ SR_type }) => SR_type === "ext");
  const gone = await check(
    "pool-without-default-storage",
    answering("pools", [{ ...pool, default_SR: "gone" }]),
  );
  expect(gone.found.get("pool-without-default-storage")).toEqual([String(pool?.id)]);

  const pools = answering("pools", [{ ...pool, default_SR: local?.id }]);
  const several = await check("pool-default-storage-local", pools);
  expect(several.found.get("pool-default-storage-local")).toEqual([String(pool?.id)]);
  const [host] = ofType(estate, "host");
  const single = answering("hosts", host === undefined ? [] : [host]);
  const one = await check("pool-default-storage-local", pools, single, connected(estate));
  expect(one.fine).toEqual(["pool-default-storage-local"]);
});

test("HA leaves alone whom somebody gave the lower priority", async () => {
  const { estate } = fixture.xo;
  const [without] = running(estate).filter((vm) => vm.high_availability === "");
  const low = new Map([[String(without?.id), { high_availability: "best-effort" }]]);
  const before = await check("ha-vm-without-priority");
  expect(before.found.get("ha-vm-without-priority")).toContain(String(without?.id));
  const after = await check("ha-vm-without-priority", vmsWith(estate, low));
  expect(after.found.get("ha-vm-without-priority")).not.toContain(String(without?.id));
});

describe("xsa-468", () => {
  const told = (xsa468: unknown, more = {}) => ({ vulnerabilities: { xsa468 }, ...more });

  test("takes XO's reasons apart, and leaves out what is hidden by the tag", async () => {
    const { estate } = fixture.xo;
    const [open, hidden, untold, blind, driverless, linux] = running(estate).filter(
      ({ os_version }) => os_version?.["distro"] !== "windows",
    );
    const windows = { viridian: true, os_version: null };
    const bad = { reason: "pv-driver-version-vulnerable", version: "9.3.3", driver: "XenIface" };
    const report = await check(
      "xsa-468",
      vmsWith(
        estate,
        new Map([
          [trap(estate, "xsa468-vm").id, told(false)],
          [String(open?.id), told(bad)],
          [String(hidden?.id), told(bad, { tags: ["HIDE_XSA468"] })],
          [String(untold?.id), told({ reason: "no-pv-drivers-detected" })],
          [String(blind?.id), told(false, { ...windows, pvDriversDetected: undefined })],
          [String(driverless?.id), told(false, { ...windows, pvDriversDetected: false })],
          [String(linux?.id), told(false, { viridian: false, pvDriversDetected: false })],
        ]),
      ),
    );
    const found = report.finding("xsa-468");
    expect(
      new Map(itemsOf(found ?? {}, "objects").map(({ id, drivers }) => [id, drivers])),
    ).toEqual(
      new Map([
        [open?.id, open?.["pvDriversVersion"]],
        // Drivers are there, and nobody knows which.
        [untold?.id, "installed, but their versions are not told"],
      ]),
    );
    expect(found?.["unknown"]).toMatch(/^\d+ VMs /);
    const before = ofType(estate, "VM").filter(
      ({ viridian, pvDriversDetected }) => viridian === true && pvDriversDetected !== true,
    ).length;
    expect(found?.["unknown"]).toStartWith(`${before + 2} VMs `);
  });

  test("is unknown where XO is too old to look", async () => {
    const { estate } = fixture.xo;
    const old = ofType(estate, "VM").map(({ vulnerabilities: _, ...vm }) => vm);
    const report = await check("xsa-468", answering("vms", old), connected(estate));
    expect(report.unknown.get("xsa-468")).toStartWith(`${old.length} VMs `);
  });
});

test("memory is over-committed by what VMs may grow to, not by what they have", async () => {
  const { estate } = fixture.xo;
  const [vm] = running(estate);
  const host = byId(estate, "host", String(vm?.$container));
  const grows = (most: number) =>
    vmsWith(estate, new Map([[String(vm?.id), { memory: { ...vm?.memory, dynamic: [1, most] } }]]));
  const room = host.memory.size - host.memory.usage + (vm?.memory.size ?? 0);
  const over = await check("memory-overcommitted", grows(room + 1));
  expect(over.found.get("memory-overcommitted")).toEqual([host.id]);
  const fits = await check("memory-overcommitted", grows(room), connected(estate));
  expect(fits.fine).toEqual(["memory-overcommitted"]);
});

test("a MAC address is the same in any case, and a copy that may be started is no replica", async () => {
  const { estate } = fixture.xo;
  const [one, two] = ofType(estate, "VIF").filter(({ $VM }) =>
    running(estate).some(({ id }) => id === $VM),
  );
  const vifs = [
    { ...one, MAC: "02:00:00:00:00:ab" },
    { ...two, MAC: "02:00:00:00:00:AB" },
  ];
  const found = await check("duplicate-mac", answering("vifs", vifs));
  expect(found.found.get("duplicate-mac")?.toSorted()).toEqual(
    [String(one?.$VM), String(two?.$VM)].toSorted(),
  );

  const started = new Map([[trap(estate, "replica").id, { blockedOperations: {} }]]);
  const copies = await check("duplicate-mac", vmsWith(estate, started));
  const pair = [trap(estate, "replica").id, trap(estate, "replica-source").id];
  expect(copies.found.get("duplicate-mac")).toEqual(expect.arrayContaining(pair));
});

test("a MAC address twice in one VM counts; a VM kept off by hand does not", async () => {
  const { estate } = fixture.xo;
  const [one, two] = ofType(estate, "VIF").filter(({ $VM }) =>
    running(estate).some(({ id }) => id === $VM),
  );
  const MAC = "02:00:00:00:00:cd";
  const twice = answering("vifs", [
    { ...one, id: "a", MAC },
    { ...one, id: "b", MAC },
  ]);
  const found = await check("duplicate-mac", twice);
  expect(found.finding("duplicate-mac")?.["objects"]).toMatchObject([
    { id: String(one?.$VM), interfaces_with_it: 2 },
  ]);

  const between = answering("vifs", [
    { ...one, MAC },
    { ...two, MAC },
  ]);
  const blocked = (...names: string[]) => {
    const operations = Object.fromEntries(names.map((name) => [name, "by hand"]));
    return vmsWith(estate, new Map([[String(two?.$VM), { blockedOperations: operations }]]));
  };
  const half = await check("duplicate-mac", between, blocked("start"));
  expect(half.found.get("duplicate-mac")).toHaveLength(2);
  const off = await check("duplicate-mac", between, blocked("start", "start_on"));
  expect(off.found.size).toBe(0);
});

describe("pool-without-reserve", () => {
  // 240 VMs take most of three hosts; with 40 there is room for all of them on two.
  const crowded = useXo({ hosts: 3, vms: 240 });

  test("finds a pool whose VMs cannot all be elsewhere, though no host is over-committed", async () => {
    const { xo } = crowded;
    const [pool] = ofType(xo.estate, "pool");
    const hosts = ofType(xo.estate, "host");
    const free = hosts.map(({ memory }) => memory.size - memory.usage);
    const onHosts = ofType(xo.estate, "VM").filter(({ $container }) => $container !== pool?.id);
    const least = Math.min(
      ...hosts.map(({ id }) =>
        onHosts
          .filter(({ $container }) => $container === id)
          .reduce((sum, { memory }) => sum + memory.size, 0),
      ),
    );
    expect(Math.min(...free)).toBeGreaterThan(0);
    expect(
      free
        .toSorted((a, b) => b - a)
        .slice(0, 2)
        .reduce((sum, one) => sum + one),
    ).toBeLessThan(least);

    const { found, fine, finding } = await health(signIn(xo), {
      checks: ["pool-without-reserve", "memory-overcommitted"],
      pool_id: pool?.id,
    });
    expect(found.get("pool-without-reserve")).toEqual([String(pool?.id)]);
    expect(fine).toEqual(["memory-overcommitted"]);
    const [object] = Object(finding("pool-without-reserve")?.["objects"]);
    expect(object).toMatchObject({ largest_host: expect.stringContaining("xcp-paris") });
    expect(object.vms_left_out).toBeGreaterThan(0);
  });

  test("is fine with room, and with a single host, which has no other", async () => {
    const { estate } = fixture.xo;
    const id = "pool-without-reserve";
    expect((await check(id, connected(estate))).fine).toEqual([id]);
    const host = byId(estate, "host", String(running(estate)[0]?.$container));
    expect((await check(id, connected(estate), answering("hosts", [host]))).fine).toEqual([id]);
  });

  test("is unknown where a host may be hidden", async () => {
    const reader = signIn(crowded.xo, "reader");
    const { found, unknown } = await health(reader, { checks: ["pool-without-reserve"] });
    expect(found.size).toBe(0);
    expect(unknown.get("pool-without-reserve")).toContain(
      "hosts, VMs: this account may see only some",
    );
  });
});
