import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { catalog } from "../src/catalog.ts";
import { collections } from "../src/xo/routes.ts";
import {
  binary,
  call,
  type Environment,
  type Outcome,
  run,
  signIn,
  tryCall,
  useXo,
  warningsOf,
} from "./harness.ts";
import { canary } from "./xo/estate/canary.ts";
import { ofType } from "./xo/estate/records.ts";
import { trap } from "./xo/estate/traps.ts";
import type { FaultRule } from "./xo/start.ts";

const fixture = useXo();

/** Every made-up secret begins so; host names come back in lower case. */
const leak = /canary[-\w]*/gi;

/** What of `said` is a secret. */
function leaksIn(...said: string[]): string[] {
  return said.flatMap((text) => text.match(leak) ?? []);
}

const api = "/rest/v0";

async function rawXo(path: string): Promise<string> {
  const cookie = `authenticationToken=${fixture.xo.account("admin").token}`;
  const response = await fetch(`${fixture.xo.url}${api}${path}`, { headers: { cookie } });
  expect(response.status).toBe(200);
  return response.text();
}

interface Request {
  method: string;
  params: Record<string, unknown>;
}

const Frame = z.looseObject({
  id: z.number().optional(),
  result: z.looseObject({ isError: z.boolean().optional() }).optional(),
});
type Frame = z.output<typeof Frame>;

interface Conversation {
  stdout: string;
  stderr: string;
  /** In the order of the requests. */
  frames: Frame[];
}

/** Asks a server all of this at once; what it wrote until it had answered everything and ended. */
async function converse(env: Environment, requests: Request[]): Promise<Conversation> {
  const child = Bun.spawn([binary, "serve", "--verbose"], {
    env,
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
  });
  const start = {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "test", version: "1" },
  };
  const all: Request[] = [{ method: "initialize", params: start }, ...requests];
  const stderr = new Response(child.stderr).text();
  child.stdin.write(
    all.map((request, id) => `${JSON.stringify({ jsonrpc: "2.0", id, ...request })}\n`).join(""),
  );
  await child.stdin.flush();
  let stdout = "";
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout) {
    stdout += decoder.decode(chunk, { stream: true });
    if (stdout.split("\n").length > all.length) await child.stdin.end();
  }
  const frames = stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => Frame.parse(JSON.parse(line)))
    .toSorted((a, b) => (a.id ?? 0) - (b.id ?? 0));
  expect(frames).toHaveLength(all.length);
  expect(await child.exited).toBe(0);
  return { stdout, stderr: await stderr, frames: frames.slice(1) };
}

function toolCall(name: string, args: Record<string, unknown> = {}): Request {
  return { method: "tools/call", params: { name, arguments: args } };
}

/** A call of each tool that finds what it asks for. */
function everyTool(): Request[] {
  const { estate } = fixture.xo;
  const known: Record<string, unknown> = {
    pool_id: ofType(estate, "pool")[0]?.id,
    host_id: ofType(estate, "host")[0]?.id,
    sr_id: ofType(estate, "SR")[0]?.id,
    vm_id: trap(estate, "night-cpu").id,
    object_id: trap(estate, "night-cpu").id,
    metric: "cpu",
    topic: "backups",
    collection: "tasks",
    query: "web",
  };
  return catalog.map(({ name, input }) => {
    const required = Object.entries(input.shape).filter(
      ([, type]) => !z.safeParse(type, undefined).success,
    );
    return toolCall(name, Object.fromEntries(required.map(([key]) => [key, known[key]])));
  });
}

/** The calls that may show XO's own records, each with what it needs beside the fields. */
const lists: [string, string, Record<string, unknown>][] = catalog
  .filter(({ input }) => "fields" in input.shape)
  .flatMap(({ name, input }): [string, string, Record<string, unknown>][] =>
    "collection" in input.shape
      ? collections.map((collection) => [`${name} of ${collection}`, name, { collection }])
      : [[name, name, {}]],
  );

