import { afterEach, describe, expect, test } from "bun:test";
import { type Answer, ask, call, connect, itemsOf, signIn, useXo, warningsOf } from "./harness.ts";
import { byId, ofType } from "./xo/estate/records.ts";
import { trap, type TrapName } from "./xo/estate/traps.ts";

// Lyon has a halted host and one in maintenance.
const fixture = useXo({ pools: 2, hosts: 10, vms: 90 });

afterEach(() => fixture.xo.clearFaults());

const dashboard = (pool_id: string, env: Record<string, string> = {}): Promise<Answer> =>
  call({ ...signIn(fixture.xo), ...env }, "get_pool_dashboard", { pool_id });

const top = (answer: Answer, list: string): Answer[] => itemsOf(Object(answer["top"]), list);

const poolNamed = (name: string) =>
  byId(
    fixture.xo.estate,
    "pool",
    String(ofType(fixture.xo.estate, "pool").find(({ name_label }) => name_label === name)?.id),
  );

const latest = (answer: Answer): Answer[] => itemsOf(Object(answer["alarms"]), "latest");

/** The alarms that a trap's object has, as the answer shows them. */
const alarmsAbout = (answer: Answer, name: TrapName): Answer[] => {
  const { $object } = byId(fixture.xo.estate, "message", trap(fixture.xo.estate, name).id);
  return latest(answer).filter(({ object_id }) => object_id === $object);
};

