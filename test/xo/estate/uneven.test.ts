import { describe, expect, test } from "bun:test";
import { generateEstate } from "./generate.ts";
import { byId, isType, ofType, type VmRecord } from "./records.ts";
import { trap } from "./traps.ts";

const estate = generateEstate({ size: "large", now: Date.parse("2026-11-22T12:00:00Z") });
const vms = ofType(estate, "VM");
const hosts = ofType(estate, "host");
const kinds = (values: readonly unknown[]) => new Set(values.map((value) => JSON.stringify(value)));

/** The storages that a VM's disks lie on. */
function storagesOf({ $VBDs }: VmRecord): Set<string> {
  const vdis = $VBDs.flatMap((id) => {
    const { VDI, is_cd_drive } = byId(estate, "VBD", id);
    return VDI === undefined || is_cd_drive ? [] : [byId(estate, "VDI", VDI)];
  });
  return new Set(vdis.map(({ $SR }) => $SR));
}

describe("large is uneven", () => {
  test("hosts differ in processors, memory, load and missing patches", () => {
    expect(kinds(hosts.map(({ cpus }) => cpus)).size).toBeGreaterThan(3);
    expect(kinds(hosts.map(({ memory }) => memory.size)).size).toBeGreaterThan(3);
    const used = hosts
      .filter(({ enabled }) => enabled)
      .map(({ memory }) => memory.usage / memory.size)
      .toSorted((one, other) => one - other);
    expect(used.at(0)).toBeLessThan(0.4);
    expect(used.at(-1)).toBeGreaterThan(0.6);
    const missing = hosts.map(({ id }) => estate.missingPatches.get(id)?.length ?? 0);
    expect(kinds(missing).size).toBeGreaterThan(4);
  });

  test("pools differ in size", () => {
    const sizes = ofType(estate, "pool").map(({ id }) => [
      hosts.filter(({ $pool }) => $pool === id).length,
      vms.filter(({ $pool }) => $pool === id).length,
    ]);
    expect(kinds(sizes).size).toBe(4);
  });

  test("VMs have disks on two storages, no tag, other ages, and up to eight snapshots", () => {
    const split = vms.filter((vm) => storagesOf(vm).size === 2).length;
    expect(split / vms.length).toBeWithin(0.03, 0.3);
    expect(vms.filter(({ tags }) => tags.length === 0).length / vms.length).toBeWithin(0.02, 0.1);
    const ages = vms.map(({ installTime }) => (estate.now / 1000 - installTime) / 86_400);
    expect(Math.min(...ages)).toBeLessThan(20);
    expect(Math.max(...ages)).toBeGreaterThan(3000);
    const counts = Map.groupBy(vms, ({ snapshots }) => snapshots.length);
    expect([...counts.keys()].toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test("VMs are from small to large, and none is over the biggest", () => {
    const memory = vms.map((vm) => vm.memory.size / 1024 ** 3);
    expect(kinds(memory).size).toBeGreaterThan(6);
    expect(Math.max(...memory)).toBe(96);
    expect(kinds(vms.map(({ CPUs }) => CPUs.number)).size).toBeGreaterThan(7);
  });

  test("a few VMs are in two jobs", () => {
    const twice = [...estate.coverage.values()].filter(({ jobs }) => jobs.length === 2);
    expect(twice.length).toBeWithin(10, 40);
  });

  test("each backup takes its own time and copies its own amount", () => {
    const nightly = estate.backupLogs.find(({ id }) => id === trap(estate, "failed-log").id);
    const tasks = Array.isArray(nightly?.tasks) ? nightly.tasks : [];
    expect(tasks.length).toBeGreaterThan(100);
    const took = tasks.map(({ start, end }) => Number(end) - Number(start));
    expect(kinds(took).size).toBeGreaterThan(tasks.length / 2);
    const sizes = [...estate.archives.values()]
      .flatMap((byVm) => [...byVm.values()].flat())
      .map(({ size }) => Number(size) / 1024 ** 3);
    expect(Math.min(...sizes)).toBeLessThan(0.1);
    expect(Math.max(...sizes)).toBeGreaterThan(40);
  });

  test("storages are filled differently, and a network of each pool has few VMs", () => {
    const shared = ofType(estate, "SR").filter(({ shared, content_type }) => {
      return shared && content_type === "user";
    });
    const fill = shared.map(({ physical_usage, size }) => Math.round((10 * physical_usage) / size));
    expect(kinds(fill).size).toBeGreaterThan(5);
    const labs = ofType(estate, "network").filter(({ name_label }) => name_label.includes("Lab"));
    expect(labs).toHaveLength(3);
    for (const { VIFs } of labs) {
      const owners = VIFs.filter((id) => {
        const vif = estate.objects.get(id);
        return isType(vif, "VIF") && isType(estate.objects.get(vif.$VM), "VM");
      });
      expect(owners.length).toBeWithin(1, 20);
    }
  });

  test("no snapshot and no start is older than its VM", () => {
    const wrong = vms.filter(
      ({ installTime, startTime, snapshots }) =>
        (startTime ?? installTime) < installTime ||
        snapshots.some((id) => byId(estate, "VM-snapshot", id).snapshot_time < installTime),
    );
    expect(wrong.map(({ name_label }) => name_label)).toEqual([]);
  });
});
