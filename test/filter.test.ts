import { describe, expect, test } from "bun:test";
import { answering } from "./health.ts";
import { call, run, signIn, tryCall, useXo, warningsOf } from "./harness.ts";
import type { VmRecord } from "./xo/estate/records.ts";
import { ofType } from "./xo/estate/records.ts";
import { collectionsFile, fieldsFile } from "./xo/write-fields.ts";

const fixture = useXo({ situations: ["tags-in-tags"] });

const vms = (): VmRecord[] => ofType(fixture.xo.estate, "VM");
const count = (holds: (vm: VmRecord) => boolean) => vms().filter(holds).length;

/** What a filter of VMs comes to: how many it leaves, and what is said of it. */
async function ask(filter: string, tool = "list_vms", args = {}) {
  const answer = await call(signIn(fixture.xo), tool, { filter, limit: 1, ...args });
  const said = warningsOf(answer)
    .split("\n")
    .filter((line) => !line.startsWith("XO is not connected"))
    .join("\n");
  return { total: answer["total"], said };
}

test("the fields are those of the REST API that the test XO runs", async () => {
  const written = (name: string) => Bun.file(`${import.meta.dir}/../src/xo/${name}`).text();
  const howTo = "Written by: bun test/xo/write-fields.ts";
  expect(await written("filter/fields.json"), howTo).toBe(fieldsFile());
  expect(await written("collections.json"), howTo).toBe(collectionsFile());
});

describe("is refused with what to write instead:", () => {
  const refused: [filter: string, instead: string, tool?: string][] = [
    // A comparison without a field.
    ["CPUs:number>4", "CPUs:number:>4"],
    ["snapshots:length>0", "snapshots:length:>0"],
    ["CPUs.number>4", "CPUs:number:>4"],
    ["power_state:Running memory:size>=8589934592", "memory:size:>=8589934592"],
    [">4", "stands without a field"],
    ["CPUs:number > 4", "behind a colon, without blanks"],
    ["CPUs:number=4", "name:4 or name:>=4"],
    // Words of other languages.
    ["tags:prod and power_state:Running", "a blank is AND, |(a b) is OR, !a is NOT"],
    ["tags:prod OR tags:test", "|(a b) is OR"],
    ["not tags:prod", "!a is NOT"],
    ["not(tags:prod)", "!a is NOT"],
    ["(tags:prod AND !tags:test) or auto_poweron?", "a blank is AND"],
    ["tags:prod && tags:test", "A blank is AND"],
    ["tags:prod | tags:test", "OR is |(tags:a tags:b)"],
    // Numbers that are none.
    ['CPUs:number:"4"', "CPUs:number:4."],
    ['CPUs:number:">=4"', "CPUs:number:>=4."],
    ['!memory:size:"4294967296"', "memory:size:4294967296."],
    ["memory:size:4GiB", "memory:size:4294967296."],
    ["memory:size:>=8G", "memory:size:>=8589934592."],
    ["size:>2TB", "size:>2000000000000.", "list_srs"],
    ["CPUs:number:2-4", "CPUs:number:(>=2 <=4)."],
    ["CPUs:number:4*", "CPUs:number:4."],
    ["startTime:>2026-01-01T", "startTime:>"],
    // A flag is asked for by ?
    ["auto_poweron:yes", "auto_poweron? for yes, !auto_poweron? for no"],
    ["!auto_poweron:yes", "!auto_poweron? for no"],
    ["auto_poweron:True", "auto_poweron? for yes"],
    ["auto_poweron:1", "auto_poweron? for yes"],
    ["secureBoot:enabled", "secureBoot? for yes"],
    ["shared:on", "shared? for yes", "list_srs"],
    // Lists and maps.
    ["tags?", "tags:length:>0 for any, tags:length:0 for none"],
    ["!tags?", "tags:length:0 for none"],
    ["snapshots?", "snapshots:length:>0 for any"],
    ["snapshots:>2", "snapshots:length:>2"],
    ["!$VBDs?", "$VBDs:length:0 for none"],
    ["VDIs?", "VDIs:length:>0 for any", "list_srs"],
    ["memory:>4294967296", "memory:size:>4294967296"],
    ["memory:>4GiB", "memory:size:>4294967296"],
    ["CPUs:(number>4)", "CPUs:number:>4"],
    ["current_operations?", "current_operations:* for any"],
    // A colon in a text.
    ["tags:env:prod", 'tags:"env:prod"'],
    ["name_label:web:01", 'name_label:"web:01"'],
    ["!tags:xo:no-bak", 'tags:"xo:no-bak"'],
    ["auto_poweron:is:true", "auto_poweron?"],
  ];
  test.each(refused)("%s", async (filter, instead, tool = "list_vms") => {
    const outcome = await tryCall(signIn(fixture.xo), tool, { filter });
    expect(outcome).toMatchObject({ stdout: "", exitCode: 2 });
    expect(outcome.stderr).toContain(instead);
  });

  test("a MAC address without quotes, in raw records", async () => {
    const args = { collection: "vifs", filter: "MAC:02:5e:00:aa:bb:cc" };
    const outcome = await tryCall(signIn(fixture.xo), "query_objects", args);
    expect(outcome).toMatchObject({ stdout: "", exitCode: 2 });
    expect(outcome.stderr).toContain('MAC:"02:5e:00:aa:bb:cc"');
  });

  test("a time of XO's own, which counts milliseconds", async () => {
    const args = { collection: "tasks", filter: "start:>2026-01-01" };
    const outcome = await run(["call", "query_objects", "--input", JSON.stringify(args)], {
      ...signIn(fixture.xo),
      TZ: "Europe/Vienna",
    });
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toContain(`start:>${Date.UTC(2025, 11, 31, 23)}.`);
    const vm = await run(["call", "list_vms", "--filter", 'startTime:"2026-01-01"'], {
      ...signIn(fixture.xo),
      TZ: "Europe/Vienna",
    });
    expect(vm.stderr).toContain(`startTime:>=${Date.UTC(2025, 11, 31, 23) / 1000}.`);
  });

  test("before XO is asked", async () => {
    const { xo } = fixture;
    await xo.clearRequests();
    await tryCall(signIn(xo), "list_vms", { filter: "tags?" });
    expect(await xo.requests()).toEqual([]);
  });
});

