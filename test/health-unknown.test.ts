import { afterEach, describe, expect, test } from "bun:test";
import { rules } from "../src/health/rules/index.ts";
import { signIn, tryCall, useXo, warningsOf } from "./harness.ts";
import { answering, failing, health } from "./health.ts";
import { trap } from "./xo/estate/traps.ts";
import type { FaultRule, TestXo } from "./xo/start.ts";

const fixture = useXo();

afterEach(() => fixture.xo.clearFaults());

const all = rules.map(({ id }) => id).toSorted();
const needing = (...needs: string[]) =>
  rules.filter((rule) => rule.needs.some((need) => needs.includes(need))).map(({ id }) => id);
// What the newest runs had to do is no collection of its own.
const collections = [...new Set(rules.flatMap(({ needs }) => needs))].filter(
  (need) => need !== "last-runs",
);

const connectedOnly = ({ estate }: TestXo): FaultRule =>
  answering(
    "servers",
    estate.servers.filter(({ status }) => status === "connected"),
  );

/** The admin's data, read by an account with these privileges. */
function limitedTo(privileges: object[]): FaultRule[] {
  return [
    { match: { path: "/acl-privileges" }, body: JSON.stringify(privileges) },
    { match: { path: "/users/" }, body: '{"id":"u","permission":"none"}' },
  ];
}

const reading = (resources: string[], more = {}): object[] =>
  resources.map((resource) => ({ action: "read", resource, effect: "allow", ...more }));

const everything = [
  ...["alarm", "host", "network", "pbd", "pif", "pool", "schedule", "server", "sr", "task", "vdi"],
  ...["vbd", "vdi-snapshot", "vif", "vm", "vm-snapshot", "backup-job", "backup-log"],
  ...["backup-archive", "backup-repository", "message"],
];

/** What is judged by XO's own records alone, and so known while a pool is lost. */
const ofXo = ["backup-target-left-out", "repository-test-failed", "server-entry-double"];

