import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { CallToolResultSchema } from "@modelcontextprotocol/sdk/types.js";
import * as z from "zod";
import { catalog } from "../src/catalog.ts";
import { binary, call, connect, signIn, useXo } from "./harness.ts";
import { samples } from "./samples.ts";
import { ofType } from "./xo/estate/records.ts";

const fixture = useXo();

/** The brief's tools with the parameters it gives them. */
const brief: Record<string, string[]> = {
  check_connection: [],
  list_pools: ["fields"],
  get_pool_dashboard: ["pool_id"],
  list_hosts: ["filter", "fields"],
  list_vms: ["filter", "fields", "limit"],
  get_vm_details: ["vm_id"],
  get_infrastructure_summary: [],
  search_documentation: ["topic"],
};

async function answer(client: Client, name: string, args: Record<string, unknown> = {}) {
  // A result of the shape of the first protocol versions parses as well; ours is never one.
  const result = CallToolResultSchema.parse(await client.callTool({ name, arguments: args }));
  const [block] = result.content;
  expect(result.content).toHaveLength(1);
  return { ...result, text: block?.type === "text" ? block.text : "" };
}

/** Whose overview is shorter for a reader with a budget; see its own tests. */
const shortened = new Set(["get_health_report"]);

/** Characters of a sample's answer on a large estate. */
const longest = 6_000;

describe("an MCP client", () => {
  let client: Client;
  beforeAll(async () => {
    client = await connect(signIn(fixture.xo));
  });
  afterAll(() => client.close());

  test("finds the brief's tools and parameters", async () => {
    const { tools } = await client.listTools();
    const offered = new Map(
      tools.map((tool) => [tool.name, Object.keys(tool.inputSchema.properties ?? {})]),
    );
    for (const [name, parameters] of Object.entries(brief)) {
      expect(offered.get(name)).toEqual(expect.arrayContaining(parameters));
    }
  });

  test("is told of every tool that it only reads", async () => {
    const { tools } = await client.listTools();
    for (const { annotations, outputSchema, title } of tools) {
      expect(annotations).toEqual({
        readOnlyHint: true,
        destructiveHint: false,
        idempotentHint: true,
        openWorldHint: false,
      });
      expect(outputSchema?.type).toBe("object");
      expect(title).toBeString();
    }
  });

  test.each(samples.filter(([name]) => !shortened.has(name)))(
    "gets from %s the same as the shell, as data and as text",
    async (name, args) => {
      const overMcp = await answer(client, name, args);
      expect(overMcp.isError).not.toBe(true);
      expect(JSON.parse(overMcp.text)).toEqual(overMcp.structuredContent);
      const fromShell = await call(signIn(fixture.xo), name, args);
      expect(withoutAges(overMcp.structuredContent)).toEqual(withoutAges(fromShell));
    },
  );

  test("is told the known arguments when one is wrong", async () => {
    const { isError, text } = await answer(client, "list_vms", { limt: 5 });
    expect(isError).toBe(true);
    expect(text).toBe(
      "list_vms: There is no argument limt; did you mean limit?\nIt takes: filter, fields, limit, offset, sort, pool_id, host_id.",
    );
  });

  test("is told that nothing here writes when it asks for a tool that would", async () => {
    const { isError, text } = await answer(client, "stop_vm", { vm_id: "web-prod-001" });
    expect(isError).toBe(true);
    expect(text).toContain("All tools read and none writes");
    expect(text).toContain("XO's own interface");
  });

  test("gets the overview prompt, which names the tool to call", async () => {
    const { messages } = await client.getPrompt({ name: "infrastructure-overview" });
    expect(JSON.stringify(messages)).toContain("get_infrastructure_summary");
    expect(client.getPrompt({ name: "nosuch" })).rejects.toThrow("There is no prompt");
  });

  test("cancels a call and goes on with the next", async () => {
    const { xo } = fixture;
    await xo.setFaults([{ match: { path: "^/rest/v0/pools" }, delayMs: 20_000 }]);
    const cancelled = new AbortController();
    // What was read a moment ago would be answered at once.
    const call = { name: "list_pools", arguments: { filter: "name_label:cancelled" } };
    const asked = client.callTool(call, undefined, { signal: cancelled.signal });
    setTimeout(() => cancelled.abort(), 200);
    expect(asked).rejects.toThrow();
    await xo.clearFaults();
    expect((await answer(client, "list_pools")).isError).not.toBe(true);
  });
});

