import { afterEach, describe, expect, test } from "bun:test";
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
import { byId, ofType } from "./xo/estate/records.ts";
import { trap, type TrapName } from "./xo/estate/traps.ts";

const fixture = useXo({ pools: 2, hosts: 8, vms: 80 });

afterEach(() => fixture.xo.clearFaults());

const find = (query: string, more: Record<string, unknown> = {}): Promise<Answer> =>
  call(signIn(fixture.xo), "find_objects", { query, ...more });
const found = async (query: string, more: Record<string, unknown> = {}): Promise<Answer[]> =>
  itemsOf(await find(query, more));
const idsOf = (items: readonly Answer[]) => items.map(({ id }) => String(id)).toSorted();
const vmOf = (name: TrapName) => byId(fixture.xo.estate, "VM", trap(fixture.xo.estate, name).id);

describe("find_objects", () => {
  describe("by an address", () => {
    test("says which VM has it, and where that VM is", async () => {
      const { estate } = fixture.xo;
      const { id, name_label, power_state, $container, $pool } = vmOf("multi-address");
      expect(await found("192.0.2.22")).toEqual([
        {
          type: "vm",
          id,
          name_label,
          why: "IP address 192.0.2.22",
          power_state,
          host: byId(estate, "host", $container).name_label,
          pool: byId(estate, "pool", $pool).name_label,
        },
      ]);
    });

    test("takes no address that only begins with it", async () => {
      const answer = await find("192.0.2.2");
      expect(answer).toMatchObject({ total: 0, items: [] });
      expect(warningsOf(answer)).toContain("only while its guest tools tell it");
    });

    test("takes a range, and the first numbers of one", async () => {
      const inside = ofType(fixture.xo.estate, "VM")
        .filter(({ addresses }) => /(?:^| )10\.21\./.test(Object.values(addresses).join(" ")))
        .map(({ id }) => id);
      expect(inside.length).toBeGreaterThan(5);
      for (const query of ["10.21.0.0/16", "10.21.", "10.21"]) {
        const more = { types: ["vm"], limit: 500 };
        expect(idsOf(await found(query, more))).toEqual(inside.toSorted());
      }
    });

    test("takes IPv6 in every notation", async () => {
      const { id } = vmOf("ipv6-only");
      for (const query of ["2001:db8::51", "2001:DB8:0:0::51", "2001:0db8::0051"]) {
        expect(await found(query)).toMatchObject([{ id, why: "IP address 2001:db8::51" }]);
      }
      const both = [id, vmOf("multi-address").id].toSorted();
      expect(idsOf(await found("2001:db8::/64", { types: ["vm"] }))).toEqual(both);
    });

    test("finds a host by its address, and by that of another of its interfaces", async () => {
      const { estate } = fixture.xo;
      const host = byId(estate, "host", trap(estate, "reboot-host").id);
      expect(await found(host.address)).toMatchObject([{ type: "host", id: host.id }]);
      const other = ofType(estate, "PIF").find(
        ({ $host, device, vlan }) => $host === host.id && device === "eth1" && vlan === -1,
      );
      const ip = String(other?.["ip"]);
      expect(ip).not.toBe(host.address);
      expect(await found(ip)).toMatchObject([{ id: host.id, why: `IP address ${ip}` }]);
    });
  });

  describe("by a MAC address", () => {
    test("finds both VMs that have it, in every notation", async () => {
      const { estate } = fixture.xo;
      const ids = [vmOf("dup-mac-1").id, vmOf("dup-mac-2").id].toSorted();
      const [vif] = ofType(estate, "VIF").filter(({ $VM }) => $VM === ids[0]);
      const mac = String(vif?.MAC);
      const digits = mac.replaceAll(":", "");
      const cisco = digits.replace(/(....)(?=.)/g, "$1.");
      for (const query of [mac, mac.toUpperCase(), mac.replaceAll(":", "-"), digits, cisco]) {
        const items = await found(query, { types: ["vm"] });
        expect(idsOf(items)).toEqual(ids);
        expect(items[0]).toMatchObject({ why: `MAC ${mac}` });
      }
    });

    test("finds the host whose interface it is", async () => {
      const { estate } = fixture.xo;
      const pif = ofType(estate, "PIF").find(({ device }) => device === "eth1");
      const mac = String(pif?.["mac"]);
      expect(await found(mac)).toMatchObject([{ type: "host", id: pif?.$host, why: `MAC ${mac}` }]);
    });

    test("takes three bytes and more for a part of one", async () => {
      const { estate } = fixture.xo;
      const { id } = vmOf("night-cpu");
      const [vif] = ofType(estate, "VIF").filter(({ $VM }) => $VM === id);
      const items = await found(String(vif?.MAC).slice(6), { types: ["vm"] });
      expect(idsOf(items)).toContain(id);
    });
  });

  describe("by a name", () => {
    test("puts the whole name before names that it is a part of", async () => {
      const { name_label } = vmOf("night-cpu");
      const items = await found(name_label);
      expect(items[0]).toMatchObject({ type: "vm", id: vmOf("night-cpu").id, why: "name" });
      const disks = ofType(fixture.xo.estate, "VDI").filter((vdi) =>
        vdi.name_label.startsWith(name_label),
      );
      const rest = items.slice(1).filter(({ type }) => type === "vdi");
      expect(idsOf(rest)).toEqual(disks.map(({ id }) => id).toSorted());
      expect(rest[0]).toMatchObject({ why: "start of the name", storage: expect.any(String) });
    });

    test("finds all of one name, whatever pool they are in", async () => {
      const items = await found("DUP-NAME", { types: ["vm"] });
      const why = "name, but for its case";
      expect(items).toMatchObject([{ why }, { why }]);
      expect(idsOf(items)).toEqual([vmOf("dup-name-1").id, vmOf("dup-name-2").id].toSorted());
    });

    test("counts every object that has it in its name, page by page", async () => {
      const vms = ofType(fixture.xo.estate, "VM").filter(
        ({ name_label }) => name_label.includes("prod") && !name_label.startsWith("prod"),
      );
      const page = { types: ["vm"], limit: 7 };
      const first = await find("prod", page);
      const answers = [first];
      for (let at = first["next_offset"]; at !== undefined; at = answers.at(-1)?.["next_offset"]) {
        answers.push(await find("prod", { ...page, offset: at }));
      }
      const items = answers.flatMap((answer) => itemsOf(answer));
      expect(new Set(idsOf(items)).size).toBe(items.length);
      const named = items.filter(({ why }) => why === "part of the name");
      const tagged = ofType(fixture.xo.estate, "VM").filter(({ tags }) => tags.includes("prod"));
      // A tag of that very name is the better match, and is the reason that is told.
      const untagged = vms.filter(({ tags }) => !tags.includes("prod"));
      expect(idsOf(named)).toEqual(untagged.map(({ id }) => id).toSorted());
      expect(first).toMatchObject({ total: tagged.length + untagged.length, returned: 7 });
    });

    test.each(["pipe-name", "quotes-name", "emoji-name"] as const)(
      "has no signs of its own: %s",
      async (name) => {
        const { id, name_label } = vmOf(name);
        expect((await found(name_label))[0]).toMatchObject({ type: "vm", id, why: "name" });
      },
    );

    test("sees a name as it is shown, without what is hidden in it", async () => {
      const { id } = vmOf("zero-width-name");
      expect((await found("admin-01"))[0]).toMatchObject({ id, why: "name" });
      const lines = await found("two lines and a tab");
      expect(lines[0]).toMatchObject({ id: vmOf("newline-name").id, why: "name" });
    });

    test("takes the words in any order when no name has them as they are", async () => {
      const { id, name_label } = vmOf("night-cpu");
      const items = await found(name_label.split("-").toReversed().join(" "), { types: ["vm"] });
      expect(items[0]).toMatchObject({ id, why: "all words in the name" });
    });

    test("never finds the VM without a name by one", async () => {
      const { id } = vmOf("empty-name");
      expect(idsOf(await found("-0", { types: ["vm"], limit: 500 }))).not.toContain(id);
      expect(await found(id)).toMatchObject([{ id, name_label: "", why: "UUID" }]);
    });

    test("finds what is no VM: pool, host, storage, network, template, snapshot, disk", async () => {
      const { estate } = fixture.xo;
      const first = async (query: string) => (await found(query))[0];
      expect(await first("Lyon-DC2")).toMatchObject({ type: "pool", why: "name" });
      expect(await first("xcp-lyon-04")).toMatchObject({ type: "host", power_state: "Halted" });
      expect(await first("NFS vol2")).toMatchObject({ type: "sr", storage_type: "nfs" });
      expect(await first("VLAN 100 Production")).toMatchObject({ type: "network" });
      expect(await first("golden-debian-12")).toMatchObject({ type: "template" });
      const { id: disk } = trap(estate, "orphan-vdi");
      const disks = await found("old-db-data");
      expect(disks.find(({ id }) => id === disk)).toMatchObject({
        type: "vdi",
        storage: "NFS vol2",
      });
      const snapshot = byId(estate, "VM-snapshot", trap(estate, "old-snapshot").id);
      const { name_label } = byId(estate, "VM", snapshot.$snapshot_of);
      expect(await first(snapshot.id)).toMatchObject({ type: "snapshot", vm: name_label });
    });
  });

  describe("by a UUID", () => {
    test("takes it whole or its first digits, in either case", async () => {
      const { id } = vmOf("halted-vm");
      for (const query of [id, id.toUpperCase()]) {
        expect(await found(query)).toMatchObject([{ id, why: "UUID" }]);
      }
      const why = "start of the UUID";
      expect(await found(id.slice(0, 8).toUpperCase())).toMatchObject([{ id, why }]);
    });

    test("takes three digits for a text", async () => {
      const { id } = vmOf("halted-vm");
      expect(idsOf(await found(id.slice(0, 3), { limit: 500 }))).not.toContain(id);
    });

    test("does not take a pool's for that of its templates, whose ids begin with it", async () => {
      const { estate } = fixture.xo;
      const [pool] = ofType(estate, "pool");
      const id = String(pool?.id);
      expect(await found(id)).toMatchObject([{ type: "pool", id }]);
      expect(await found(id.slice(0, 8))).toMatchObject([{ type: "pool", id }]);
      const [template] = ofType(estate, "VM-template").filter(({ $pool }) => $pool === id);
      const items = await found(String(template?.uuid));
      expect(items).toMatchObject([{ type: "template", id: template?.id }]);
    });
  });

  test("finds by a tag, the whole one before a part of it", async () => {
    const vms = ofType(fixture.xo.estate, "VM");
    const whole = vms.filter(({ tags }) => tags.includes("team=hr"));
    const items = await found("team=hr", { limit: 500 });
    expect(idsOf(items)).toEqual(whole.map(({ id }) => id).toSorted());
    expect(items[0]).toMatchObject({ why: "tag team=hr" });
    const part = await found("team=h", { limit: 500 });
    expect(idsOf(part)).toEqual(idsOf(items));
    expect(part[0]).toMatchObject({ why: "part of the tag team=hr" });
  });

  test("a halted VM is on no host", async () => {
    const [item] = await found(vmOf("halted-vm").id);
    expect(item).toMatchObject({ power_state: "Halted", pool: "Paris-DC1" });
    expect(item).not.toHaveProperty("host");
  });

  test("keeps to the types that are asked for, and reads no others", async () => {
    const { xo } = fixture;
    await xo.clearRequests();
    const items = await found("NFS", { types: ["sr"] });
    expect(new Set(items.map(({ type }) => type))).toEqual(new Set(["sr"]));
    const read = (await xo.requests()).map(({ path }) => path.split("?")[0]?.split("/")[3]);
    expect([...new Set(read)].toSorted()).toEqual(["pools", "servers", "srs", "users"]);
  });

  test("reads each collection once, and interfaces only for an address or a MAC", async () => {
    const { xo } = fixture;
    const readFor = async (query: string) => {
      await xo.clearRequests();
      await find(query);
      return (
        (await xo.requests())
          .map(({ path }) => path.split("?")[0]?.split("/")[3] ?? "")
          .filter((name) => name !== "users" && name !== "servers")
          // Its ids once more: whether XO shows the pools that it is connected to.
          .filter((name, at, all) => name !== "pools" || all.indexOf(name) === at)
          .toSorted()
      );
    };
    const always = "hosts networks pcis pgpus pools srs vdis vm-snapshots vm-templates vms".split(
      " ",
    );
    expect(await readFor("web")).toEqual(always);
    expect(await readFor("10.0.0.0/8")).toEqual([...always, "pifs"].toSorted());
    expect(await readFor("02:5e:00:11:22:33")).toEqual([...always, "pifs", "vifs"].toSorted());
  });

  describe("when it cannot know", () => {
    test("proposes the nearest name instead of a bare nothing", async () => {
      const answer = await find("Lyon-DC7");
      expect(answer).toMatchObject({ total: 0, items: [] });
      expect(warningsOf(answer)).toContain("Did you mean Lyon-DC2?");
      expect(warningsOf(answer)).toContain("are not searched: query_objects reads them");
    });

    test("names the pool that XO lost", async () => {
      const { xo } = fixture;
      const [server] = xo.estate.servers;
      await xo.disconnectServer(String(server?.id));
      const answer = await find(vmOf("night-cpu").id);
      await xo.reconnectServer(String(server?.id));
      expect(answer).toMatchObject({ total: 0 });
      expect(warningsOf(answer)).toContain(`not connected to ${server?.["label"]}`);
    });

    test("says that a role sees a part only", async () => {
      const { xo } = fixture;
      const { id } = vmOf("night-cpu");
      const answer = await call(signIn(xo, "reader"), "find_objects", { query: id });
      expect(answer).toMatchObject({ items: [{ id }], of: "what this account may see" });
    });

    test("goes on without a collection that cannot be read, and names it", async () => {
      const { xo } = fixture;
      const { name_label } = vmOf("night-cpu");
      await xo.setFaults([{ match: { path: "/vdis" }, status: 500, body: "{}" }]);
      const answer = await find(name_label);
      expect(itemsOf(answer)[0]).toMatchObject({ type: "vm", name_label });
      expect(warningsOf(answer)).toContain("Unknown here: vdis.");
    });

    test("fails when nothing can be read", async () => {
      const { xo } = fixture;
      await xo.setFaults([{ match: { path: "/rest/v0/" }, status: 500, body: "{}" }]);
      const outcome = await tryCall(signIn(xo), "find_objects", { query: "web" });
      expect(outcome).toMatchObject({ stdout: "", exitCode: 1 });
    });
  });

  test("refuses a blank query and unknown types", async () => {
    for (const args of [{ query: "" }, { query: " \u200b" }, {}, { query: "x", types: ["vbd"] }]) {
      expect(await tryCall(signIn(fixture.xo), "find_objects", args)).toMatchObject({
        exitCode: 2,
      });
    }
  });

  test("answers with the first twenty over MCP, far below the budget", async () => {
    const client = await connect(signIn(fixture.xo));
    const answer = await ask(client, "find_objects", { query: "prod" });
    await client.close();
    expect(answer).toMatchObject({ returned: 20, next_offset: 20 });
    expect(JSON.stringify(answer).length).toBeLessThan(6_000);
    expect(JSON.stringify(answer)).not.toContain("CANARY");
  });
});
