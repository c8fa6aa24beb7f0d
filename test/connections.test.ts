import { afterEach, describe, expect, test } from "bun:test";
import { catalog } from "../src/catalog.ts";
import { call, itemsOf, run, signIn, tryCall, useXo, warningsOf } from "./harness.ts";
import { answering, health } from "./health.ts";

/** The tools that answer without an argument, of the state of an infrastructure. */
const overviews = catalog
  .filter(({ input }) => input.safeParse({}).success)
  .map(({ name }) => name)
  // Without a statement query_sql tells its tables, and looks at nothing.
  .filter((name) => !["check_connection", "query_sql", "search_documentation"].includes(name));

describe("an XO that has just started", () => {
  const fixture = useXo({ situations: ["just-started"] });

  test("is met by every tool that needs no argument", () => {
    expect(overviews.length).toBeGreaterThan(12);
  });

  test.each(overviews)("makes %s say that nothing is shown yet", async (tool) => {
    const said = warningsOf(await call(signIn(fixture.xo), tool));
    for (const { label } of fixture.xo.estate.servers) expect(said).toContain(String(label));
    expect(said).toContain("shows no object of");
    expect(said).toContain("Ask again in a minute");
  });

  test("leaves no check of the health report on pools fine", async () => {
    const answer = await call(signIn(fixture.xo), "get_health_report");
    const reasons = itemsOf(answer, "unknown").map(({ reason }) => String(reason));
    expect(reasons.join()).toContain("shows no object of");
    expect([answer["fine"]].flat()).not.toContain("vm-not-backed-up");
    expect([answer["fine"]].flat()).not.toContain("storage-nearly-full");
  });

  test("is a warning of check, which says that the connections stand", async () => {
    const { stdout, exitCode } = await run(["check"], signIn(fixture.xo));
    expect(exitCode).toBe(0);
    expect(stdout).toContain("1 of 1 connected. XO shows no object of");
  });

  test("is why an object is not found", async () => {
    const { stderr, exitCode } = await tryCall(signIn(fixture.xo), "get_vm_details", {
      vm_id: "web-prod-001",
    });
    expect(exitCode).toBe(5);
    expect(stderr).toContain("check_connection tells");
  });
});

describe("a connection", () => {
  const fixture = useXo();
  afterEach(() => fixture.xo.clearFaults());

  const serversWith = (change: object) => {
    const { servers } = fixture.xo.estate;
    const connected = servers.filter(({ status }) => status === "connected");
    return answering(
      "servers",
      connected.map((server) => ({ ...server, ...change })),
    );
  };

  test("without events for minutes shows what is old, and check warns of it", async () => {
    // XO puts the error of the last try beside a state that has not changed yet.
    await fixture.xo.setFaults([serversWith({ error: { code: "ETIMEDOUT" } })]);
    const said = warningsOf(await call(signIn(fixture.xo), "list_vms"));
    expect(said).toContain("has had no event from");
    expect(said).toContain("(connected: ETIMEDOUT)");
    const { stdout } = await run(["check"], signIn(fixture.xo));
    expect(stdout).toContain("what it shows of these pools is old");
  });

  test("that stands is worth no word", async () => {
    await fixture.xo.setFaults([serversWith({ error: null })]);
    expect(warningsOf(await call(signIn(fixture.xo), "list_vms"))).toBe("");
  });

  const twice = (status: string) => {
    const { servers } = fixture.xo.estate;
    const [first] = servers.filter(({ status: now }) => now === "connected");
    if (first === undefined) throw new Error("the estate has no connected server");
    const { poolId, ...entry } = { poolId: "", ...first, id: "second", label: "second entry" };
    const error = { name: "PoolAlreadyConnected", poolId, connectedServerId: first.id };
    return answering("servers", [
      { ...first, status },
      { ...entry, status: "disconnected", enabled: true, error },
    ]);
  };

  test("that is the second to one pool leaves nothing out, and may be removed", async () => {
    await fixture.xo.setFaults([twice("connected")]);
    expect(warningsOf(await call(signIn(fixture.xo), "list_vms"))).toBe("");
    const report = await health(signIn(fixture.xo));
    expect(report.found.get("server-entry-double")).toEqual(["second"]);
    expect(report.found.has("server-disconnected")).toBe(false);
    expect([...report.unknown.values()].join()).not.toContain("not connected");
  });

  test("that was the second is a lost one when the first is gone", async () => {
    await fixture.xo.setFaults([twice("disconnected")]);
    expect(warningsOf(await call(signIn(fixture.xo), "list_vms"))).toContain("second entry");
    const report = await health(signIn(fixture.xo));
    expect(report.found.get("server-disconnected")).toContain("second");
    expect(report.found.has("server-entry-double")).toBe(false);
  });

  test("to a pool that the account may not see is no silent one", async () => {
    await fixture.xo.setFaults([serversWith({ poolId: "0b1f8a4e-5c1e-4f5e-9d2a-3c4d5e6f7a8b" })]);
    const admin = warningsOf(await call(signIn(fixture.xo), "list_vms"));
    expect(admin).toContain("shows no object of");
    const reader = warningsOf(await call(signIn(fixture.xo, "reader"), "list_vms"));
    expect(reader).not.toContain("shows no object of");
  });
});
