import { describe, expect, test } from "bun:test";
import { accountNamed } from "./accounts.ts";
import type { EstateOptions } from "./estate.ts";
import { generateEstate } from "./generate.ts";
import { byId, isType, ofType, promisedOn } from "./records.ts";
import { GRANULARITIES } from "./stats.ts";
import { trap, type TrapName, trapNames } from "./traps.ts";

const now = Date.parse("2026-11-22T12:00:00Z");
const make = (size: EstateOptions["size"]) => generateEstate({ size, now });
const small = make("small");
const large = make("large");

describe.each([
  ["small", small, { pool: 1, host: 3, VM: 40 }],
  ["large", large, { pool: 4, host: 64, VM: 5000 }],
] as const)("%s", (_size, estate, sizes) => {
  test("has the size it should have", () => {
    expect(ofType(estate, "pool")).toHaveLength(sizes.pool);
    expect(ofType(estate, "host")).toHaveLength(sizes.host);
    expect(ofType(estate, "VM")).toHaveLength(sizes.VM);
  });

  test.each(trapNames)("has the trap %s", (name) => {
    expect(trap(estate, name).id).toBe(estate.traps.get(name) ?? "");
  });

  test("refers to what exists", () => {
    const dangling: string[] = [];
    const check = (from: { id: string; type: string }, ids: (string | undefined)[]) => {
      for (const id of ids) {
        if (id !== undefined && !estate.objects.has(id))
          dangling.push(`${from.type} ${from.id} -> ${id}`);
      }
    };
    for (const vm of ofType(estate, "VM")) {
      check(vm, [...vm.$VBDs, ...vm.VIFs, ...vm.snapshots, vm.$container, vm.$pool]);
    }
    for (const vbd of ofType(estate, "VBD")) check(vbd, [vbd.VM, vbd.VDI]);
    for (const vif of ofType(estate, "VIF")) check(vif, [vif.$VM, vif.$network]);
    for (const vdi of ofType(estate, "VDI")) check(vdi, [vdi.$SR, ...vdi.$VBDs, ...vdi.snapshots]);
    for (const pif of ofType(estate, "PIF")) check(pif, [pif.$host, pif.$network, pif.bondMaster]);
    for (const sr of ofType(estate, "SR")) check(sr, [...sr.VDIs, ...sr.$PBDs, sr.$container]);
    for (const host of ofType(estate, "host")) {
      check(host, [...host.residentVms, ...host.$PBDs, ...host.PIFs, host.controlDomain]);
    }
    expect(dangling).toEqual([]);
  });

  test("no host holds more than its memory", () => {
    for (const host of ofType(estate, "host")) {
      expect(host.memory.usage).toBeLessThan(host.memory.size);
    }
  });

  test("storage is as full as its traps say", () => {
    const full = byId(estate, "SR", trap(estate, "full-sr").id);
    expect(full.physical_usage / full.size).toBeCloseTo(0.93, 2);
    expect(promisedOn(estate, full.id) / full.size).toBeLessThan(2);
    const over = byId(estate, "SR", trap(estate, "overcommitted-sr").id);
    expect(promisedOn(estate, over.id) / over.size).toBeGreaterThan(2);
    for (const sr of ofType(estate, "SR")) {
      expect(sr.physical_usage).toBeLessThanOrEqual(sr.size);
    }
  });

  test("every way of being protected or not occurs", () => {
    const statuses = new Set([...estate.coverage.values()].map(({ status }) => status));
    expect([...statuses].sort()).toEqual([
      "disabled",
      "excluded",
      "failing",
      "never-run",
      "protected",
      "stale",
      "uncovered",
    ]);
  });

  test("backup logs are oldest first, each with an id of its own", () => {
    const starts = estate.backupLogs.map(({ start }) => Number(start));
    expect(starts).toEqual(starts.toSorted((one, other) => one - other));
    expect(new Set(estate.backupLogs.map(({ id }) => id)).size).toBe(starts.length);
  });
});

test("the same options make the same estate, and ids do not depend on the moment", () => {
  expect(JSON.stringify([...make("small").objects])).toBe(JSON.stringify([...small.objects]));
  const later = generateEstate({ size: "small", now: now + 40 * 86_400_000 });
  const lasting = (id: string) => small.objects.get(id)?.type !== "message";
  expect([...later.objects.keys()]).toEqual(
    [...small.objects.keys()]
      .filter(lasting)
      .concat([...small.objects.keys()].filter((id) => !lasting(id))),
  );
});

describe("statistics", () => {
  const running = ofType(small, "VM").filter(({ power_state }) => power_state === "Running");
  const id = running[0]?.id ?? "";

  test.each(["seconds", "minutes", "hours", "days"] as const)("of a VM by %s", (granularity) => {
    const { interval, points } = GRANULARITIES[granularity];
    const stats = small.stats(id, granularity);
    expect(stats.interval).toBe(interval);
    expect(stats.stats.memory).toHaveLength(points);
    expect(stats.endTimestamp * 1000).toBeLessThanOrEqual(now);
  });

  test("are new for each caller, who may consume them", () => {
    expect(small.stats(id, "seconds").stats.memory).not.toBe(
      small.stats(id, "seconds").stats.memory,
    );
  });

  test("are refused for a VM that is on no host", () => {
    expect(() => small.stats(trap(small, "halted-vm").id, "seconds")).toThrow("incorrect state");
    expect(() => small.stats(trap(small, "suspended-vm").id, "seconds")).toThrow();
    expect(() => small.stats(trap(small, "paused-vm").id, "seconds")).not.toThrow();
  });

  test("have gaps for the trap", () => {
    const { memory } = small.stats(trap(small, "gappy-stats").id, "minutes").stats;
    const nulls = Array.isArray(memory) ? memory.filter((value) => value === null) : [];
    expect(nulls.length).toBeGreaterThan(10);
  });
});

test("the accounts have their own tokens, and one a password with a colon", () => {
  expect(accountNamed(small, "colon").password).toContain(":");
  expect(new Set(small.users.map(({ token }) => token)).size).toBe(small.users.length);
  expect(accountNamed(small, "admin").user.email).toBe("admin@example.org");
});

test("only the two traps, and nothing made from them, share a MAC", () => {
  const owners = new Map<string, string[]>();
  for (const vif of ofType(small, "VIF")) {
    if (isType(small.objects.get(vif.$VM), "VM")) {
      owners.set(vif.MAC, [...(owners.get(vif.MAC) ?? []), vif.$VM]);
    }
  }
  const shared = [...owners.values()].filter((vms) => vms.length > 1);
  const pair = (one: TrapName, other: TrapName) =>
    [trap(small, one).id, trap(small, other).id].sort();
  expect(shared.map((vms) => vms.sort()).sort()).toEqual(
    [pair("dup-mac-1", "dup-mac-2"), pair("replica", "replica-source")].sort(),
  );
});