describe("the test XO", () => {
  test.each([
    ["/users?fields=*", "otp-admin"],
    ["/users?fields=*", "ssh-reader"],
    ["/users/me/authentication_tokens?fields=*", "token-admin"],
    ["/proxies?fields=*", "proxy-token"],
    ["/servers?fields=*", "server-proxy"],
    ["/backup-repositories?fields=*", "remote-s3"],
    ["/backup-repositories?fields=*", "remote-query"],
    ["/backup-repositories?fields=*", "remote-options"],
    ["/backup-repositories?fields=*", "remote-error"],
    ["/vms?fields=*", "vm-other"],
    ["/vms?fields=*", "vm-xenstore"],
    ["/vm-snapshots?fields=*", "vm-xenstore"],
    ["/vm-templates?fields=*", "vm-other"],
    ["/hosts?fields=*", "host-license"],
    ["/hosts?fields=*", "host-other-config"],
    ["/pools?fields=*", "pool-client"],
    ["/pbds?fields=*", "pbd-chap"],
    ["/pbds?fields=*", "pbd-cifs"],
    ["/srs?fields=*", "sr-other-config"],
    ["/vdis?fields=*", "vdi-other-config"],
    ["/vifs?fields=*", "vif-other-config"],
    ["/networks?fields=*", "network-other-config"],
    ["/tasks?fields=*", "task-password"],
    ["/tasks?fields=*", "task-params-url"],
    ["/tasks?fields=*", "task-result-token"],
    ["/tasks?fields=*", "task-result-message"],
    ["/tasks?fields=*", "task-stack"],
    ["/backup-logs?fields=*", "run-license"],
    ["/backup-logs?fields=*", "run-mount"],
  ])("has in %s the secret %s, so that a leak would show", async (path, name) => {
    expect(await rawXo(path)).toContain(canary(name));
  });

  test("would tell a secret by the number of matches", async () => {
    const word = canary("vm-xenstore").slice(0, 14);
    const all = ofType(fixture.xo.estate, "VM").length;
    expect(JSON.parse(await rawXo(`/vms?filter=${word}`))).toHaveLength(all);
    expect(JSON.parse(await rawXo("/vms?filter=CANARY-w"))).toHaveLength(0);
  });
});

/** The secret fields of the facts page, and what others are called. */
const secretFields = [
  "other",
  "otherConfig",
  "other_config",
  "xenStoreData",
  "xenstore_data",
  "license_params",
  "device_config",
  "preferences",
  "pw_hash",
  "url",
  "httpProxy",
  "options",
  "params",
  "result",
  "password",
  "authenticationToken",
];

/** Where in XO's records words would reach a secret, without its own name. */
const above = [
  "tasks",
  "tasks:0",
  "tasks:0:tasks",
  "tasks:0:tasks:0",
  "tasks:0:tasks:0:data",
  "tasks:0:tasks:0:data:poolMaster",
  "properties",
  "error",
  "data",
];

/** Ways to write a field that something between here and the record might understand. */
const spellings = (field: string): string[] => [
  field,
  ` ${field} `,
  `${field}.`,
  `.${field}`,
  `${field}..x`,
  `${field}.cloud-init-password`,
  `${field}.vm-data/admin-password`,
  `${field}.license_key`,
  `${field}[cloud-init-password]`,
  `['${field}']`,
  `["${field}"]`,
  `[${field}]`,
  `${field}.length`,
  `__proto__.${field}`,
  `id,*,${field}`,
  field.toUpperCase(),
  `id\u0000,${field}`,
];

