import { describe, expect, test } from "bun:test";
import { type Answer, call, itemsOf, signIn, tryCall, useXo, warningsOf } from "./harness.ts";
import { byId, isType, ofType, type VmRecord } from "./xo/estate/records.ts";
import { trap } from "./xo/estate/traps.ts";
import { GIB, MIB } from "./xo/estate/world.ts";

const fixture = useXo();
// Lyon has a host that is down and one in maintenance.
const two = useXo({ pools: 2, hosts: 10, vms: 120 });
const alone = useXo({ pools: 1, hosts: 1, vms: 40 });

const Paris = "Paris-DC1";

const report = (args: Record<string, unknown> = {}) =>
  call(signIn(fixture.xo), "get_capacity_report", args);

const pool = (answer: Answer, name = Paris): Answer => {
  const found = itemsOf(answer, "pools").find(({ name_label }) => name_label === name);
  expect(found).toBeDefined();
  return found ?? {};
};

const memory = (vms: readonly VmRecord[]) => vms.reduce((sum, vm) => sum + vm.memory.size, 0);
const cpus = (vms: readonly VmRecord[]) => vms.reduce((sum, vm) => sum + vm.CPUs.number, 0);
const runs = ({ power_state }: VmRecord) => power_state === "Running" || power_state === "Paused";

/** What XAPI takes beside the memory of a VM: 2 MiB, the shadow, 38 pages of each vCPU. */
const overhead = (gib: number, vcpus: number) =>
  (2 + vcpus + 8 * gib + Math.ceil((38 * vcpus) / 256)) * MIB;

/** An XO with these hosts and VMs alone, in GiB. */
async function within<T>(
  hosts: { name: string; size: number; usage: number }[],
  vms: { host: string; size: number }[],
  ask: () => Promise<T>,
): Promise<T> {
  const { xo } = fixture;
  const $pool = ofType(xo.estate, "pool")[0]?.id;
  const hostRows = hosts.map(({ name, size, usage }) => ({
    id: name,
    name_label: name,
    $pool,
    power_state: "Running",
    enabled: true,
    cpus: { cores: 8 },
    memory: { size: size * GIB, usage: usage * GIB },
  }));
  const vmRows = vms.map(({ host, size }, index) => ({
    id: `vm-${index}`,
    name_label: `vm-${index}`,
    $pool,
    $container: host,
    power_state: "Running",
    CPUs: { number: 1 },
    memory: { size: size * GIB },
  }));
  await xo.setFaults([
    { match: { path: "^/rest/v0/hosts" }, body: JSON.stringify(hostRows) },
    { match: { path: "^/rest/v0/vms" }, body: JSON.stringify(vmRows) },
  ]);
  try {
    return await ask();
  } finally {
    await xo.clearFaults();
  }
}

