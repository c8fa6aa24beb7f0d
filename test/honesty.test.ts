import { afterEach, describe, expect, test } from "bun:test";
import * as z from "zod";
import { catalog } from "../src/catalog.ts";
import {
  type Answer,
  call,
  connect,
  itemsOf,
  run,
  signIn,
  tryCall,
  useXo,
  warningsOf,
} from "./harness.ts";
import { ofType } from "./xo/estate/records.ts";
import type { AccountName, FaultRule } from "./xo/start.ts";

const fixture = useXo({ pools: 2, hosts: 4, vms: 10 });

afterEach(async () => {
  const { xo } = fixture;
  await xo.clearFaults();
  await xo.setMcp(true);
  for (const { id, poolId } of xo.estate.servers) {
    if (poolId !== undefined) await xo.reconnectServer(id);
  }
});

const lists = ["list_hosts", "list_pools", "list_vms"];

/** The tools whose answer counts or lists what XO holds. */
const overviews = [...lists, "get_infrastructure_summary"];

const server = (at: number) => {
  const found = fixture.xo.estate.servers[at];
  if (found === undefined) throw new Error(`the estate has no server ${at}`);
  return found;
};

async function withFault(fault: FaultRule, tool: string, args = {}): Promise<Answer> {
  await fixture.xo.setFaults([fault]);
  return call(signIn(fixture.xo), tool, args);
}