describe("is a warning beside the total:", () => {
  test.each([
    ["Research and Development", "a blank is AND"],
    ["name_label:Research and Development", "stands in double quotes"],
    ['high_availability:""', "without any is !high_availability?"],
    ["name_label:app.*001", "name_label:/app.*001/"],
    ["name_label:app$", "name_label:/app$/"],
    ["mainIpAddress:null", "without any is !mainIpAddress?"],
    ["$pool:Paris-DC1", "use pool_id"],
    ["!$container:xcp-paris-01", "holds an id, not a name"],
    ["!auto_poweron:true", "ask auto_poweron? or !auto_poweron?"],
    ["CPUs:nmber:>4", "CPUs has max, number."],
  ])("%s", async (filter, told) => {
    expect((await ask(filter)).said).toContain(told);
  });

  test.each([
    ["list_srs", "!shared:true", "ask shared? or !shared?"],
    ["list_srs", "!used_percent:>50", "worked out for this list"],
    ["list_srs", "|(used_percent:>50 SR_type:nfs)", "worked out for this list"],
    ["list_vdis", "!state:orphan", "worked out for this list"],
    ["list_snapshots", "!kind:manual", "has a field kind"],
    ["list_networks", "!automatic:true", "ask automatic? or !automatic?"],
    ["list_networks", "!vlan_id:5", "has a field vlan_id"],
  ])("in %s, where items are left: %s", async (tool, filter, told) => {
    const { total, said } = await ask(filter, tool);
    expect(Number(total)).toBeGreaterThan(0);
    expect(said).toContain(told);
  });

  test("texts of which only a part was asked for, with the exact form", async () => {
    const only = count(({ tags }) => tags.includes("non-prod"));
    const exact = count(({ tags }) => tags.includes("prod"));
    const { total, said } = await ask("tags:prod");
    expect(total).toBe(only + exact);
    expect(said).toContain(`${only} of ${only + exact} have prod only as a part (non-prod)`);
    expect(said).toContain("exact is tags:/^prod$/");
    expect(await ask("tags:/^prod$/")).toEqual({ total: exact, said: "" });
    expect((await ask("|(tags:prod tags:dev)")).said).toContain(`${only} of `);
    // Matched by another of the alternatives as a whole.
    expect((await ask("|(tags:prod tags:non-prod)")).said).toBe("");
    expect((await ask("tags:|(prod dev)")).said).toContain("only as a part");
  });

  test("texts that were denied and are only a part, with the exact form", async () => {
    const only = count(({ tags }) => tags.includes("non-prod"));
    const neither = count(({ tags }) => !tags.some((tag) => tag.includes("prod")));
    const { total, said } = await ask("!tags:prod");
    expect(only).toBeGreaterThan(0);
    expect(total).toBe(neither);
    expect(said).toContain(`${only} are left out that have prod only as a part (non-prod)`);
    expect(said).toContain("exact is !tags:/^prod$/");
    expect(await ask("!tags:/^prod$/")).toEqual({ total: neither + only, said: "" });
    expect((await ask("power_state:Running !tags:prod")).said).toContain(`${only} are left out`);
    expect((await ask("!tags:non-prod")).said).toBe("");
    expect((await ask("!(tags:prod)")).said).toContain(`${only} are left out`);
  });

  test("an address that is the beginning of others", async () => {
    const address = String(vms().find(({ mainIpAddress }) => mainIpAddress)?.mainIpAddress);
    const { said } = await ask(`mainIpAddress:${address.slice(0, -1)}`);
    const own = await ask(`mainIpAddress:${address}`);
    const longer = count(
      ({ mainIpAddress = "" }) => mainIpAddress.includes(address) && mainIpAddress !== address,
    );
    if (longer === 0) expect(own.said).toBe("");
    else expect(own.said).toContain(`${longer} of `);
    expect(said === "" || said.includes("only as a part") || said.includes("is one of")).toBe(true);
  });

  test("matches without a value, which XO takes for less than any number", async () => {
    const { xo } = fixture;
    const before = Math.floor(xo.now / 1000);
    const none = count(({ startTime }) => startTime === null);
    const { total, said } = await ask(`startTime:<${before}`);
    expect(total).toBe(count(({ startTime }) => startTime === null || startTime < before));
    expect(said).toContain(`${none} of ${String(total)} have no startTime`);
    expect(said).toContain("add startTime?");
    expect((await ask(`startTime:<${before} startTime?`)).said).not.toContain("have no startTime");
    // Nothing takes the start back from a VM that is off.
    const vmRecords = [
      { id: "a", power_state: "Halted", startTime: 5 },
      { id: "b", power_state: "Running", startTime: 7 },
    ];
    await xo.setFaults([answering("vms", vmRecords)]);
    expect((await ask("startTime:>1")).said).toContain("1 of 2 are off");
    await xo.clearFaults();
    // The same of another collection.
    const hosts = [
      { id: "a", startTime: null },
      { id: "b", startTime: 5 },
    ];
    await xo.setFaults([answering("hosts", hosts)]);
    const answer = await ask("startTime:<9", "list_hosts");
    await xo.clearFaults();
    expect(answer.said).toContain("1 of 2 have no startTime");
  });
});