describe("get_health_report says unknown, never fine,", () => {
  test.each(collections)("of what needs %s when XO fails to answer it", async (collection) => {
    const { xo } = fixture;
    await xo.setFaults([failing(collection)]);
    const { found, fine, unknown, answer } = await health(signIn(xo));
    for (const check of needing(collection)) {
      expect(unknown.get(check)).toContain(`${collection} could not be read`);
      expect([...found.keys(), ...fine]).not.toContain(check);
    }
    expect(JSON.stringify(answer)).not.toContain("CANARY");
    // The others go on.
    expect(found.size).toBeGreaterThan(5);
  });

  test("of what this account may not read", async () => {
    const { xo } = fixture;
    const body = { missingPrivileges: [{ action: "read", resource: "task" }] };
    await xo.setFaults([
      { match: { path: "/tasks" }, status: 403, body: JSON.stringify({ data: body }) },
    ]);
    const { unknown } = await health(signIn(xo));
    expect(unknown.get("task-running-long")).toContain("lacks task:read");
  });

  test("of a whole estate in which one pool is lost, unless another one is asked for", async () => {
    const { xo } = fixture;
    const env = signIn(xo);
    const lost = await health(env);
    expect(lost.fine.toSorted()).toEqual(ofXo);
    for (const check of ["backup-run-without-end", "backup-schedule-not-run"]) {
      expect(lost.found.get(check)).toHaveLength(1);
    }
    expect(lost.unknown.get("host-down")).toContain("not connected to vienna");
    expect(warningsOf(lost.answer)).toContain("not connected to vienna");
    const paris = await health(env, { pool_id: "Paris-DC1" });
    expect(paris.fine).toContain("host-down");
    expect(warningsOf(paris.answer)).toBe("");
    await xo.setFaults([connectedOnly(xo)]);
    const whole = await health(env);
    expect(whole.fine.toSorted()).toEqual(
      [...lost.unknown.keys(), ...ofXo, "server-disconnected"]
        // Of which nobody can know.
        .filter((check) => check !== "repository-nearly-full")
        .toSorted(),
    );
  });

  test("of a pool whose objects are not there yet, right after XO's start", async () => {
    const { xo } = fixture;
    const nothing = collections
      .filter((name) => !/^(?:dashboard|servers|schedules|tasks|backup-.*)$/.test(name))
      .map((name) => answering(name, []));
    await xo.setFaults([connectedOnly(xo), ...nothing]);
    const { fine, unknown, answer } = await health(signIn(xo));
    expect(fine.toSorted()).toEqual([...ofXo, "server-disconnected"].toSorted());
    expect(unknown.get("vm-not-backed-up")).toContain("paris");
    expect(unknown.get("host-down")).toContain("paris");
    expect(warningsOf(answer)).toContain("paris");
  });

  test("of everything, to an account that may see nothing", async () => {
    const { found, fine, unknown, answer } = await health(signIn(fixture.xo, "nobody"));
    expect({ found: found.size, fine }).toEqual({ found: 0, fine: [] });
    expect([...unknown.keys()].toSorted()).toEqual(all);
    expect(warningsOf(answer)).toContain("this account may");
  });

  test("of what an account with one pool may not wholly see; what it sees is found", async () => {
    const { found, fine, unknown, finding } = await health(signIn(fixture.xo, "reader"));
    expect(fine).toEqual([]);
    expect([...found.keys()]).toContain("storage-nearly-full");
    expect(unknown.get("host-down")).toContain("this account may");
    // Without the schedules, each backup's own snapshot would look abandoned: the manual ones do.
    const old = trap(fixture.xo.estate, "old-snapshot").id;
    const abandoned = trap(fixture.xo.estate, "abandoned-snapshot").id;
    expect(found.get("snapshots-old")).toContain(old);
    expect(found.get("snapshots-old")).not.toContain(abandoned);
    expect(finding("snapshots-old")?.["unknown"]).toContain("schedule is not seen");
    expect(unknown.get("server-disconnected")).toContain("this account may");
  });

  test("but fine where a role lets an account read everything", async () => {
    const { xo } = fixture;
    await xo.setFaults([connectedOnly(xo), ...limitedTo(reading(everything))]);
    const { fine, found, answer } = await health(signIn(xo));
    expect(fine).toContain("host-down");
    expect([...found.keys()]).toContain("snapshots-old");
    expect(warningsOf(answer)).toBe("");
  });

  test.each([
    ["is limited to some hosts", reading(everything, { selector: "$pool:x" })],
    [
      "is denied some",
      [...reading(everything), ...reading(["host"], { effect: "deny", selector: "tags:x" })],
    ],
    ["is not over hosts", reading(everything.filter((resource) => resource !== "host"))],
    ["is to do something else", reading(everything).map((one) => ({ ...one, action: "start" }))],
  ])("where a role %s", async (_case, privileges) => {
    const { xo } = fixture;
    await xo.setFaults([connectedOnly(xo), ...limitedTo(privileges)]);
    const { fine, unknown } = await health(signIn(xo), { checks: ["host-down"] });
    expect(fine).toEqual([]);
    expect(unknown.get("host-down")).toContain("this account may");
  });

  test("where XO did not tell what the account may see", async () => {
    const { xo } = fixture;
    await xo.setFaults([connectedOnly(xo), { match: { path: "/users/" }, status: 500 }]);
    const { unknown } = await health(signIn(xo), { checks: ["host-down"] });
    expect(unknown.get("host-down")).toContain(
      "hosts: whether this account sees them all could not be checked",
    );
  });

  test.each([
    ["host-disabled", "hosts", "enabled"],
    ["host-needs-reboot", "hosts", "rebootRequired"],
    ["host-versions-differ", "hosts", "version"],
    ["certificate-ends-soon", "hosts", "certificates"],
    ["memory-overcommitted", "hosts", "memory"],
    ["interface-without-carrier", "pifs", "carrier"],
    ["bond-degraded", "pifs", "carrier"],
    ["storage-nearly-full", "srs", "physical_usage"],
    ["storage-filling-up", "srs", "physical_usage"],
    ["storage-overcommitted", "srs", "allocationStrategy"],
    ["vm-without-guest-tools", "vms", "managementAgentDetected"],
    ["ha-vm-without-priority", "vms", "high_availability"],
    ["ha-priority-without-ha", "pools", "HA_enabled"],
  ])("of %s where XO does not tell %s' %s", async (check, collection, field) => {
    const { xo } = fixture;
    const types = { hosts: "host", pifs: "PIF", srs: "SR", vms: "VM", pools: "pool" };
    const type = Object(types)[collection];
    const without = [...xo.estate.objects.values()]
      .filter((record) => record.type === type)
      .map((record) => ({ ...record, pvDriversDetected: null, [field]: null }));
    await xo.setFaults([connectedOnly(xo), answering(collection, without)]);
    const { fine, unknown, found } = await health(signIn(xo), { checks: [check] });
    expect({ fine, found: found.size }).toEqual({ fine: [], found: 0 });
    expect(unknown.get(check)).toMatch(/^\d+ \w+/);
  });

  test("but an error when nothing can be read at all", async () => {
    const { xo } = fixture;
    await xo.setFaults([{ match: { path: "^/rest/v0/" }, status: 401 }]);
    const refused = await tryCall(signIn(xo), "get_health_report");
    expect(refused).toMatchObject({ exitCode: 3, stdout: "" });
  });
});