describe("no secret of XO's is told", () => {
  test.each(lists)("by %s, however its fields are asked for", async (_name, tool, given) => {
    const written = secretFields.flatMap(spellings);
    // One by one in the tools of their own; of each collection all at once, and as XO has them.
    const asked =
      given["collection"] === undefined
        ? ["*", "__proto__", "constructor", ...written]
        : ["*", written.join(), ...secretFields];
    const { stdout, stderr, frames } = await converse(
      signIn(fixture.xo),
      asked.map((fields) => toolCall(tool, { ...given, fields, limit: 2 })),
    );
    expect(leaksIn(stdout, stderr)).toEqual([]);
    expect(frames.filter(({ result }) => result?.isError === true)).toEqual([]);
  });

  test.each(lists)("by the order of %s", async (_name, tool, given) => {
    const asked = secretFields.flatMap((field) => [
      field,
      `-${field}`,
      `${field}.cloud-init-password`,
      `${field}[x]`,
    ]);
    const { stdout, stderr, frames } = await converse(
      signIn(fixture.xo),
      asked.map((sort) => toolCall(tool, { ...given, sort, limit: 2 })),
    );
    expect(leaksIn(stdout, stderr)).toEqual([]);
    expect(frames.filter(({ result }) => result?.isError !== true)).toEqual([]);
    expect(stdout).toContain("may hold credentials");
  });

  test.each(lists)("by how many match in %s", async (_name, tool, given) => {
    const asked = secretFields.flatMap((field) => [
      `${field}:x`,
      `${field}?`,
      `!${field}?`,
      `"${field}":x`,
      `"${field.slice(0, 2)}\\${field.slice(2)}":x`,
      `${field} : x`,
      `${field}:cloud-init-password:/^C/`,
      `power_state:Running |(tags:a !(${field}:x))`,
      `$container:[resolve]:${field}:x`,
      `x:${field}:y`,
    ]);
    const { stdout, stderr, frames } = await converse(
      signIn(fixture.xo),
      asked.map((filter) => toolCall(tool, { ...given, filter, limit: 2 })),
    );
    expect(leaksIn(stdout, stderr)).toEqual([]);
    const accepted = frames.flatMap(({ result }, at) =>
      JSON.stringify(result).includes("may hold credentials") ? [] : [asked[at]],
    );
    expect(accepted).toEqual([]);
  });

  test.each(lists)(
    "by a word without a field in %s, right or wrong",
    async (_name, tool, given) => {
      const forms = (word: string) => [
        word,
        `!${word}`,
        `"${word}"`,
        `"${word}`,
        `${word}*`,
        `/^${word}/`,
        `/${word}/i`,
        `|(${word} nothing-has-this)`,
        `(${word})`,
        `id? ${word}`,
        `$container:[resolve]:${word}`,
        `/${word}\\/`,
        // What is above a secret, as XO's records have it.
        ...(given["collection"] === undefined ? [] : above.map((path) => `${path}:${word}`)),
      ];
      const totals = async (word: string) => {
        const { frames } = await converse(
          signIn(fixture.xo),
          forms(word).map((filter) => toolCall(tool, { ...given, filter, fields: "id", limit: 1 })),
        );
        return frames.map(({ result }) => result?.["structuredContent"] ?? "refused");
      };
      const right = await totals("CANARY-");
      const wrong = await totals("NOTHING-");
      const told = (answers: unknown[]) =>
        JSON.stringify(answers).replaceAll(/CANARY-|NOTHING-/g, "");
      expect(told(right)).toBe(told(wrong));
    },
  );

  test("by what find_objects finds", async () => {
    const words = ["CANARY", "CANARY-vm-xenstore", "admin-password", "chappassword", "EXAMPLEKEY"];
    const { stdout, stderr } = await converse(
      signIn(fixture.xo),
      words.map((query) => toolCall("find_objects", { query })),
    );
    // It says back what it was asked for.
    expect(leaksIn(stdout.replaceAll(/CANARY(?:-vm-xenstore)?(?![-\w])/g, ""), stderr)).toEqual([]);
    expect(stdout).not.toMatch(/"total":[1-9]/);
  });

  test.each(["other", "properties.params", "url", "tasks[0]"])(
    "by counting the values of %s",
    async (group_by) => {
      const asked = collections.map((collection) =>
        toolCall("query_objects", { collection, group_by }),
      );
      const { stdout, stderr } = await converse(signIn(fixture.xo), asked);
      expect(leaksIn(stdout, stderr)).toEqual([]);
    },
  );

  test("and what was left out is named", async () => {
    const redacted = async (tool: string, fields: string) =>
      (await call(signIn(fixture.xo), tool, { fields }))["redacted"];
    expect(await redacted("list_vms", "*")).toEqual(["other", "xenStoreData"]);
    expect(await redacted("list_hosts", "id,license_params.license_key")).toEqual([
      "license_params",
    ]);
    expect(await redacted("list_pools", "otherConfig,['other']")).toEqual(["otherConfig", "other"]);
    expect(await redacted("list_pools", "id,name_label")).toBeUndefined();
    const table = await tryCall(signIn(fixture.xo), "list_vms", { fields: "*" }, "table");
    expect(table.stderr).toContain("Never shown: other, xenStoreData.");
  });

  test("nor asked for, when its field is named", async () => {
    const { xo } = fixture;
    await xo.clearRequests();
    await call(signIn(xo), "list_vms", { fields: "id,other,xenStoreData.x,['other']" });
    const paths = (await xo.requests()).map(({ path }) => path);
    expect(paths.filter((path) => /other|xenStoreData/.test(path))).toEqual([]);
  });

  test("and a word without a field still finds what is shown", async () => {
    const answer = await call(signIn(fixture.xo), "list_vms", { filter: "web-prod" });
    const names = ofType(fixture.xo.estate, "VM").filter(({ name_label }) =>
      name_label.includes("web-prod"),
    );
    expect(answer).toMatchObject({ total: names.length });
    expect(warningsOf(answer)).toContain("were looked for in id, name_label");
  });

  test.each(["admin", "reader", "nobody"] as const)(
    "by any tool or prompt to %s",
    async (account) => {
      const prompts = [{ method: "prompts/get", params: { name: "infrastructure-overview" } }];
      const { stdout, stderr } = await converse(signIn(fixture.xo, account), [
        ...everyTool(),
        ...prompts,
        { method: "tools/list", params: {} },
        { method: "prompts/list", params: {} },
      ]);
      expect(leaksIn(stdout, stderr)).toEqual([]);
    },
  );
});