describe("get_pool_dashboard", () => {
  test("leaves out VMs of the pool that was asked before, which XO's cache mixes in", async () => {
    const { estate } = fixture.xo;
    const paris = await dashboard("Paris-DC1");
    const poolsOf = (answer: Answer) =>
      top(answer, "vms_by_cpu").map(({ id }) => byId(estate, "VM", String(id)).$pool);
    expect(poolsOf(paris)).toEqual(Array(5).fill(poolNamed("Paris-DC1").id));
    expect(warningsOf(paris)).not.toContain("another pool");

    const lyon = await dashboard("Lyon-DC2");
    expect(top(lyon, "vms_by_cpu")).toEqual([]);
    expect(top(lyon, "vms_by_memory")).toEqual([]);
    expect(warningsOf(lyon)).toContain("held VMs of another pool");
    expect(warningsOf(lyon)).toContain("ask again in a minute");
  });

  test("counts hosts and VMs of the one pool by their states", async () => {
    const { estate } = fixture.xo;
    const { id } = poolNamed("Lyon-DC2");
    const vms = ofType(estate, "VM").filter(({ $pool }) => $pool === id);
    const inState = (state: string) =>
      vms.filter(({ power_state }) => power_state === state).length;
    const [running, halted] = [inState("Running"), inState("Halted")];
    expect(await dashboard("Lyon-DC2")).toMatchObject({
      pool: { id, name_label: "Lyon-DC2" },
      hosts: { total: 5, running: 3, halted: 1, disabled: 1, other: 0 },
      vms: { total: vms.length, running, halted, other: vms.length - running - halted },
    });
  });

  test("ranks hosts by the memory in use", async () => {
    const { id } = poolNamed("Paris-DC1");
    const hosts = ofType(fixture.xo.estate, "host").filter(({ $pool }) => $pool === id);
    const wanted = hosts
      .map((host) => ({ id: host.id, share: host.memory.usage / host.memory.size }))
      .toSorted((a, b) => b.share - a.share)
      .map(({ id: host, share }) => [host, Math.round(share * 1000) / 10]);
    const shown = top(await dashboard("Paris-DC1"), "hosts_by_memory");
    expect(shown.map(({ id: host, memory_percent }) => [host, memory_percent])).toEqual(wanted);
  });

  test("puts the full storage first, in percent and bytes", async () => {
    const { estate } = fixture.xo;
    const sr = byId(estate, "SR", trap(estate, "full-sr").id);
    expect(top(await dashboard("Paris-DC1"), "storage_by_use")[0]).toEqual({
      id: sr.id,
      name_label: "NFS vol1",
      used_percent: 93,
      used_bytes: sr.physical_usage,
      total_bytes: sr.size,
    });
  });

  test("compares the vCPUs of running VMs with the CPUs, and names missing patches once", async () => {
    const { estate } = fixture.xo;
    const { id, cpus } = poolNamed("Paris-DC1");
    const running = ofType(estate, "VM").filter(
      ({ $pool, power_state }) => $pool === id && power_state === "Running",
    );
    const hosts = ofType(estate, "host").filter(({ $pool }) => $pool === id);
    const patches = hosts.flatMap((host) => estate.missingPatches.get(host.id) ?? []);
    const names = [...new Set(patches.map(({ name }) => String(name)))];
    expect(await dashboard("Paris-DC1")).toMatchObject({
      cpu_provisioning: {
        logical_cpus: cpus.cores,
        vcpus_running: running.reduce((sum, { CPUs }) => sum + CPUs.number, 0),
      },
      missing_patches: { known: true, total: names.length, names: expect.arrayContaining(names) },
    });
  });

  describe("shows alarms", () => {
    test("newest first, with what was measured, on which object, and when", async () => {
      const { estate } = fixture.xo;
      const answer = await dashboard("Paris-DC1");
      const raised = latest(answer).map(({ raised_at }) => String(raised_at));
      expect(raised).toEqual(raised.toSorted().toReversed());
      const recent = byId(estate, "message", trap(estate, "alarm-recent").id);
      expect(latest(answer)[0]).toEqual({
        raised_at: new Date(recent.time * 1000).toISOString().replace(".000Z", "Z"),
        raised_ago: expect.stringMatching(/^3\d minutes$/),
        what: "cpu_usage",
        value_percent: 95.8,
        object_type: "VM",
        object_name: byId(estate, "VM", recent.$object).name_label,
        object_id: recent.$object,
      });
    });

    test("of every object in the pool, not of the pool alone", async () => {
      const answer = await dashboard("Paris-DC1");
      const types = new Set(latest(answer).map(({ object_type }) => object_type));
      expect(types).toEqual(new Set(["VM", "VM-controller", "host", "pool", "SR", "gone"]));
      expect(answer).toMatchObject({ alarms: { total: latest(answer).length } });
    });

    test("without a value where XO has NaN for it", async () => {
      const [alarm] = alarmsAbout(await dashboard("Paris-DC1"), "alarm-nan");
      expect(alarm).toMatchObject({ what: "memory_free_kib", object_name: "xcp-paris-01" });
      expect(Object.keys(alarm ?? {}).filter((key) => key.startsWith("value"))).toEqual([]);
    });

    test("without a name, but with its id, for an object that is gone", async () => {
      const [alarm] = alarmsAbout(await dashboard("Paris-DC1"), "alarm-object-gone");
      expect(alarm).toMatchObject({ object_type: "gone", value_percent: 97 });
      expect(alarm).not.toHaveProperty("object_name");
    });

    test("that are events without a figure, in their own words", async () => {
      const [alarm] = alarmsAbout(await dashboard("Paris-DC1"), "alarm-bond");
      expect(alarm).toMatchObject({ what: "The status of the eth2+eth3 bond is: 1/2 up" });
    });
  });

  describe("when XO's dashboard does not come in time", () => {
    const slow = { match: { path: "/dashboard" }, delayMs: 3000 };

    test("still has the counts and alarms, and names what is missing and why", async () => {
      const { xo } = fixture;
      await xo.setFaults([slow]);
      const answer = await dashboard("Paris-DC1", { XO_TIMEOUT: "2" });
      const vms = ofType(xo.estate, "VM").filter(
        ({ $pool }) => $pool === poolNamed("Paris-DC1").id,
      );
      expect(answer).toMatchObject({
        hosts: { total: 5, running: 5 },
        vms: { total: vms.length },
        alarms: { total: 10 },
      });
      expect(answer).not.toHaveProperty("cpu_provisioning");
      expect(warningsOf(answer)).toContain(
        "top hosts by CPU, top hosts by memory, top VMs, top storage, missing patches, vCPU provisioning (XO needs too long for it)",
      );
    });

    test("answers over MCP as well, without an error", async () => {
      const { xo } = fixture;
      await xo.setFaults([slow]);
      const client = await connect({ ...signIn(xo), XO_TIMEOUT: "2" });
      const answer = await ask(client, "get_pool_dashboard", { pool_id: "Paris-DC1" });
      await client.close();
      expect(answer).toMatchObject({ hosts: { total: 5 } });
    });
  });

  test("uses the parts that came before the connection broke", async () => {
    const { xo } = fixture;
    const part = { cpuProvisioning: { total: 100, assigned: 50, percent: 50 } };
    await xo.setFaults([{ match: { path: "/dashboard" }, body: `${JSON.stringify(part)}\n{"ho` }]);
    const answer = await dashboard("Paris-DC1");
    expect(answer).toMatchObject({ cpu_provisioning: { logical_cpus: 100, vcpus_running: 50 } });
    expect(warningsOf(answer)).toContain("Not told by XO's dashboard: top hosts by CPU");
    expect(warningsOf(answer)).not.toContain("vCPU provisioning");
  });

  test("keeps the counts when XO fails to make the dashboard", async () => {
    const { xo } = fixture;
    await xo.setFaults([
      { match: { path: "/dashboard" }, status: 500, body: '{"error":"CANARY"}' },
    ]);
    const answer = await dashboard("Paris-DC1");
    expect(answer).toMatchObject({ hosts: { total: 5 }, vms: { total: 45 } });
    expect(warningsOf(answer)).toContain("Not told by XO's dashboard");
    expect(JSON.stringify(answer)).not.toContain("CANARY");
  });

  test("tells an account with one pool all of that", async () => {
    const { xo } = fixture;
    const { id } = poolNamed("Paris-DC1");
    const answer = await call(signIn(xo, "reader"), "get_pool_dashboard", { pool_id: id });
    expect(answer).toMatchObject({ pool: { id }, hosts: { total: 5 } });
    expect(warningsOf(answer)).not.toContain("this account may see");
  });
});
