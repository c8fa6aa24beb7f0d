import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { closeSync, openSync, writeSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { CallToolResultSchema } from "@modelcontextprotocol/sdk/types.js";
import * as faults from "./faults/behaviours.ts";
import { RawSession } from "./faults/raw-session.ts";
import { serveFault } from "./faults/server.ts";
import { ask, binary, connect, signIn, tryCall, useXo, warningsOf } from "./harness.ts";

const fixture = useXo();
let client: Client;
beforeAll(async () => {
  client = await connect(signIn(fixture.xo));
});
afterAll(() => client.close());

async function refusal(name: string, args: Record<string, unknown>): Promise<string> {
  const result = CallToolResultSchema.parse(await client.callTool({ name, arguments: args }));
  const [block] = result.content;
  expect(result.isError).toBe(true);
  return block?.type === "text" ? block.text : "";
}

describe("an argument that has one meaning", () => {
  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ["list_vms", { filter: null, limit: null, pool_id: "" }, {}],
    ["list_vms", { limit: "2" }, { limit: 2 }],
    ["list_vms", { limit: " 2 ", offset: "1.0" }, { limit: 2, offset: 1 }],
    ["list_networks", { problems_only: "true" }, { problems_only: true }],
    ["list_networks", { problems_only: "False" }, { problems_only: false }],
    ["list_events", { kinds: "alarm" }, { kinds: ["alarm"] }],
    ["list_events", { kinds: '["alarm"]' }, { kinds: ["alarm"] }],
    ["list_events", { kinds: "alarm, task" }, { kinds: ["alarm", "task"] }],
    ["list_vms", { fields: ["id", "tags"] }, { fields: "id,tags" }],
    [
      "list_vms",
      { fields: '["id","tags"]', sort: ["-CPUs.number", "id"] },
      { fields: "id,tags", sort: "-CPUs.number,id" },
    ],
    ["list_vms", { filter: ["tags:prod"] }, { filter: "tags:prod" }],
    ["find_objects", { query: 10 }, { query: "10" }],
    ["get_infrastructure_summary", { anything: null }, {}],
  ])("is taken by %s: %j", async (name, given, meant) => {
    const answer = await ask(client, name, given);
    expect(withoutAges(answer)).toEqual(withoutAges(await ask(client, name, meant)));
  });

  test.each<[string, Record<string, unknown>, string]>([
    ["list_vms", { limit: "many" }, "limit: must be a whole number from 1"],
    ["list_vms", { limit: "1.5" }, "limit: must be a whole number from 1"],
    ["list_vms", { limit: "0x10" }, "limit: "],
    ["list_vms", { limit: true }, "limit: "],
    ["list_vms", { filter: ["tags:prod", "tags:test"] }, "filter: "],
    ["list_vms", { filter: {} }, "filter: "],
    ["list_networks", { problems_only: "yes" }, "problems_only: "],
    ["list_networks", { problems_only: 1 }, "problems_only: "],
    ["list_events", { kinds: "alarms" }, "must be one of"],
    ["get_vm_details", { vm_id: "" }, "vm_id: must not be empty"],
    ["get_vm_details", { vm_id: null }, "vm_id: is required"],
  ])("and another is refused by %s: %j", async (name, args, says) => {
    expect(await refusal(name, args)).toContain(says);
  });

  test("is none at a shell, where an unset variable must not widen the question", async () => {
    const env = signIn(fixture.xo);
    for (const args of [{ pool_id: "" }, { limit: "2" }, { filter: null }, { fields: ["id"] }]) {
      expect(await tryCall(env, "list_vms", args)).toMatchObject({ stdout: "", exitCode: 2 });
    }
  });
});

