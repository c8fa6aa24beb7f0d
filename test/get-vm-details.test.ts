import { describe, expect, test } from "bun:test";
import { type Answer, call, itemsOf, signIn, tryCall, useXo, warningsOf } from "./harness.ts";
import { byId, ofType } from "./xo/estate/records.ts";
import { trap, type TrapName } from "./xo/estate/traps.ts";

const fixture = useXo({ pools: 2, hosts: 8, vms: 80 });

const vmOf = (name: TrapName) => byId(fixture.xo.estate, "VM", trap(fixture.xo.estate, name).id);
const details = (name: TrapName): Promise<Answer> =>
  call(signIn(fixture.xo), "get_vm_details", { vm_id: vmOf(name).id });

const iso = (seconds: number | null) => new Date(Number(seconds) * 1000).toISOString();

describe("get_vm_details", () => {
  test("places a running VM on its host, in its pool, by name", async () => {
    const { estate } = fixture.xo;
    const vm = vmOf("dup-name-2");
    const host = byId(estate, "host", vm.$container);
    const pool = byId(estate, "pool", vm.$pool);
    expect(await details("dup-name-2")).toMatchObject({
      id: vm.id,
      name_label: "dup-name",
      power_state: "Running",
      pool: { id: pool.id, name_label: "Lyon-DC2" },
      host: { id: host.id, name_label: host.name_label },
      cpus: vm.CPUs,
      memory_bytes: vm.memory.size,
      tags: vm.tags,
      started_at: iso(vm.startTime).replace(".000Z", "Z"),
    });
  });

  test("does not take what XO calls a halted VM's container for its host, nor its silence for missing tools", async () => {
    const { estate } = fixture.xo;
    const answer = await details("halted-vm");
    const pool = byId(estate, "pool", vmOf("halted-vm").$pool);
    // The host that its disk lies on.
    expect(estate.objects.get(vmOf("halted-vm").$container)?.type).toBe("host");
    const shared = vmOf("missing-disk-vm");
    expect(shared).toMatchObject({ power_state: "Halted", $container: shared.$pool });
    expect(await details("missing-disk-vm")).not.toHaveProperty("host");
    expect(answer).toMatchObject({
      power_state: "Halted",
      pool: { id: pool.id, name_label: pool.name_label },
      guest: { tools: "unknown", reason: "the VM is halted" },
    });
    expect(answer).not.toHaveProperty("host");
    expect(answer).not.toHaveProperty("started_at");
  });

  test("knows nothing of a suspended VM's guest, and no host for it", async () => {
    const answer = await details("suspended-vm");
    expect(answer).toMatchObject({ power_state: "Suspended", guest: { tools: "unknown" } });
    expect(answer).not.toHaveProperty("host");
  });

  test("leaves a paused VM on its host, with its tools", async () => {
    const { id } = byId(fixture.xo.estate, "host", vmOf("paused-vm").$container);
    expect(await details("paused-vm")).toMatchObject({
      power_state: "Paused",
      host: { id },
      guest: { tools: "agent and drivers" },
    });
  });

  test("tells guest tools from none, and not whether they are old: nobody tells that", async () => {
    expect(await details("night-cpu")).toMatchObject({
      guest: { tools: "agent and drivers", os: expect.any(String) },
    });
    const { guest } = await details("old-tools");
    expect(guest).toMatchObject({ tools: "agent and drivers", version: "6.5.0-5" });
    expect(guest).not.toHaveProperty("up_to_date");
    expect(await details("no-tools")).toMatchObject({ guest: { tools: "none" } });
  });

  test("takes an operating system of null for an unknown one", async () => {
    const { guest } = await details("os-null");
    expect(guest).toMatchObject({ tools: "agent and drivers" });
    expect(guest).not.toHaveProperty("os");
  });

  test("takes apart several addresses in one field, and gives each interface its own", async () => {
    const { interfaces } = await details("multi-address");
    expect(interfaces).toMatchObject([
      { device: "0", addresses: ["192.0.2.21", "192.0.2.22", "2001:db8::21", "fe80::5efe:21"] },
      { device: "1", addresses: ["192.0.2.23"] },
    ]);
  });

  test("shows a VM that has an IPv6 address alone", async () => {
    const answer = await details("ipv6-only");
    expect(itemsOf(answer, "interfaces")[0]).toMatchObject({ addresses: ["2001:db8::51"] });
    expect(answer).toMatchObject({ guest: { main_address: "2001:db8::51" } });
  });

  test("names the network of each interface, with its MAC", async () => {
    const { estate } = fixture.xo;
    const vm = vmOf("dup-mac-1");
    const vifs = ofType(estate, "VIF").filter(({ $VM }) => $VM === vm.id);
    expect(itemsOf(await details("dup-mac-1"), "interfaces")).toMatchObject(
      vifs.map(({ device, MAC, $network }) => ({
        device,
        mac: MAC,
        network: byId(estate, "network", $network).name_label,
      })),
    );
  });

  test("has an empty list for a VM without snapshots", async () => {
    expect(await details("no-snapshots")).toMatchObject({ snapshots: [] });
  });

  test("says none in a table where a list is empty", async () => {
    const vm_id = vmOf("no-snapshots").id;
    const { stdout } = await tryCall(signIn(fixture.xo), "get_vm_details", { vm_id }, "table");
    expect(stdout).toEndWith("snapshots\n  none\n");
  });

  test("has all of eight snapshots, newest first, with their age", async () => {
    const { estate, now } = fixture.xo;
    const { id } = vmOf("eight-snapshots");
    const snapshots = ofType(estate, "VM-snapshot").filter(
      ({ $snapshot_of }) => $snapshot_of === id,
    );
    const wanted = snapshots
      .toSorted((a, b) => b.snapshot_time - a.snapshot_time)
      .map(({ id: snapshot, name_label, snapshot_time }) => ({
        id: snapshot,
        name_label,
        taken_at: iso(snapshot_time).replace(".000Z", "Z"),
        age_days: Math.floor((now / 1000 - snapshot_time) / 86_400),
      }));
    expect(wanted).toHaveLength(8);
    expect(await details("eight-snapshots")).toMatchObject({ snapshots: wanted });
  });

  test("has each disk with its size and its storage by name, in the order of their places", async () => {
    const { estate } = fixture.xo;
    const vm = vmOf("night-cpu");
    const links = ofType(estate, "VBD").filter(({ VM, VDI }) => VM === vm.id && VDI !== undefined);
    const wanted = links.map(({ VDI, position }) => {
      const { id, name_label, size, usage, $SR } = byId(estate, "VDI", String(VDI));
      const { name_label: storage, SR_type } = byId(estate, "SR", $SR);
      const disk = { kind: "disk", id, name_label, size_bytes: size, used_bytes: usage };
      return { ...disk, position, storage, storage_type: SR_type };
    });
    const disks = itemsOf(await details("night-cpu"), "disks");
    expect(disks.filter(({ kind }) => kind === "disk")).toMatchObject(wanted);
  });

  test("takes an ISO in the drive for what it is, and an empty drive for empty", async () => {
    const { estate } = fixture.xo;
    const vm = vmOf("cd-vm");
    const drive = ofType(estate, "VBD").find(({ VM, is_cd_drive }) => VM === vm.id && is_cd_drive);
    const image = byId(estate, "VDI", String(drive?.VDI));
    const cdOf = async (name: TrapName) =>
      itemsOf(await details(name), "disks").filter(({ kind }) => kind === "cd");
    expect(await cdOf("cd-vm")).toMatchObject([
      { id: image.id, name_label: image.name_label, storage: "ISO library", attached: true },
    ]);
    expect(await cdOf("night-cpu")).toEqual([
      { kind: "cd", position: expect.any(String), attached: false, read_only: true },
    ]);
  });

  test("says that a disk is missing from its storage", async () => {
    const disks = itemsOf(await details("missing-disk-vm"), "disks");
    expect(disks[0]).toMatchObject({
      id: trap(fixture.xo.estate, "missing-vdi").id,
      missing: true,
    });
  });

  test("tells what runs on it now, what is blocked, and how far CPUs can grow", async () => {
    expect(await details("busy-vm")).toMatchObject({ current_operations: ["snapshot"] });
    expect(await details("hot-add-vm")).toMatchObject({ cpus: { number: 2, max: 8 } });
    const blocked = Object.keys(vmOf("replica").blockedOperations);
    expect(await details("replica")).toMatchObject({ blocked_operations: blocked });
  });

  test("shows notes and descriptions, and none of XO's secrets", async () => {
    const answers = await Promise.all([details("cd-vm"), details("instruction-description")]);
    expect(answers[0]).toMatchObject({ notes: "# Runbook\n\nAsk *ops* before a restart." });
    expect(answers[1]).toMatchObject({
      name_description: vmOf("instruction-description").name_description,
    });
    expect(JSON.stringify(answers)).not.toContain("CANARY");
  });

  test("reads few records: its requests name the VM and ask for fields", async () => {
    const { xo } = fixture;
    const { id } = vmOf("night-cpu");
    await xo.clearRequests();
    await call(signIn(xo), "get_vm_details", { vm_id: id });
    const paths = (await xo.requests()).map(({ path }) => decodeURIComponent(path));
    const large = paths.filter((path) => /\/(?:vms|vdis|vbds|vifs|vm-snapshots)\?/.test(path));
    expect(large.filter((path) => !path.includes("filter="))).toEqual([]);
  });

  test("says so when a disk is not shown to the account", async () => {
    const { xo } = fixture;
    const rights = ["vm", "vbd", "pool"].map((resource) => ({ action: "read", resource }));
    await xo.setFaults([
      { match: { path: "/acl-privileges" }, body: JSON.stringify(rights) },
      { match: { path: "/vdis" }, body: "[]" },
    ]);
    const answer = await call(signIn(xo, "reader"), "get_vm_details", {
      vm_id: vmOf("night-cpu").id,
    });
    await xo.clearFaults();
    expect(warningsOf(answer)).toContain("disks.size_bytes");
    expect(warningsOf(answer)).toContain("disks: this account may not see them");
  });
});
