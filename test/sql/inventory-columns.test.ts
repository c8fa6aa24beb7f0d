import { describe, expect, test } from "bun:test";
import { tables } from "../../src/sql/schema.ts";
import { addressOf } from "../../src/xo/ip.ts";
import { call, signIn, tryCall, useXo, warningsOf } from "../harness.ts";
import { ofType } from "../xo/estate/records.ts";
import { silentHost, strandedVms } from "../xo/estate/situations/last-word.ts";
import { rowsOf } from "./questions.ts";

describe("a host that does not answer", () => {
  const fixture = useXo({ situations: ["host-silent"] });
  const ask = (sql: string) => call(signIn(fixture.xo), "query_sql", { sql });

  test("is told of each VM on it, as a column and in a warning", async () => {
    const stranded = strandedVms(fixture.xo.estate);
    const answer = await ask(
      "select id from vms where power_state in ('Running', 'Paused') and host_is_silent = 1",
    );
    expect(rowsOf(answer).flat().toSorted()).toEqual(stranded.map(({ id }) => id).toSorted());
    expect(warningsOf(answer)).toContain(
      `${stranded.length} of these VMs run by XAPI's last word: its host does not answer`,
    );
  });

  test("is no word on VMs where their state is not asked for", async () => {
    expect(warningsOf(await ask("select count(*) from vms"))).not.toContain("last word");
  });

  test("has what is not known as NULL, and not as 0", async () => {
    const { id, memory } = silentHost(fixture.xo.estate);
    const answer = await ask(
      `select usable, in_maintenance, memory_bytes, memory_used_bytes, memory_free_bytes, vm_count, vcpus, started_at from hosts where id = '${id}'`,
    );
    expect(rowsOf(answer)).toEqual([[0, null, memory.size, null, null, null, null, null]]);
  });

  test("has links that nobody knows, and bonds without a count of them", async () => {
    const { id } = silentHost(fixture.xo.estate);
    const answer = await ask(
      `select distinct link, speed_mbps, ports_up from host_nics where host_id = '${id}'`,
    );
    expect(rowsOf(answer)).toEqual([["unknown", null, null]]);
  });

  test("leaves its own addresses and those of its VMs as the last known", async () => {
    const { id } = silentHost(fixture.xo.estate);
    const own = [id, ...strandedVms(fixture.xo.estate).map((vm) => vm.id)];
    const answer = await ask(
      `select distinct is_current from addresses where object_id in (${own.map((each) => `'${each}'`).join()})`,
    );
    expect(rowsOf(answer)).toEqual([[0]]);
  });

  test("is not looked at for patches, and that is said", async () => {
    const { name_label } = silentHost(fixture.xo.estate);
    const answer = await ask("select count(*) from missing_patches");
    expect(warningsOf(answer)).toContain(
      `Hosts that do not run were not looked at for patches: ${name_label}.`,
    );
  });
});

describe("wishes of VMs", () => {
  const fixture = useXo({ situations: ["autostart-off", "ha-wished-in-vain"] });

  test("that their pool does not grant are told to be without effect", async () => {
    const answer = await call(signIn(fixture.xo), "query_sql", {
      sql: "select count(*), sum(auto_poweron), sum(auto_poweron_works = 0), sum(high_availability is not null), sum(high_availability_works = 0) from vms",
    });
    const [total = 0, autostart, ...others] = rowsOf(answer).flat();
    expect(Number(total)).toBeGreaterThan(Number(autostart));
    const wished = ofType(fixture.xo.estate, "VM").filter(
      ({ high_availability }) => high_availability !== "",
    ).length;
    expect(others).toEqual([autostart ?? null, wished, wished]);
  });
});

describe("patches that XO could not look for", () => {
  const fixture = useXo({ situations: ["patches-not-looked-at"] });

  test("are not told as none", async () => {
    const answer = await call(signIn(fixture.xo), "query_sql", {
      sql: "select count(*) from missing_patches",
    });
    expect(rowsOf(answer)).toEqual([[0]]);
    expect(warningsOf(answer)).toMatch(/Nothing is listed for .*: XO could not look at any host/);
  });
});

describe("an address", () => {
  test.each([
    ["2001:DB8:0:0::51", "2001:db8::51", 6, undefined, false],
    ["fe80:0::1%eth0/64", "fe80::1", 6, 64, true],
    ["10.20.0.30/255.255.255.0", "10.20.0.30", 4, 24, false],
    ["169.254.7.1", "169.254.7.1", 4, undefined, true],
  ] as const)("%s has one form", (text, address, version, length, isLinkLocal) => {
    expect(addressOf(text)).toEqual({ address, version, length, isLinkLocal });
  });

  test.each(["", "none", "10.20.0", "10.20.0.300"])("is not in %p", (text) => {
    expect(addressOf(text)).toBeUndefined();
  });
});

describe("the tables", () => {
  const fixture = useXo();

  test.each([...tables.keys()])("%s holds no secret, and its id is its key", async (name) => {
    const { stdout, exitCode } = await tryCall(signIn(fixture.xo), "query_sql", {
      sql: `select * from ${name}`,
    });
    expect(exitCode).toBe(0);
    expect(stdout).not.toMatch(/canary/i);
    const keys = await call(signIn(fixture.xo), "query_sql", {
      sql: `select count(*) - count(distinct id) from ${name}`,
    });
    expect(rowsOf(keys)).toEqual([[0]]);
  });

  test("of several kinds are told to be short where one kind is not seen", async () => {
    const role = [{ action: "read", resource: "vm", effect: "allow" }];
    await fixture.xo.setFaults([
      { match: { path: "/acl-privileges" }, body: JSON.stringify(role) },
    ]);
    const env = signIn(fixture.xo, "reader");
    const answer = await call(env, "query_sql", { sql: "select count(*) from tags" });
    expect(warningsOf(answer)).toMatch(/tags has only what this account sees\. .*hosts/);
    const none = await tryCall(env, "query_sql", { sql: "select count(*) from users" });
    expect(none.stderr).toContain("users cannot be read: this account may not see users.");
    await fixture.xo.clearFaults();
  });

  test("have no account without a role where XO does not tell who has which", async () => {
    const roles = [{ id: "1", name: "Custom", privilegeIds: [] }];
    await fixture.xo.setFaults([{ match: { path: "/acl-roles" }, body: JSON.stringify(roles) }]);
    const answer = await call(signIn(fixture.xo), "query_sql", {
      sql: "select name, roles from users where name like 'reader%'",
    });
    expect(rowsOf(answer)).toEqual([["reader@example.org", null]]);
    expect(warningsOf(answer)).toContain("This XO does not tell who has which role");
    await fixture.xo.clearFaults();
  });
});