describe("is fine, and costs no request more:", () => {
  const fine: [filter: string, holds: (vm: VmRecord) => boolean][] = [
    ["power_state:Running tags:prod", (vm) => vm.power_state === "Running" && has(vm, "prod")],
    ["|(tags:prod tags:test)", (vm) => has(vm, "prod") || has(vm, "test")],
    ["CPUs:number:>4", ({ CPUs }) => CPUs.number > 4],
    ["memory:size:>=8589934592", ({ memory }) => memory.size >= 8589934592],
    ["tags:length:0", ({ tags }) => tags.length === 0],
    ["snapshots:length:>0", ({ snapshots }) => snapshots.length > 0],
    ["!high_availability?", (vm) => vm.high_availability === ""],
    ["!mainIpAddress?", (vm) => vm.mainIpAddress === undefined],
    ["CPUs:number:(>=2 <=4)", ({ CPUs }) => CPUs.number >= 2 && CPUs.number <= 4],
    [
      "current_operations:*",
      (vm) => Object.keys(Object(Reflect.get(vm, "current_operations"))).length > 0,
    ],
  ];
  const has = ({ tags }: VmRecord, part: string) => tags.some((tag) => tag.includes(part));

  test.each(fine)("%s", async (filter, holds) => {
    const { xo } = fixture;
    await call(signIn(xo), "list_vms", { limit: 1 });
    await xo.clearRequests();
    await call(signIn(xo), "list_vms", { limit: 1 });
    const without = (await xo.requests()).length;
    await xo.clearRequests();
    const answer = await call(signIn(xo), "list_vms", { filter, limit: 1 });
    expect(answer["total"]).toBe(count(holds));
    // A list that is empty is looked at once more.
    if (count(holds) > 0) expect((await xo.requests()).length).toBe(without);
  });
});

describe("the table of the README", async () => {
  const readme = await Bun.file(`${import.meta.dir}/../README.md`).text();
  const rows = readme
    .slice(readme.indexOf("| you want"))
    .split("\n\n")[0]
    ?.split("\n")
    .slice(2)
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.replaceAll("\\|", "|").trim()));

  test("has twelve forms", () => {
    expect(rows).toHaveLength(12);
  });

  test.each(rows?.map(([, want = "", write = "", not = ""]) => [want, write, not]) ?? [])(
    "%s",
    async (_want, write, not) => {
      const filtersIn = (cell: string) =>
        [...cell.matchAll(/`([^`]+)`/g)].map(([, one = ""]) => one);
      for (const filter of filtersIn(write)) {
        const outcome = await tryCall(signIn(fixture.xo), "list_vms", { filter, limit: 1 });
        expect(outcome).toMatchObject({ exitCode: 0 });
        expect(outcome.stdout).not.toMatch(/quotes|slashes|without any/);
      }
      for (const filter of filtersIn(not)) {
        const { stdout, stderr, exitCode } = await tryCall(signIn(fixture.xo), "list_vms", {
          filter,
        });
        expect([0, 2]).toContain(exitCode);
        // It says what stands beside it, or all three signs.
        const instead = ["a blank is AND", ...filtersIn(write)];
        expect(instead.filter((text) => (stdout + stderr).includes(text))).not.toEqual([]);
      }
    },
  );
});