describe("an answer warns", () => {
  test.each(overviews)("in %s that the account sees only a part", async (tool) => {
    const answer = await call(signIn(fixture.xo, "reader"), tool);
    expect(JSON.stringify(answer)).toMatch(
      /what this account may see|this account may see only some/,
    );
    const whole = await call(signIn(fixture.xo), tool);
    expect(JSON.stringify(whole)).not.toContain("this account may");
  });

  test.each(overviews)("in %s which pools XO has lost, and why", async (tool) => {
    const { xo } = fixture;
    await xo.disconnectServer(server(1).id, { error: { code: "EHOSTUNREACH" } });
    const said = warningsOf(await call(signIn(xo), tool));
    expect(said).toContain("XO is not connected to ");
    expect(said).toContain(`${String(server(1)["label"])} (disconnected: EHOSTUNREACH)`);
    expect(said).toContain("vienna (disconnected: ECONNREFUSED)");
    expect(said).toContain("the objects of these pools are missing here");
  });

  test("of an error of a connection by its code only: its message may hold an address", async () => {
    const { xo } = fixture;
    const error = { code: "x:CANARY", message: "https://root:CANARY@host" };
    await xo.disconnectServer(server(1).id, { error });
    const said = warningsOf(await call(signIn(xo), "list_pools"));
    expect(said).toContain(`${String(server(1)["label"])} (disconnected)`);
    expect(said).not.toContain("CANARY");
  });

  test.each(overviews)("in %s when who it is cannot be asked", async (tool) => {
    const answer = await withFault({ match: { path: "/users/me" }, status: 500 }, tool);
    expect(warningsOf(answer)).toContain(
      "Whether this account sees everything could not be checked",
    );
  });

  test.each(overviews)("in %s when the connections cannot be asked", async (tool) => {
    const answer = await withFault({ match: { path: "/servers\\?" }, status: 500 }, tool);
    expect(warningsOf(answer)).toContain("Whether XO is connected to all its pools could not be");
  });

  test.each([
    ["get_infrastructure_summary", "vms", {}],
    ["get_infrastructure_summary", "hosts", {}],
    ["get_infrastructure_summary", "srs", {}],
    ["get_pool_dashboard", "vms", { pool_id: "Paris-DC1" }],
    ["get_pool_dashboard", "alarms", { pool_id: "Paris-DC1" }],
    ["list_vms", "servers", {}],
  ])("in %s of %s in a form that it does not know", async (tool, collection, args) => {
    const body = JSON.stringify([{ id: 17 }, { name_label: [] }]);
    const path = `/rest/v0/${collection}\\?`;
    const answer = await withFault({ match: { path }, body }, tool, args);
    expect(warningsOf(answer)).toContain(
      `2 of 2 ${collection} were left out: XO sent them in an unknown form.`,
    );
  });

  test.each([
    ["expired", { vms: { topFiveUsage: { isExpired: true, cpu: [], ram: [] } } }, "a minute old"],
    ["empty", { hosts: {}, vms: { isEmpty: true } }, "Not told by XO's dashboard"],
    ["an error", { cpuProvisioning: { error: true } }, "XO sent it in an unknown form"],
  ])("of a part of the dashboard that is %s", async (_case, body, said) => {
    const answer = await withFault(
      { match: { path: "/dashboard" }, body: JSON.stringify(body) },
      "get_pool_dashboard",
      { pool_id: "Paris-DC1" },
    );
    expect(warningsOf(answer)).toContain(said);
    expect(answer).toMatchObject({ pool: { name_label: "Paris-DC1" } });
  });

  test("of a dashboard that failed, and still says what the lists do", async () => {
    const answer = await withFault(
      { match: { path: "/dashboard" }, status: 500, body: "{}" },
      "get_pool_dashboard",
      { pool_id: "Paris-DC1" },
    );
    const vms = ofType(fixture.xo.estate, "VM").filter(
      ({ $poolId }) => $poolId === ofType(fixture.xo.estate, "pool")[0]?.id,
    );
    expect(answer).toMatchObject({ vms: { total: vms.length } });
    expect(warningsOf(answer)).toContain("Not told by XO's dashboard: top hosts by CPU");
  });

  test("of what the budget cut, in the one place for it", async () => {
    const client = await connect({ ...signIn(fixture.xo), XO_MCP_MAX_CHARS: "2000" });
    const result = await client.callTool({ name: "list_vms", arguments: { fields: "*" } });
    await client.close();
    expect(JSON.stringify(result.structuredContent)).toMatch(/"warnings":\[.*Only \d+ of 10 items/);
  });

  test("in one list of sentences, which says each once", async () => {
    const { warnings } = await call(signIn(fixture.xo, "reader"), "get_pool_dashboard", {
      pool_id: "Paris-DC1",
    });
    const sentences = String(JSON.stringify(warnings));
    expect(Array.isArray(warnings)).toBe(true);
    expect(new Set(JSON.parse(sentences)).size).toBe(JSON.parse(sentences).length);
  });
});

describe("an empty list is never bare", () => {
  const cases: [string, AccountName, () => Promise<void>][] = [
    ["for an account that may see nothing", "nobody", async () => {}],
    [
      "when XO has lost every pool",
      "admin",
      async () => {
        for (const { id, poolId } of fixture.xo.estate.servers) {
          if (poolId !== undefined) await fixture.xo.disconnectServer(id);
        }
      },
    ],
    [
      "when XO has just been started",
      "admin",
      async () => {
        for (const { id, poolId } of fixture.xo.estate.servers) {
          if (poolId !== undefined) await fixture.xo.disconnectServer(id, { status: "connecting" });
        }
      },
    ],
    [
      "when XO has no pool at all",
      "admin",
      () =>
        fixture.xo.setFaults([
          { match: { path: "/rest/v0/(?:servers|pools|hosts|vms|srs)\\?" }, body: "[]" },
        ]),
    ],
  ];

  describe.each(cases)("%s", (_case, account, prepare) => {
    test.each(lists)("in %s, in each format", async (tool) => {
      await prepare();
      const env = signIn(fixture.xo, account);
      const answer = await call(env, tool);
      expect(answer).toMatchObject({ total: 0, items: [] });
      expect(warningsOf(answer)).not.toBe("");
      for (const format of ["table", "ndjson"]) {
        const { stdout, stderr } = await tryCall(env, tool, {}, format);
        expect(stdout.trim()).toBe("");
        expect(stderr).toContain(warningsOf(answer).split("\n")[0] ?? "none");
      }
    });

    test("in the summary, which counts nothing", async () => {
      await prepare();
      const answer = await call(signIn(fixture.xo, account), "get_infrastructure_summary");
      if (account === "admin") expect(answer).toMatchObject({ vms: { total: 0 } });
      else expect(answer).not.toHaveProperty("vms");
      expect(warningsOf(answer)).not.toBe("");
    });

    test("over MCP", async () => {
      await prepare();
      const client = await connect(signIn(fixture.xo, account));
      const result = await client.callTool({ name: "list_vms", arguments: {} });
      await client.close();
      expect(result.structuredContent).toMatchObject({ total: 0 });
      expect(JSON.stringify(result.structuredContent)).toContain('"warnings":["');
    });
  });

  const fromXo = catalog.filter(({ name }) => !/^(?:check_connection|search_docu)/.test(name));

  test.each(fromXo.map((tool) => [tool.name, tool] as const))(
    "from %s, whatever it tells, to an account that may see nothing",
    async (name, { input }) => {
      const known: Record<string, string> = { collection: "vms", metric: "cpu", query: "web" };
      const required = Object.entries(input.shape).filter(
        ([, type]) => !z.safeParse(type, undefined).success,
      );
      const args = Object.fromEntries(required.map(([key]) => [key, known[key] ?? "any"]));
      // Without one it tells its tables.
      if (name === "query_sql") args["sql"] = "select count(*) from vms";
      const { stdout, stderr, exitCode } = await tryCall(signIn(fixture.xo, "nobody"), name, args);
      if (exitCode === 0) expect(warningsOf(JSON.parse(stdout))).not.toBe("");
      else expect(stderr).toMatch(/may not (?:see|read)/);
    },
  );

  test("nor is what was not found said not to be", async () => {
    const { stderr, exitCode } = await tryCall(signIn(fixture.xo, "nobody"), "get_vm_details", {
      vm_id: "web-prod-001",
    });
    expect(exitCode).toBe(5);
    expect(stderr).toContain("This account may not see it");
  });
});

describe("check_connection says whether the account could write:", () => {
  const accountStep = async (account: AccountName) => {
    const answer = await call(signIn(fixture.xo, account), "check_connection");
    const step = itemsOf(answer, "steps").find(({ step: name }) => name === "account");
    return { answer, step };
  };
  const privileges = (body: object[]): Promise<void> =>
    fixture.xo.setFaults([{ match: { path: "/acl-privileges\\?" }, body: JSON.stringify(body) }]);

  test("an administrator could change everything, and less is enough", async () => {
    const { answer, step } = await accountStep("admin");
    expect(answer).toMatchObject({ ok: true, account_can_write: true });
    expect(step).toMatchObject({
      status: "warning",
      detail: expect.stringContaining("an administrator: it could change everything"),
      hint: expect.stringContaining('the role "Read only"'),
    });
    const { exitCode } = await run(["check"], signIn(fixture.xo));
    expect(exitCode).toBe(0);
  });

  test("one that may read, cannot", async () => {
    const { answer, step } = await accountStep("reader");
    expect(answer).toMatchObject({ ok: true, account_can_write: false });
    expect(step).toMatchObject({
      status: "ok",
      detail: expect.stringContaining("it can only read"),
    });
    expect(step?.["hint"]).toContain("Sees only some of: alarm");
  });

  test("one without a role sees nothing, which is said", async () => {
    const { answer, step } = await accountStep("nobody");
    expect(answer).toMatchObject({ account_can_write: false });
    expect(step).toMatchObject({ detail: expect.stringContaining("none lets it see anything") });
  });

  test("a role with more than reading is named by what it allows", async () => {
    await privileges([
      { action: "read", resource: "vm", effect: "allow" },
      { action: "start", resource: "vm", effect: "allow" },
      { action: "*", resource: "network", effect: "allow" },
      { action: "delete", resource: "vdi", effect: "deny" },
    ]);
    const { answer, step } = await accountStep("reader");
    expect(answer).toMatchObject({ ok: true, account_can_write: true });
    expect(String(step?.["detail"])).toEndWith("it could do more than read: network *, vm start");
    expect(step).toMatchObject({
      status: "warning",
      hint: expect.stringContaining('the role "Read only"'),
    });
  });

  test("what is only denied is no right", async () => {
    await privileges([
      { action: "read", resource: "vm", effect: "allow" },
      { action: "start", resource: "vm", effect: "deny" },
    ]);
    const { answer } = await accountStep("reader");
    expect(answer).toMatchObject({ account_can_write: false });
  });

  test("where XO does not tell, that is what is said", async () => {
    await fixture.xo.setFaults([{ match: { path: "/acl-privileges" }, status: 500, body: "{}" }]);
    const { answer, step } = await accountStep("reader");
    expect(answer).not.toHaveProperty("account_can_write");
    expect(step).toMatchObject({
      status: "warning",
      detail: expect.stringContaining("is not known"),
    });
  });
});

describe("the operator's switch", () => {
  test.each([...overviews, "check_connection"])("is told as a decision by %s", async (tool) => {
    const { xo } = fixture;
    await xo.setMcp(false);
    const { stdout, stderr, exitCode } = await tryCall(signIn(xo), tool);
    const said = stdout + stderr;
    expect(exitCode).toBe(tool === "check_connection" ? 0 : 3);
    expect(said).toContain("The operator of this XO has switched off access for AI assistants");
    expect(said).toContain("That is the operator's decision: ask them.");
    // No way around it: no header, no other client.
    expect(said).not.toMatch(/X-XO-Client|header|curl|browser/);
  });

  test("is obeyed: every request says what asks", async () => {
    const { xo } = fixture;
    await xo.clearRequests();
    await call(signIn(xo), "get_infrastructure_summary");
    const clients = (await xo.requests()).map(({ headers }) => headers["x-xo-client"]);
    expect(new Set(clients)).toEqual(new Set(["mcp"]));
  });
});

describe("who asks for a change is told that nothing here writes", () => {
  const changes = ["stop_vm", "start_vm", "delete_snapshot", "create_vm", "run_backup_job"];

  test.each(changes)("over MCP: %s", async (name) => {
    const client = await connect(signIn(fixture.xo));
    const { isError, content } = await client.callTool({ name, arguments: { id: "x" } });
    await client.close();
    expect(isError).toBe(true);
    expect(JSON.stringify(content)).toMatch(/none writes.*XO's own interface/);
  });

  test.each(changes)("on the command line: call %s", async (name) => {
    const { stdout, stderr, exitCode } = await run(["call", name, "--vm_id", "x"], {});
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
    expect(stderr).toContain("All only read; changes are made in XO's own interface.");
  });

  test("by the server's instructions", async () => {
    const client = await connect({});
    expect(client.getInstructions()).toContain("No tool changes anything; for a change, tell");
    await client.close();
  });
});