describe("an argument that hosts add by themselves", () => {
  test("is left out, and named", async () => {
    const answer = await ask(client, "list_pools", {
      task_progress: "- [x] look",
      toolCallId: "call_1",
      explanation: "to see",
      reason: "asked",
      user_context: {},
      _meta: {},
      limit: 1,
    });
    expect(answer).toMatchObject({ returned: 1 });
    for (const name of ["task_progress (Cline)", "toolCallId (n8n)", "_meta", "user_context"]) {
      expect(warningsOf(answer)).toContain(name);
    }
    expect(warningsOf(await ask(client, "list_pools", { limit: 1 }))).not.toContain("Left out");
  });

  test("for want of others is left out there alone", async () => {
    const answer = await ask(client, "check_connection", { random_string: "dummy" });
    expect(warningsOf(answer)).toContain("random_string (Cursor)");
    expect(await refusal("list_vms", { random_string: "dummy" })).toContain("random_string");
  });

  test.each(["power_state", "limt", "Limit", "poolId", "constructor"])(
    "is not %s, which would be a condition",
    async (name) => {
      const text = await refusal("list_vms", Object.fromEntries([[name, "x"]]));
      expect(text).toContain(`There is no argument ${name}`);
    },
  );
});

describe("every message with an id gets an answer", () => {
  const methods = [
    "initialize",
    "ping",
    "tools/list",
    "tools/call",
    "prompts/list",
    "prompts/get",
    "resources/list",
    "completion/complete",
    "logging/setLevel",
    "notifications/initialized",
    "nosuch",
    "",
  ];
  const shapes: unknown[] = [
    null,
    [],
    [1],
    "",
    "x",
    1,
    true,
    {},
    { _meta: null },
    { _meta: "x" },
    { _meta: { progressToken: {} } },
    { cursor: null },
    { cursor: 5 },
    { name: null, arguments: null },
    { name: 5, arguments: 5 },
    { name: "list_pools", arguments: [1] },
    { name: "list_pools", arguments: "x", task: 1 },
    { name: ["list_pools"] },
    { protocolVersion: 1, capabilities: null, clientInfo: "x" },
  ];

  test.each(methods)("%p, whatever its params are", async (method) => {
    await using session = new RawSession({ XO_URL: "http://127.0.0.1:1", XO_TOKEN: "0123456789" });
    await session.initialize();
    for (const params of shapes) {
      const answer = await session.request(method, params);
      expect("result" in answer || "error" in answer).toBe(true);
      expect(JSON.stringify(answer).length).toBeLessThan(100_000);
      expect(JSON.stringify(answer)).not.toMatch(/unexpectedly|TypeError|invalid_type|-32603/);
    }
    await session.end();
    expect(await session.exited).toBe(0);
    expect(await session.rest).toBe("");
  });

  test.each<[string, unknown, string | number | null]>([
    ["no method", { jsonrpc: "2.0", id: 7 }, 7],
    ["another method", { jsonrpc: "2.0", id: 7, method: 5 }, 7],
    ["no version", { id: "seven", method: "ping" }, "seven"],
    ["a field more", { jsonrpc: "2.0", id: 7, method: "ping", extra: 1 }, 7],
    ["half an id", { jsonrpc: "2.0", id: 7.5, method: "ping" }, 7.5],
    ["null as id", { jsonrpc: "2.0", id: null, method: "ping" }, null],
    ["an object as id", { jsonrpc: "2.0", id: {}, method: "ping" }, null],
  ])("with %s", async (_case, message, id) => {
    await using session = new RawSession({});
    await session.initialize();
    const answer = session.answerTo(id);
    session.send(`${JSON.stringify(message)}\n`);
    expect((await answer)["error"]).toMatchObject({ code: -32600 });
  });

  test("and no more than one: an answer to us, a notification and what is cut short get none", async () => {
    await using session = new RawSession({});
    await session.initialize();
    const cut = session.answerTo(8);
    session.send('{"jsonrpc":"2.0","id":8,"method":"ping",\n');
    expect((await cut)["error"]).toMatchObject({ code: -32700 });
    const none = [
      '{"jsonrpc":"2.0","method":"ping","params":{"id":9}',
      '{"jsonrpc":"2.0","id":9,"result":{}}',
      '{"jsonrpc":"2.0","id":9,"error":{}}',
      '{"jsonrpc":"2.0","method":"notifications/initialized","params":null}',
      '{"jsonrpc":"2.0","method":"notifications/nosuch","params":[]}',
    ];
    const wrong = session.answerTo(9);
    session.send(`${none.join("\n")}\n`);
    await session.request("ping");
    expect(await Promise.race([wrong, Bun.sleep(50)])).toBeUndefined();
  });

  test("in a batch, one each", async () => {
    await using session = new RawSession({});
    await session.initialize();
    const answers = [session.answerTo(21), session.answerTo(22)];
    session.send('[{"jsonrpc":"2.0","id":21,"method":"ping"},{"id":22},3]\n');
    const [pong, error] = await Promise.all(answers);
    expect(pong?.["result"]).toEqual({});
    expect(error?.["error"]).toMatchObject({ code: -32600 });
  });

  test("behind a byte order mark, with CRLF, in pieces", async () => {
    await using session = new RawSession({});
    const answers = [session.answerTo(31), session.answerTo(32)];
    const text = [31, 32]
      .map((id) => `${JSON.stringify({ jsonrpc: "2.0", id, method: "ping" })}\r\n`)
      .join("");
    for (const piece of ["\uFEFF", text.slice(0, 5), text.slice(5, 60), text.slice(60)]) {
      session.send(piece);
      await Bun.sleep(20);
    }
    for (const answer of await Promise.all(answers)) expect(answer["result"]).toEqual({});
  });

  test("with arguments that are null, empty or a text", async () => {
    using xo = serveFault(faults.emptyXo);
    await using session = new RawSession({ XO_URL: xo.url, XO_TOKEN: "canary-token-0123456789" });
    await session.initialize();
    for (const args of [null, [], "", "{}", '{"limit":1}', "null"]) {
      const answer = await session.request("tools/call", { name: "list_pools", arguments: args });
      expect(answer["result"]).toMatchObject({ structuredContent: { total: 0 } });
    }
  });
});