describe("on a large estate, an answer is short", () => {
  const large = useXo({ size: "large" });
  let client: Client;
  beforeAll(async () => {
    client = await connect(signIn(large.xo));
  });
  afterAll(() => client.close());

  test.each(samples)("%s %j", async (name, args) => {
    // Every pool has a storage of that name.
    const storage = ofType(large.xo.estate, "SR").find((sr) => sr.name_label === args["sr_id"]);
    const { isError, text } = await answer(client, name, {
      ...args,
      ...(storage && { sr_id: storage.id }),
    });
    expect({ isError, text }).toMatchObject({ isError: undefined });
    expect(text.length).toBeLessThanOrEqual(longest);
  });

  const lists = catalog.filter(
    ({ name, input }) => /^(?:list|query)_/.test(name) && "limit" in input.shape,
  );
  test.each(lists.map(({ name }) => [name]))("%s without a limit", async (name) => {
    const [, args = {}] = samples.find(([sample]) => sample === name) ?? [];
    const { limit: _limit, group_by: _groups, ...rest } = args;
    const storage = ofType(large.xo.estate, "SR").find((sr) => sr.name_label === args["sr_id"]);
    const { text } = await answer(client, name, {
      ...rest,
      ...(storage && { sr_id: storage.id }),
    });
    expect(text.length).toBeLessThanOrEqual(8_000);
  });
});

describe("serve", () => {
  test.each([
    ["nothing is set", {}],
    ["XO is down", { XO_URL: "http://127.0.0.1:1", XO_TOKEN: "x" }],
    ["a variable is wrong", { XO_URL: "xo.example.com", XO_TOKEN: "x", XO_MCP_MAX_CHARS: "many" }],
  ])("starts and lists its tools when %s; the call explains", async (_case, env) => {
    const client = await connect(env);
    expect((await client.listTools()).tools).toHaveLength(catalog.length);
    const { isError, text } = await answer(client, "list_vms");
    expect(isError).toBe(true);
    expect(text).toMatch(/XO_URL/);
    const check = await answer(client, "check_connection");
    expect(check.isError).not.toBe(true);
    expect(check.structuredContent).toMatchObject({ ok: false });
    await client.close();
  });

  test("is what runs without a command when stdin is no terminal", async () => {
    const client = await connect({}, []);
    expect((await client.listTools()).tools).toHaveLength(catalog.length);
    await client.close();
  });

  test("keeps an answer within the budget", async () => {
    const { xo } = fixture;
    const client = await connect({ ...signIn(xo), XO_MCP_MAX_CHARS: "4000" });
    const { structuredContent, text } = await answer(client, "list_vms");
    expect(text.length).toBeLessThan(4_000);
    const { returned, next_offset } = z
      .looseObject({ returned: z.number(), next_offset: z.number() })
      .parse(structuredContent);
    expect(next_offset).toBe(returned);
    await client.close();
  });

  test("answers what was asked before stdin ended, with nothing but frames, and exits 0", async () => {
    const { frames, exitCode } = await pipe(signIn(fixture.xo), [
      initialize,
      { jsonrpc: "2.0", method: "notifications/initialized" },
      { jsonrpc: "2.0", id: 2, method: "tools/call", params: { name: "list_pools" } },
    ]);
    expect(frames.map(({ id }) => id)).toEqual([1, 2]);
    expect(exitCode).toBe(0);
  });

  test("waits no longer than two seconds for a call in flight once stdin has ended", async () => {
    const { xo } = fixture;
    await xo.setFaults([{ match: { path: "^/rest/v0/pools" }, delayMs: 20_000 }]);
    const start = performance.now();
    const { exitCode } = await pipe(signIn(xo), [
      initialize,
      { jsonrpc: "2.0", id: 2, method: "tools/call", params: { name: "list_pools" } },
    ]);
    await xo.clearFaults();
    expect(exitCode).toBe(0);
    expect(performance.now() - start).toBeWithin(1_500, 8_000);
  });

  test.each(["SIGINT", "SIGTERM"] as const)("ends cleanly on %s", async (signal) => {
    const child = Bun.spawn([binary, "serve"], { env: {}, stdin: "pipe", stdout: "pipe" });
    child.stdin.write(`${JSON.stringify(initialize)}\n`);
    await child.stdin.flush();
    const { value } = await child.stdout.getReader().read();
    expect(JSON.parse(new TextDecoder().decode(value))).toMatchObject({ id: 1 });
    child.kill(signal);
    expect(await child.exited).toBe(0);
  });

  test("goes on after a line that is no JSON", async () => {
    const child = Bun.spawn([binary, "serve"], {
      env: {},
      stdin: new Blob(["{oops\n", `${JSON.stringify(initialize)}\n`]),
      stdout: "pipe",
    });
    expect(JSON.parse(await new Response(child.stdout).text())).toMatchObject({ id: 1 });
    expect(await child.exited).toBe(0);
  });
});

const initialize = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "test", version: "1" },
  },
};

const Frame = z.looseObject({ jsonrpc: z.literal("2.0"), id: z.number().optional() });

/** Sends these messages, ends stdin, and reads what comes: every line must be a frame. */
async function pipe(env: Record<string, string>, messages: object[]) {
  const lines = messages.map((message) => `${JSON.stringify(message)}\n`);
  const child = Bun.spawn([binary, "serve"], { env, stdin: new Blob(lines), stdout: "pipe" });
  const text = await new Response(child.stdout).text();
  const frames = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => Frame.parse(JSON.parse(line)));
  return { frames, exitCode: await child.exited };
}

/** Two calls are moments apart: an age is counted from each, and what was read is told by the moment. */
function withoutAges(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, inner) => (/_ago$|^age_|^read_at$/.test(key) ? undefined : inner)),
  );
}