describe("get_capacity_report", () => {
  test("says where XO's rounding of the memory of hosts makes a difference", async () => {
    const rounding = async (...sizes: number[]) => {
      const hosts = sizes.map((size, at) => ({ name: `host-${at}`, size, usage: 4 }));
      const answer = await within(hosts, [], report);
      return Object(pool(answer)["memory"]).rounding;
    };
    expect(await rounding(64, 64, 64)).toContain("up to 3 GiB too high, free is exact");
    // Two of a thousand are not worth a word, and older XO do not round.
    expect(await rounding(512, 512)).toBeUndefined();
    expect(await rounding(63.5, 63.5)).toBeUndefined();
    expect(Object(pool(await report())["memory"])).not.toHaveProperty("rounding");
  });

  test("has what is committed of CPUs and memory, and what is free", async () => {
    const { estate } = fixture.xo;
    const hosts = ofType(estate, "host");
    const on = ofType(estate, "VM").filter(runs);
    const off = ofType(estate, "VM").filter((vm) => !runs(vm));
    const size = hosts.reduce((sum, host) => sum + host.memory.size, 0);
    const usage = hosts.reduce((sum, host) => sum + host.memory.usage, 0);
    expect(pool(await report())).toMatchObject({
      hosts: { total: 3, running: 3 },
      cpus: { logical: 192, vcpus_running: cpus(on), vcpus_not_running: cpus(off) },
      memory: {
        total_bytes: size,
        vms_bytes: memory(on),
        system_bytes: usage - memory(on),
        free_bytes: size - usage,
        not_running_vms_bytes: memory(off),
      },
    });
  });

  test("counts a paused VM as one that holds memory, a suspended one as one that does not", async () => {
    const { estate } = fixture.xo;
    const paused = byId(estate, "VM", trap(estate, "paused-vm").id);
    const suspended = byId(estate, "VM", trap(estate, "suspended-vm").id);
    const held = ofType(estate, "VM").filter(({ power_state }) => power_state === "Running");
    expect(pool(await report())).toMatchObject({
      memory: { vms_bytes: memory(held) + memory([paused]) },
    });
    expect(memory([suspended])).toBeGreaterThan(0);
  });

  test("answers whether new VMs fit and the pool still survives the loss of a host", async () => {
    const { estate } = fixture.xo;
    const answer = await report({
      pool_id: Paris,
      new_vms: 3,
      new_vm_cpus: 4,
      new_vm_memory_gib: 16,
    });
    const free = ofType(estate, "host").map(({ memory: { size, usage } }) => size - usage);
    expect(pool(answer)).toMatchObject({
      without_host: { fits: true, chosen: "largest" },
      new_vms: {
        count: 3,
        memory_each_bytes: 16 * GIB,
        overhead_each_bytes: overhead(16, 4),
        now: {
          fits: true,
          room_for: free.reduce(
            (sum, bytes) => sum + Math.floor(bytes / (16 * GIB + overhead(16, 4))),
            0,
          ),
          room_limited_by: "memory",
          cpus_ok: true,
        },
        without_host: { fits: true, cpus_ok: true },
      },
    });
    const many = pool(await report({ new_vms: 60, new_vm_memory_gib: 16 }));
    expect(many).toMatchObject({
      new_vms: { now: { fits: true }, without_host: { fits: false, reason: "too little memory" } },
    });
    const wide = pool(await report({ new_vms: 1, new_vm_cpus: 65 }));
    expect(wide).toMatchObject({
      new_vms: { now: { fits: false, reason: "no host has so many CPUs" } },
    });
  });

  test("takes away the largest host, and of equal ones the fullest", async () => {
    const { estate } = fixture.xo;
    const [fullest] = ofType(estate, "host").toSorted((a, b) => b.memory.usage - a.memory.usage);
    const own = ofType(estate, "VM").filter((vm) => runs(vm) && vm.$container === fullest?.id);
    expect(pool(await report())).toMatchObject({
      without_host: {
        host_id: fullest?.id,
        chosen: "largest",
        vms_to_move: own.length,
        vms_to_move_bytes: memory(own),
      },
    });
  });

  test("names what the lost host's own disks tie to it", async () => {
    const { estate } = two.xo;
    const answer = await call(signIn(two.xo), "get_capacity_report");
    for (const { id, without_host } of itemsOf(answer, "pools")) {
      const lost = itemsOf({ items: [without_host] })[0];
      const tied = ofType(estate, "VM").filter(
        (vm) =>
          runs(vm) && vm.$container === lost?.["host_id"] && localHostOf(vm) === vm.$container,
      );
      expect({ id, ...lost }).toMatchObject({
        tied_to_it: {
          total: tied.length,
          names: tied
            .map(({ name_label }) => name_label)
            .toSorted()
            .slice(0, 3),
        },
      });
    }
  });

  test("does not count on a host that is down or in maintenance", async () => {
    const { estate } = two.xo;
    const answer = pool(await call(signIn(two.xo), "get_capacity_report"), "Lyon-DC2");
    const usable = ofType(estate, "host").filter(
      ({ name_label, enabled }) => name_label.startsWith("xcp-lyon") && enabled,
    );
    expect(usable).toHaveLength(3);
    expect(answer).toMatchObject({
      hosts: { total: 5, running: 3, halted: 1, disabled: 1 },
      cpus: { logical: usable.reduce((sum, host) => sum + host.cpus.cores, 0) },
      memory: {
        free_bytes: usable.reduce((sum, { memory: m }) => sum + m.size - m.usage, 0),
      },
    });
  });

  test("does not take free memory in pieces for room", async () => {
    const hosts = [
      { name: "a", size: 100, usage: 90 },
      { name: "b", size: 100, usage: 60 },
      { name: "c", size: 100, usage: 60 },
    ];
    // Together b and c have 80 GiB free, but neither has 50.
    const lost = await within(
      hosts,
      [
        { host: "a", size: 50 },
        { host: "a", size: 10 },
      ],
      () => report(),
    );
    expect(pool(lost)).toMatchObject({
      without_host: {
        host: "a",
        fits: false,
        reason: expect.stringContaining("on no host in one piece"),
        left_out: 1,
        left_out_names: ["vm-0"],
      },
    });
    const smaller = [30, 30, 8].map((size) => ({ host: "a", size }));
    expect(pool(await within(hosts, smaller, () => report()))).toMatchObject({
      without_host: { fits: true },
    });
  });

  test("finds the way to place VMs that the first try misses", async () => {
    const hosts = [
      { name: "a", size: 200, usage: 100 },
      { name: "b", size: 100, usage: 39 },
      { name: "c", size: 100, usage: 59 },
    ];
    // 40 has to go to c, where it just fits: on b, with most room, it would leave a 30 without.
    const vms = [40, 30, 30].map((size) => ({ host: "a", size }));
    expect(pool(await within(hosts, vms, () => report()))).toMatchObject({
      without_host: {
        host: "a",
        fits: true,
        free_bytes: 2 * GIB - overhead(40, 1) - 2 * overhead(30, 1),
      },
    });
  });

  test("exchanges VMs where neither order of placing them helps", async () => {
    // Both hosts are filled as 26 + 25 and 20 + 16 + 13 alone, which neither order finds.
    const sizes = [26, 25, 20, 16, 13];
    const hosts = [
      { name: "a", size: 200, usage: 100 },
      { name: "b", size: 100, usage: 48.5 },
      { name: "c", size: 100, usage: 50.5 },
    ];
    const vms = sizes.map((size) => ({ host: "a", size }));
    expect(pool(await within(hosts, vms, () => report()))).toMatchObject({
      without_host: { host: "a", fits: true },
    });
  });

  test("calls it no placement found, not no, where only the search ended", async () => {
    // 63 of 66 GiB, and each VM has a host, but no host takes two.
    const vms = [21, 21, 21].map((size) => ({ host: "a", size }));
    const hosts = [
      { name: "a", size: 200, usage: 100 },
      { name: "b", size: 100, usage: 67 },
      { name: "c", size: 100, usage: 67 },
    ];
    const answer = pool(await within(hosts, vms, () => report()));
    expect(answer).toMatchObject({
      without_host: { reason: expect.stringContaining("no placement found"), left_out: 1 },
    });
    expect(answer).not.toHaveProperty("without_host.fits");
  });

  test("tells how much memory is short", async () => {
    const hosts = [
      { name: "a", size: 100, usage: 90 },
      { name: "b", size: 100, usage: 60 },
    ];
    const answer = await within(hosts, [{ host: "a", size: 80 }], () => report());
    expect(pool(answer)).toMatchObject({
      without_host: {
        host: "a",
        fits: false,
        reason: "too little memory",
        short_bytes: 40 * GIB + overhead(80, 1),
      },
    });
  });

  test("counts what XAPI takes beside the memory of a VM: 524 MiB of one with 64 GiB", async () => {
    expect(overhead(64, 8)).toBe(524 * MIB);
    const asked = { new_vms: 2, new_vm_memory_gib: 64, new_vm_cpus: 8 };
    const now = async (free: number) => {
      const hosts = ["a", "b"].map((name) => ({ name, size: 128, usage: 128 - free }));
      return Object(pool(await within(hosts, [], () => report(asked)))["new_vms"]).now;
    };
    expect(await now(64.2)).toMatchObject({ fits: false, room_for: 0 });
    expect(await now(64.6)).toMatchObject({ fits: true, room_for: 2 });
  });

  test("measures CPUs by a threshold that can be set", async () => {
    expect(await report()).toMatchObject({ max_vcpus_per_cpu: 4 });
    const strict = await report({ max_vcpus_per_cpu: 0.1 });
    expect(pool(strict)).toMatchObject({ without_host: { fits: true, cpus_ok: false } });
  });

  test("knows that a pool of one host does not survive its loss", async () => {
    const answer = await call(signIn(alone.xo), "get_capacity_report");
    expect(pool(answer)).toMatchObject({
      without_host: { fits: false, reason: "no other host takes VMs" },
    });
  });

  test("has the biggest VMs, and the fullest storage without ISO libraries", async () => {
    const { estate } = fixture.xo;
    const answer = pool(await report());
    const biggest = byId(estate, "VM", trap(estate, "biggest-vm").id);
    expect(itemsOf(answer, "biggest_vms")[0]).toMatchObject({
      id: biggest.id,
      memory_bytes: biggest.memory.size,
      host: byId(estate, "host", biggest.$container).name_label,
    });
    const shared = ofType(estate, "SR").filter((sr) => sr.shared && sr.SR_type !== "iso");
    expect(answer).toMatchObject({
      storage: {
        shared: { total_bytes: shared.reduce((sum, { size }) => sum + size, 0) },
        fullest: [{ id: trap(estate, "full-sr").id, used_percent: 93 }, {}, {}, {}, {}],
      },
    });
  });

  test("says that memory of a host is unknown instead of counting on it", async () => {
    const { xo } = fixture;
    const [host] = ofType(xo.estate, "host");
    const { id, name_label, $pool } = host ?? {};
    const bare = [{ id, name_label, $pool, power_state: "Running" }];
    await xo.setFaults([{ match: { path: "^/rest/v0/hosts" }, body: JSON.stringify(bare) }]);
    const answer = await report();
    await xo.clearFaults();
    expect(warningsOf(answer)).toContain(
      `CPUs or memory of 1 hosts are unknown and count as none: ${name_label}.`,
    );
  });

  test("answers without storage when that cannot be read, and says so", async () => {
    const { xo } = fixture;
    await xo.setFaults([{ match: { path: "^/rest/v0/srs" }, status: 500 }]);
    const answer = await report();
    await xo.clearFaults();
    expect(pool(answer)).not.toHaveProperty("storage");
    expect(pool(answer)).not.toHaveProperty("without_host.tied_to_it");
    expect(warningsOf(answer)).toContain("Unknown here: storage.");
  });

  test("fails when the VMs cannot be read, instead of finding room", async () => {
    const { xo } = fixture;
    await xo.setFaults([{ match: { path: "^/rest/v0/vms" }, status: 500 }]);
    const outcome = await tryCall(signIn(xo), "get_capacity_report");
    await xo.clearFaults();
    expect(outcome).toMatchObject({ stdout: "", exitCode: 1 });
  });

  test("does not say yes to an account that may not see all VMs", async () => {
    const { xo } = fixture;
    const rights = ["pool", "host", "sr"].map((resource) => ({ action: "read", resource }));
    await xo.setFaults([{ match: { path: "/acl-privileges" }, body: JSON.stringify(rights) }]);
    const answer = await call(signIn(xo, "reader"), "get_capacity_report", { new_vms: 3 });
    await xo.clearFaults();
    expect(warningsOf(answer)).toMatch(/without_host.*\(VMs: this account may not see them\)/);
    expect(pool(answer)).not.toHaveProperty("without_host");
    expect(pool(answer)).not.toHaveProperty("new_vms");
    expect(pool(answer)).toHaveProperty("memory.total_bytes");
  });

  test("warns of a pool that XO has lost, and refuses a host of no known name", async () => {
    const { xo } = fixture;
    const [server] = xo.estate.servers;
    await xo.disconnectServer(String(server?.id));
    const answer = await report();
    await xo.reconnectServer(String(server?.id));
    expect(answer).toMatchObject({ pools: [] });
    expect(warningsOf(answer)).toContain(`not connected to ${server?.label}`);
    const outcome = await tryCall(signIn(xo), "get_capacity_report", {
      without_host_id: "xcp-paris-99",
    });
    expect(outcome).toMatchObject({ stdout: "", exitCode: 5 });
  });
});

/** The host on whose own storage a VM has a disk. */
function localHostOf(vm: VmRecord): string | undefined {
  const { estate } = two.xo;
  for (const link of ofType(estate, "VBD")) {
    const vdi = estate.objects.get(link.VDI ?? "");
    if (link.VM !== vm.id || !isType(vdi, "VDI")) continue;
    const sr = byId(estate, "SR", vdi.$SR);
    if (!sr.shared) return sr.$container;
  }
  return undefined;
}