const [faketime] = new Bun.Glob("usr/lib/*/faketime/libfaketimeMT.so.1").scanSync("/");

// Debian's faketime makes ten minutes two seconds; a look for the parent still takes ten.
test.if(faketime !== undefined)(
  "a server whose parent is gone ends after ten minutes without a message, and not before",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "xo-mcp-parent-"));
    const path = join(folder, "pipe");
    Bun.spawnSync(["mkfifo", path]);
    // Open at both ends: whoever holds the other end of stdin is not the parent.
    const pipe = openSync(path, "r+");
    const fast = `env LD_PRELOAD=/${faketime} FAKETIME="+0 x300"`;
    const script = `exec 3<&0; ${fast} "$0" serve <&3 3<&- & sleep 1`;
    const child = Bun.spawn(["sh", "-c", script, binary], {
      env: { PATH: process.env["PATH"] ?? "" },
      stdin: pipe,
      stdout: "pipe",
    });
    let ended = 0;
    const answers = new Response(child.stdout).text().finally(() => {
      ended = performance.now();
    });
    const pings = 12;
    for (let id = 1; id <= pings; id += 1) {
      writeSync(pipe, `${JSON.stringify({ jsonrpc: "2.0", id, method: "ping" })}\n`);
      await Bun.sleep(1_000);
    }
    const lastPing = performance.now();
    expect((await answers).trimEnd().split("\n")).toHaveLength(pings);
    expect(ended - lastPing).toBeWithin(1_000, 15_000);
    closeSync(pipe);
    await rm(folder, { recursive: true });
  },
  60_000,
);

/** Two calls are moments apart, and an age is counted from each. */
function withoutAges(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, inner) => (/_ago$|^age_|read_at/.test(key) ? undefined : inner)),
  );
}
