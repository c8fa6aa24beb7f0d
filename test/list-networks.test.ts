import { describe, expect, test } from "bun:test";
import { type Answer, call, itemsOf, signIn, tryCall, useXo, warningsOf } from "./harness.ts";
import { byId, ofType } from "./xo/estate/records.ts";
import { trap, type TrapName } from "./xo/estate/traps.ts";

const fixture = useXo();
// The second pool has a host that is down and one in maintenance.
const two = useXo({ pools: 2, hosts: 10, vms: 60 });

const networks = (args: Record<string, unknown> = {}) =>
  call(signIn(fixture.xo), "list_networks", args);

const pif = (name: TrapName) => byId(fixture.xo.estate, "PIF", trap(fixture.xo.estate, name).id);

const hostOf = (name: TrapName) => byId(fixture.xo.estate, "host", pif(name).$host).name_label;

const one = (answer: Answer, id: string): Answer => {
  const found = itemsOf(answer).find((item) => item["id"] === id);
  expect(found).toBeDefined();
  return found ?? {};
};

describe("list_networks", () => {
  test("tells which interface has no link, on which host", async () => {
    const answer = await networks({ problems_only: true });
    const lost = pif("carrierless-pif");
    expect(one(answer, lost.$network)).toMatchObject({
      problems: [{ host: hostOf("carrierless-pif"), device: lost.device, problem: "no link" }],
    });
  });

  test("tells which bond is degraded, and by which port", async () => {
    const answer = await networks({ problems_only: true });
    const [bond, port] = [pif("degraded-bond"), pif("degraded-bond-slave")];
    const host = hostOf("degraded-bond");
    expect(one(answer, bond.$network)).toMatchObject({
      problems: [
        {
          host,
          device: "bond0",
          problem: `bond degraded: ${port.device} without a link, 1 of 2 up`,
        },
      ],
    });
    expect(one(answer, port.$network)).toMatchObject({
      problems: [{ host, device: port.device, problem: "no link" }],
    });
  });

  test("takes no interface for a problem that nobody uses", async () => {
    const answer = await networks();
    const spare = one(answer, pif("spare-pif").$network);
    expect(pif("spare-pif")).toMatchObject({ carrier: false });
    expect(spare).not.toHaveProperty("problems");
    expect(itemsOf(spare, "interfaces")).toMatchObject([{ link: "unused", host_count: 3 }]);
    expect(answer).toMatchObject({ with_problems: 4 });
    expect(itemsOf(await networks({ problems_only: true }))).toHaveLength(4);
  });

  test("has every network with the speed of its interfaces, hosts that differ by name", async () => {
    const { estate } = fixture.xo;
    const answer = await networks();
    expect(answer).toMatchObject({ total: ofType(estate, "network").length });
    const lost = hostOf("carrierless-pif");
    const storage = one(answer, pif("carrierless-pif").$network);
    expect(storage).toMatchObject({ name_label: "Storage", mtu: 9000, pool: "Paris-DC1" });
    expect(itemsOf(storage, "interfaces")).toEqual([
      { device: "eth1", kind: "port", link: "up", speed_mbps: 10_000, host_count: 2 },
    ]);
    // Told once, among the problems.
    expect(itemsOf(storage, "problems")).toEqual([
      { host: lost, device: "eth1", problem: "no link" },
    ]);
  });

  test("finds the network of a VLAN, with the VMs on it and none of their snapshots", async () => {
    const { estate } = fixture.xo;
    const [item, ...others] = itemsOf(await networks({ vlan: 100 }));
    expect(others).toEqual([]);
    const network = byId(estate, "network", String(item?.["id"]));
    const vms = ofType(estate, "VM").filter(({ id }) =>
      ofType(estate, "VIF").some(({ $VM, $network }) => $VM === id && $network === network.id),
    );
    const running = vms.filter(({ power_state }) => power_state === "Running").length;
    expect(item).toMatchObject({ vlan: 100, vms: { total: vms.length, running } });
    expect(network.VIFs.length).toBeGreaterThan(vms.length);
    expect(vms.length).toBeGreaterThan(running);
  });

  test("names all VMs of the one network that is asked for", async () => {
    const { estate } = fixture.xo;
    const answer = await networks({ network_id: "VLAN 300 DMZ" });
    const { id } =
      ofType(estate, "network").find((each) => each.name_label === "VLAN 300 DMZ") ?? {};
    const on = new Set(
      ofType(estate, "VIF").flatMap(({ $network, $VM }) => ($network === id ? [$VM] : [])),
    );
    const vms = ofType(estate, "VM").filter((vm) => on.has(vm.id));
    expect(itemsOf(answer)).toMatchObject([{ id, vms: { total: vms.length } }]);
    expect(itemsOf(answer)[0]?.["vms"]).toHaveProperty("interfaces.length", vms.length);
  });

  test("says which VLANs there are where the one asked for is on no network", async () => {
    const { estate } = fixture.xo;
    const answer = await networks({ vlan: 101 });
    expect(answer).toMatchObject({ total: 0, items: [] });
    const vlans = new Set(ofType(estate, "PIF").flatMap(({ vlan }) => (vlan > 0 ? [vlan] : [])));
    expect(warningsOf(answer)).toContain(
      `No network here is on VLAN 101: there are ${[...vlans].toSorted((a, b) => a - b).join(", ")}.`,
    );
    // What is there and has no problem is no mistake.
    expect(warningsOf(await networks({ vlan: 100, problems_only: true }))).not.toContain("VLAN");
  });

  test("keeps networks without a VLAN apart from those without any interface", async () => {
    const { estate } = fixture.xo;
    const untagged = itemsOf(await networks({ vlan: 0 })).map(({ id }) => String(id));
    const wanted = ofType(estate, "network").filter(({ id }) => {
      const own = ofType(estate, "PIF").filter(({ $network }) => $network === id);
      return own.length > 0 && own.every(({ vlan }) => vlan === -1);
    });
    expect(untagged.toSorted()).toEqual(wanted.map(({ id }) => id).toSorted());
    expect(untagged).not.toContain(trap(estate, "unused-network").id);
  });

  test("does not take the dead interfaces of a host that is down for lost links", async () => {
    const { estate } = two.xo;
    const down = ofType(estate, "host").filter(({ power_state }) => power_state === "Halted");
    expect(down).toHaveLength(1);
    const pool = byId(estate, "pool", String(down[0]?.$pool));
    const args = { pool_id: pool.name_label };
    const answer = await call(signIn(two.xo), "list_networks", args);
    expect(answer).toMatchObject({ with_problems: 0 });
    expect(warningsOf(answer)).toContain(
      `The links of hosts that do not run are unknown: ${down[0]?.name_label}.`,
    );
    const management = itemsOf(answer).find(({ name_label }) =>
      String(name_label).endsWith("eth0"),
    );
    expect(itemsOf(management ?? {}, "interfaces")).toMatchObject([
      { link: "up", host_count: 4 },
      { link: "unknown", host_count: 1, hosts: [down[0]?.name_label] },
    ]);
  });

  test("narrows by XO's fields in the filter, and shows its own by theirs", async () => {
    const args = { problems_only: true, filter: "MTU:9000", fields: "id,mtu,problems" };
    expect(itemsOf(await networks(args))).toMatchObject([
      { id: pif("carrierless-pif").$network, mtu: 9000, problems: [{ problem: "no link" }] },
    ]);
    const wrong = await networks({ filter: "nme_label:x" });
    expect(warningsOf(wrong)).toContain("Did you mean name_label?");
  });

  test("says that the VMs are unknown when XO does not give them, and answers the rest", async () => {
    const { xo } = fixture;
    await xo.setFaults([{ match: { path: "/vifs" }, status: 500 }]);
    const answer = await networks({ problems_only: true });
    await xo.clearFaults();
    expect(answer).toMatchObject({ total: 3 });
    expect(itemsOf(answer)[0]).not.toHaveProperty("vms");
    expect(warningsOf(answer)).toContain("Unknown here: which VMs are on a network.");
  });

  test("fails rather than find no problem when the interfaces cannot be read", async () => {
    const { xo } = fixture;
    await xo.setFaults([{ match: { path: "/pifs" }, status: 500 }]);
    const outcome = await tryCall(signIn(xo), "list_networks", { problems_only: true });
    await xo.clearFaults();
    expect(outcome).toMatchObject({ stdout: "", exitCode: 1 });
    expect(outcome.stderr).toContain("/pifs");
  });

  test("warns of a pool that XO has lost", async () => {
    const { xo } = fixture;
    const [server] = xo.estate.servers;
    await xo.disconnectServer(String(server?.id));
    const answer = await networks();
    await xo.reconnectServer(String(server?.id));
    expect(answer).toMatchObject({ total: 0, items: [] });
    expect(warningsOf(answer)).toContain(`not connected to ${server?.label}`);
  });

  test("asks each collection once, and none of their secrets", async () => {
    const { xo } = fixture;
    await xo.clearRequests();
    await networks();
    const paths = (await xo.requests()).map(({ path }) => decodeURIComponent(path));
    const collections = paths.map((path) => path.split("?")[0]);
    expect(new Set(collections).size).toBe(collections.length);
    expect(paths.filter((path) => /other|\*/.test(path))).toEqual([]);
  });
});