describe("no secret is told when things go wrong:", () => {
  afterAll(() => fixture.xo.clearFaults());

  /** A body that says everything it should not, in the form of XO's errors. */
  const echo = () => {
    const { token } = fixture.xo.account("admin");
    return {
      error: `no ${token} for at position 3 ${canary("vm-other")}`,
      data: {
        error: token,
        stringToParse: `id:${token} ${canary("vm-xenstore")}`,
        missingPrivileges: [{ action: token, resource: canary("vm-other"), objectId: token }],
        vm: { xenstore_data: { "vm-data/admin-password": canary("vm-xenstore") } },
      },
    };
  };

  const faults: [string, (body: string) => Omit<FaultRule, "match">][] = [
    ...[400, 401, 403, 404, 409, 422, 500, 503].map(
      (status): [string, (body: string) => Omit<FaultRule, "match">] => [
        `${status}`,
        (body) => ({ status, body }),
      ],
    ),
    ["404 as a page", (body) => ({ status: 404, body, headers: { "content-type": "text/html" } })],
    [
      "a page with 200",
      (body) => ({ body: `<html>${body}`, headers: { "content-type": "text/html" } }),
    ],
    ["an answer in another form", (body) => ({ body })],
    ["an answer that is cut", (body) => ({ body: `[${body}`.slice(0, -3) })],
    ["a text", (body) => ({ body: JSON.stringify(body) })],
    [
      "a redirect to elsewhere",
      (body) => ({
        status: 302,
        body,
        headers: {
          location: `https://${canary("x")}:${canary("y")}@other.example/?${canary("z")}`,
        },
      }),
    ],
    [
      "a redirect to here",
      (body) => ({ status: 302, body, headers: { location: `/sign-in?token=${canary("z")}` } }),
    ],
    [
      "headers that should not be",
      (body) => ({
        status: 429,
        body,
        headers: { "retry-after": canary("header"), "set-cookie": `token=${canary("cookie")}` },
      }),
    ],
  ];

  test.each(faults)(
    "%s",
    async (_name, fault) => {
      const { xo } = fixture;
      await xo.setFaults([{ match: {}, ...fault(JSON.stringify(echo())) }]);
      // A mended filter is checked by XO itself, so one is asked that only XO can refuse.
      const filtered = toolCall("list_vms", { filter: "name_label:/x/ id:a" });
      const env = { ...signIn(xo), XO_TIMEOUT: "5" };
      const [served, checked, table] = await Promise.all([
        converse(env, [...everyTool(), filtered]),
        run(["check", "--verbose"], env),
        run(["call", "list_vms", "--verbose", "-o", "table"], env),
      ]);
      await xo.clearFaults();
      const said = [served, checked, table].flatMap(({ stdout, stderr }) => [stdout, stderr]);
      expect(leaksIn(...said)).toEqual([]);
      expect(checked.exitCode).not.toBe(0);
    },
    30_000,
  );

  test("our own token, wherever XO's records have it", async () => {
    const { xo } = fixture;
    const { token } = xo.account("admin");
    const vm = {
      id: trap(xo.estate, "night-cpu").id,
      name_label: `my ${token}`,
      name_description: `${"x".repeat(1_990)}${token}`,
      tags: [token, token.replace("-", "-\u200b")],
      [token]: token,
    };
    await xo.setFaults([
      {
        match: { path: "/vms\\?" },
        body: JSON.stringify([vm, { ...vm, id: ofType(xo.estate, "VM")[0]?.id }]),
      },
      {
        match: { path: "/servers\\?" },
        body: JSON.stringify([{ id: "1", label: token, status: "disconnected" }]),
      },
    ]);
    const { stdout, stderr } = await converse(signIn(xo), [
      toolCall("list_vms", { fields: "*" }),
      toolCall("list_vms", { fields: `${token},id` }),
      toolCall("get_vm_details", { vm_id: `my ${token}` }),
      toolCall("get_vm_details", { vm_id: "nothing" }),
      toolCall("check_connection"),
    ]);
    const table = await tryCall(signIn(xo), "list_vms", { fields: "*" }, "table");
    await xo.clearFaults();
    expect(stdout).toContain("[secret]");
    expect(leaksIn(stdout, stderr, table.stdout, table.stderr)).toEqual([]);
  });
});

describe("no credential of its own is told", () => {
  const token = canary("own-token");
  const password = canary("own-password");
  let folder: string;
  let proxy: ReturnType<typeof Bun.serve>;
  let tokenFile: string;
  let brokenFile: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "xo-mcp-canary-"));
    tokenFile = join(folder, "token");
    brokenFile = join(folder, "broken");
    await Bun.write(tokenFile, `${token}\n`);
    await Bun.write(brokenFile, `${token} ${token}\n${token}\n`);
    // Says back all that it was sent, as some do.
    proxy = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: (request) =>
        new Response(JSON.stringify({ error: [...request.headers], url: request.url }), {
          status: 407,
          headers: { "proxy-authenticate": `Basic realm="${password}"` },
        }),
    });
  });
  afterAll(async () => {
    await proxy.stop(true);
    await rm(folder, { recursive: true });
  });

  const good = (): Environment => signIn(fixture.xo);
  const to = (): Environment => ({ XO_URL: fixture.xo.url });
  const byPassword = (): Environment => ({ ...to(), XO_USERNAME: "admin@example.org" });

  const setUps: [string, () => Environment][] = [
    ["a good token", good],
    [
      "a good password",
      () => ({ ...byPassword(), XO_PASSWORD: fixture.xo.account("admin").password }),
    ],
    ["a wrong token", () => ({ ...to(), XO_TOKEN: token })],
    ["a wrong password", () => ({ ...to(), XO_USERNAME: "nobody", XO_PASSWORD: password })],
    ["a password with a colon", () => ({ ...byPassword(), XO_PASSWORD: `a:${password}` })],
    ["a user name that is the token", () => ({ ...to(), XO_USERNAME: token })],
    ["a token with a blank inside", () => ({ ...to(), XO_TOKEN: `${token} ${token}` })],
    ["a token with a line break inside", () => ({ ...to(), XO_TOKEN: `${token}\r\nX: ${token}` })],
    ["a token with its cookie's name", () => ({ ...to(), XO_TOKEN: `token=${token};` })],
    ["a token as the name of its file", () => ({ ...to(), XO_TOKEN_FILE: token })],
    ["a token in a file", () => ({ ...to(), XO_TOKEN_FILE: tokenFile })],
    ["a file with more than a token", () => ({ ...to(), XO_TOKEN_FILE: brokenFile })],
    ["a password as the name of its file", () => ({ ...byPassword(), XO_PASSWORD_FILE: password })],
    [
      "a password in XO_URL",
      () => ({ XO_URL: `https://admin:${password}@127.0.0.1:1`, XO_TOKEN: token }),
    ],
    [
      "a token in XO_URL's path",
      () => ({ XO_URL: `http://127.0.0.1:1/?token=${token}`, XO_TOKEN: token }),
    ],
    ["a token in XO_URL's place", () => ({ XO_URL: token, XO_TOKEN: token })],
    ["a token as a certificate", () => ({ ...good(), XO_CA_FILE: token })],
    ["a token file as a certificate", () => ({ ...good(), XO_CA_FILE: tokenFile })],
    ["a token as a fingerprint", () => ({ ...good(), XO_TLS_FINGERPRINT: token })],
    ["a token as a switch", () => ({ ...good(), XO_INSECURE: token })],
    ["a token as a time", () => ({ ...good(), XO_TIMEOUT: token })],
    ["a token as a size", () => ({ ...good(), XO_MCP_MAX_CHARS: token })],
    ["an XO that is down", () => ({ XO_URL: "http://127.0.0.1:1", XO_TOKEN: token })],
    [
      "a proxy that is down",
      () => ({ ...good(), HTTP_PROXY: `http://me:${password}@127.0.0.1:1` }),
    ],
    [
      "a proxy that refuses",
      () => ({ ...good(), http_proxy: `http://me:${password}@127.0.0.1:${proxy.port}` }),
    ],
    [
      "a proxy that refuses TLS",
      () => ({
        XO_URL: "https://xo.example",
        XO_TOKEN: token,
        HTTPS_PROXY: `http://me:${password}@127.0.0.1:${proxy.port}`,
      }),
    ],
    [
      "a proxy that is no address",
      () => ({ ...good(), HTTP_PROXY: password, ALL_PROXY: password }),
    ],
    ["a trace of Bun's own", () => ({ ...good(), BUN_CONFIG_VERBOSE_FETCH: "1" })],
    ["a trace of Bun's own as curl", () => ({ ...good(), BUN_CONFIG_VERBOSE_FETCH: "curl" })],
    [
      "traces of Node and of packages",
      () => ({ ...good(), NODE_DEBUG: "http,net,tls,fetch", DEBUG: "*", CONSOLA_LEVEL: "999" }),
    ],
  ];

  test.each(setUps)("with %s", async (_name, settings) => {
    const env = settings();
    const outcomes: Outcome[] = await Promise.all([
      run(["check", "--verbose"], env),
      run(["check", "--json", "--verbose"], env),
      run(["call", "list_vms", "--verbose", "--limit", "1"], env),
      run(["call", "search_documentation", "--topic", "users", "--verbose"], env),
      run(["--help"], env),
      run(["call", "list_vms", "--help"], env),
      run(["--version"], env),
      run(["serve", "--verbose"], env),
    ]);
    const served = await converse(env, [
      toolCall("check_connection"),
      toolCall("list_vms"),
      toolCall("get_vm_details", { vm_id: "web-prod-001" }),
    ]);
    const said = [...outcomes, served].flatMap(({ stdout, stderr }) => [stdout, stderr]);
    expect(leaksIn(...said)).toEqual([]);
  });

  test.each([
    [["--token", canary("flag")]],
    [[`--token=${canary("flag")}`]],
    [["check", `--token=${canary("flag")}`]],
    [["check", "--token", canary("flag")]],
    [["call", `--token=${canary("flag")}`]],
    [["call", "list_vms", "--password", canary("flag")]],
    [["call", "list_vms", `--input=${canary("flag")}`]],
  ])("where somebody tries to give it by a flag: %j", async (args) => {
    const { stdout, stderr, exitCode } = await run(args, good());
    expect(leaksIn(stdout, stderr)).toEqual([]);
    expect(exitCode).toBe(2);
  });
});
