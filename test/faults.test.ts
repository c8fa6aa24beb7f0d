import { describe, expect, test } from "bun:test";
import type { ErrorKind } from "../src/errors.ts";
import * as faults from "./faults/behaviours.ts";
import { inDays, makeCertificate } from "./faults/certificates.ts";
import { type Behaviour, serveFault } from "./faults/server.ts";
import { CallToolResultSchema } from "@modelcontextprotocol/sdk/types.js";
import * as z from "zod";
import { ask, call, connect, itemsOf, run, signIn, tryCall, useXo, warningsOf } from "./harness.ts";
import { ofType } from "./xo/estate/records.ts";

const token = "canary-token-0123456789";

const exitCodes: Record<ErrorKind, number> = {
  server: 1,
  unsupported: 1,
  usage: 2,
  config: 2,
  auth: 3,
  forbidden: 3,
  disabled: 3,
  unreachable: 4,
  tls: 4,
  timeout: 4,
  not_found: 5,
  ambiguous: 5,
};

/** What a fault must look like from outside. */
interface Row {
  fault: string;
  /** What the server does with every request, or the address where none is. */
  xo: Behaviour | string;
  tls?: Parameters<typeof makeCertificate>[0];
  /** XO_URL asks for the other protocol than the server speaks. */
  otherProtocol?: true;
  kind: ErrorKind;
  says: string;
  hint: string;
  /**
   * What decides how long it takes. A row without it is told at once: it has the standard deadline of
   * 30 s, and must need less than half of that on any machine.
   */
  slow?: "deadline" | "retries";
  /** Requests for the pools that the server must have seen. */
  asked?: number;
}

const json = { "content-type": "application/json; charset=utf-8" };
const html = { "content-type": "text/html; charset=utf-8" };
const page = "<!doctype html><title>upstream-text</title>";

function refusal(status: number, body: object, headers: Record<string, string> = {}): Behaviour {
  return faults.answer(status, JSON.stringify(body), { ...json, ...headers });
}

/** Text that must never be passed on. */
const upstream = { error: "upstream-text" };

/** XO_TIMEOUT in seconds, and the longest time in milliseconds on a machine with other work. */
const limits = {
  deadline: { timeout: 3, within: 12_000 },
  retries: { timeout: 30, within: 12_000 },
  none: { timeout: 30, within: 12_000 },
};

const rows: Row[] = [
  {
    fault: "a name that does not resolve",
    xo: "http://nosuch.invalid",
    kind: "unreachable",
    says: "The name nosuch.invalid is not known here",
    hint: "DNS",
    slow: "retries",
  },
  {
    fault: "a refused connection",
    xo: "http://127.0.0.1:1",
    kind: "unreachable",
    says: "Connection refused by 127.0.0.1:1",
    hint: "the right protocol, name and port",
  },
  {
    fault: "a server that accepts and is silent",
    xo: faults.silent,
    kind: "timeout",
    says: "did not answer in time",
    hint: "XO_TIMEOUT",
    slow: "deadline",
    asked: 1,
  },
  {
    fault: "headers, then a stall",
    xo: faults.stalled,
    kind: "timeout",
    says: "did not answer in time",
    hint: "XO_TIMEOUT",
    slow: "deadline",
    asked: 1,
  },
  {
    fault: "a drip of one byte a second",
    xo: faults.drip,
    kind: "timeout",
    says: "did not answer in time",
    hint: "XO_TIMEOUT",
    slow: "deadline",
    asked: 1,
  },
  {
    fault: "a connection that is lost before every answer",
    xo: (peer) => peer.end(),
    kind: "unreachable",
    says: "closed the connection without a whole answer",
    hint: "XO may be restarting",
    slow: "retries",
    asked: 3,
  },
  {
    fault: "a reset in mid-body",
    xo: faults.resetInBody,
    kind: "unreachable",
    says: "closed the connection without a whole answer",
    hint: "try again",
    asked: 1,
  },
  {
    fault: "truncated JSON",
    xo: faults.answer(200, '[{"id":"upstream-text","name'),
    kind: "server",
    says: "sent JSON that is broken or ends too early",
    hint: "try again",
  },
  {
    fault: "JSON that is no list",
    xo: faults.answer(200, JSON.stringify(upstream)),
    kind: "config",
    says: "answered with something that is no list",
    hint: "Check XO_URL",
  },
  {
    fault: "another content type",
    xo: faults.answer(200, "upstream-text", { "content-type": "text/plain" }),
    kind: "config",
    says: "answered with something that is not JSON",
    hint: "Check XO_URL",
  },
  {
    fault: "an empty answer",
    xo: faults.answer(204),
    kind: "config",
    says: "answered with something that is not JSON",
    hint: "Check XO_URL",
  },
  {
    fault: "a sign-in page with 200",
    xo: faults.answer(200, page, html),
    kind: "config",
    says: "answered with a web page",
    hint: "sign-in page",
  },
  {
    fault: "a body that is not packed as it says",
    xo: faults.answer(200, "upstream-text", { ...json, "content-encoding": "gzip" }),
    kind: "server",
    says: "cannot be unpacked",
    hint: "A proxy on the way",
  },
  {
    fault: "a server of another protocol",
    xo: (peer) => peer.write("SSH-2.0-upstream-text\r\n"),
    kind: "config",
    says: "sent something that is not HTTP",
    hint: "the port in XO_URL",
  },
  {
    fault: "a redirect to https on the same host",
    xo: faults.answer(301, page, { ...html, location: "https://127.0.0.1/rest/v0/pools" }),
    kind: "config",
    says: "wants https",
    hint: "Set XO_URL to https://127.0.0.1",
    asked: 1,
  },
  {
    fault: "a circle of redirects",
    xo: (peer, request) => faults.answer(302, "", { location: request.target })(peer, request),
    kind: "config",
    says: "or in a circle",
    hint: "Check XO_URL",
    asked: 6,
  },
  {
    fault: "a redirect to a sign-in page",
    xo: faults.answer(302, "", { location: "/signin" }),
    kind: "config",
    says: "redirects to a page that is no REST API",
    hint: "sign-in page",
    asked: 1,
  },
  {
    fault: "a redirect to nowhere",
    xo: faults.answer(302),
    kind: "config",
    says: "leads nowhere",
    hint: "Check XO_URL",
  },
  {
    fault: "401 at the start",
    xo: refusal(401, upstream),
    kind: "auth",
    says: "XO refused the token (401)",
    hint: "Right after a restart XO refuses good tokens for a moment",
    asked: 1,
  },
  {
    fault: "403 with the missing privileges",
    xo: refusal(403, {
      ...upstream,
      data: { missingPrivileges: [{ action: "read", resource: "pool" }] },
    }),
    kind: "forbidden",
    says: "may not read /pools; it lacks pool:read",
    hint: "Read only",
  },
  {
    fault: "403 of a proxy",
    xo: faults.answer(403, page, html),
    kind: "forbidden",
    says: "Something on the way to 127.0.0.1",
    hint: "proxy",
  },
  {
    fault: "404 of something that is not XO",
    xo: faults.answer(404, page, html),
    kind: "config",
    says: "answered with a 404 where XO's REST API was expected",
    hint: "Check XO_URL",
  },
  {
    fault: "404 of an XO that does not have the route, as Express says it",
    xo: faults.answer(404, `${page}<pre>Cannot GET /rest/v0/pools</pre>`, html),
    kind: "unsupported",
    says: "This XO has no /pools: it is too old for this question (XO 6.7 has it)",
    hint: "check_connection",
  },
  {
    fault: "404 as JSON where no id was asked for",
    xo: refusal(404, upstream),
    kind: "unsupported",
    says: "This XO has no /pools: it is too old for this question (XO 6.7 has it)",
    hint: "check_connection",
  },
  {
    fault: "400 of a server that wants TLS",
    xo: faults.answer(400, "upstream-text", { "content-type": "text/plain" }),
    kind: "config",
    says: "did not understand the request (400), and it is not XO",
    hint: "set XO_URL to https://",
  },
  {
    fault: "422 with an object as error",
    xo: refusal(422, {
      error: { "query.limit": { message: "upstream-text" } },
      data: { record: "upstream-text" },
    }),
    kind: "usage",
    says: "XO did not accept the value of limit (422)",
    hint: "Check the parameters",
  },
  {
    fault: "422 with a text as error and a record in it",
    xo: refusal(422, { ...upstream, data: { record: "upstream-text" } }),
    kind: "server",
    says: "XO answered /pools with an error (422)",
    hint: "XO's own log",
  },
  {
    fault: "429 for longer than a call lasts",
    xo: refusal(429, upstream, { "retry-after": "3600" }),
    kind: "unreachable",
    says: "asks to slow down (429), for 3600 s",
    hint: "Try again later",
    asked: 1,
  },
  {
    fault: "429 for longer than a timer lasts",
    xo: refusal(429, upstream, { "retry-after": "99999999999" }),
    kind: "unreachable",
    says: "asks to slow down (429)",
    hint: "Try again later",
    asked: 1,
  },
  {
    fault: "429 again and again",
    xo: refusal(429, upstream, { "retry-after": "2" }),
    kind: "unreachable",
    says: "asks to slow down (429), for 2 s",
    hint: "Try again later",
    slow: "deadline",
  },
  {
    fault: "500",
    xo: refusal(500, upstream),
    kind: "server",
    says: "XO answered /pools with an error (500)",
    hint: "XO's own log",
    asked: 1,
  },
  {
    fault: "500 for trying too fast",
    xo: refusal(500, { error: "too fast authentication tries" }),
    kind: "auth",
    says: "a sign-in failed within the last two seconds",
    hint: "XO_TOKEN",
    asked: 1,
  },
  ...[502, 503, 504].map((status): Row => ({
    fault: `${status} again and again`,
    xo: faults.answer(status, page, html),
    kind: "unreachable",
    says: `is not ready (${status})`,
    hint: "may be starting",
    slow: "retries",
  })),
  {
    fault: "503 mcp_disabled, which is not tried again",
    xo: refusal(503, { ...upstream, data: { error: "mcp_disabled" } }),
    kind: "disabled",
    says: "The operator of this XO has switched off access for AI assistants",
    hint: "the operator's decision",
    asked: 1,
  },
  {
    fault: "a body over 64 MiB",
    xo: faults.endless,
    kind: "server",
    says: "larger than 64 MiB; the rest was not read",
    hint: "Ask for less",
  },
  ...(["gzip", "zstd"] as const).map((encoding): Row => ({
    fault: `a body of some KiB that unpacks (${encoding}) to 256 MiB`,
    xo: faults.bomb(256, encoding),
    kind: "server",
    says: "larger than 64 MiB; the rest was not read",
    hint: "Ask for less",
  })),
  {
    fault: "a plain server on an https URL",
    xo: faults.emptyXo,
    otherProtocol: true,
    kind: "tls",
    says: "does not speak TLS",
    hint: "set XO_URL to http://127.0.0.1:",
    asked: 0,
  },
  {
    fault: "a TLS server on an http URL",
    xo: faults.emptyXo,
    tls: {},
    otherProtocol: true,
    kind: "unreachable",
    says: "closed the connection without a whole answer",
    hint: "set XO_URL to https://",
    slow: "retries",
    asked: 0,
  },
  {
    fault: "a self-signed certificate",
    xo: faults.emptyXo,
    tls: {},
    kind: "tls",
    says: 'it is self-signed. It shows: subject "CN=xo.example"; issued by itself',
    hint: "XO_TLS_FINGERPRINT=",
    asked: 0,
  },
  {
    fault: "an expired certificate",
    xo: faults.emptyXo,
    tls: { from: inDays(-20), to: inDays(-10) },
    kind: "tls",
    says: 'it has expired. It shows: subject "CN=xo.example"',
    hint: "renew it on XO, or check the clock",
    asked: 0,
  },
  {
    fault: "a certificate from the future",
    xo: faults.emptyXo,
    tls: { from: inDays(10) },
    kind: "tls",
    says: 'it is not valid yet. It shows: subject "CN=xo.example"',
    hint: "check the clocks",
    asked: 0,
  },
];

/** Runs the program against a row's server. */
async function against({ xo, tls, otherProtocol, slow }: Row, args: readonly string[]) {
  const { timeout } = limits[slow ?? "none"];
  const start = performance.now();
  const runAt = async (url: string) => {
    const env = { XO_URL: url, XO_TOKEN: token, XO_TIMEOUT: String(timeout) };
    const outcome = await run(args, env);
    return { ...outcome, milliseconds: performance.now() - start };
  };
  if (typeof xo === "string") return { ...(await runAt(xo)), requests: [] };
  using server = serveFault(xo, tls === undefined ? undefined : makeCertificate(tls));
  const other = server.url.startsWith("https") ? "http" : "https";
  const url = otherProtocol ? server.url.replace(/^https?/, other) : server.url;
  return { ...(await runAt(url)), requests: server.requests };
}

async function isTold(row: Row): Promise<void> {
  const { within } = limits[row.slow ?? "none"];
  const [called, checked] = await Promise.all([
    against(row, ["call", "list_pools"]),
    against(row, ["check", "--json"]),
  ]);
  expect(called.stderr).toContain(row.says);
  expect(called.stderr).toContain(row.hint);
  expect(called).toMatchObject({ stdout: "", exitCode: exitCodes[row.kind] });
  expect(called.milliseconds).toBeLessThan(within);
  if (row.asked !== undefined) {
    const asked = called.requests.filter(({ target }) => target.startsWith("/rest/v0/pools"));
    expect(asked).toHaveLength(row.asked);
  }

  // The check tells the same kind; only, a list in place of an object is another mistake to it.
  const kind = row.says.includes("no list") ? "server" : row.kind;
  const { ok, steps } = Report.parse(JSON.parse(checked.stdout));
  const error = steps.find(({ status }) => status === "failed")?.error;
  expect({ ok, error }).toEqual({ ok: false, error: kind });
  expect(checked.exitCode).toBe(exitCodes[kind]);
  expect(checked.milliseconds).toBeLessThan(within);

  for (const { stdout, stderr } of [called, checked]) {
    expect(stdout + stderr).not.toMatch(/upstream-text|canary/);
  }
}

const Report = z.object({
  ok: z.boolean(),
  steps: z.array(z.object({ status: z.string(), error: z.string().optional() })),
});

describe("a fault that is told at once", () => {
  const quick = rows.filter(({ slow }) => slow === undefined);
  test.each(quick.map((row) => [row.fault, row] as const))(
    "%s",
    (_fault, row) => isTold(row),
    30_000,
  );
});

// They mostly wait, so they may do it together.
describe.concurrent("a fault that takes its time", () => {
  const slow = rows.filter((row) => row.slow !== undefined);
  test.each(slow.map((row) => [row.fault, row] as const))(
    "%s",
    (_fault, row) => isTold(row),
    30_000,
  );
});

test.each([["token"], ["password"]])(
  "a redirect to another host takes no %s along",
  async (kind) => {
    const credential =
      kind === "token"
        ? { XO_TOKEN: token }
        : { XO_USERNAME: "admin", XO_PASSWORD: "canary-password" };

    using elsewhere = serveFault(faults.emptyXo);
    const location = `${elsewhere.url}/rest/v0/pools`;
    using server = serveFault(faults.answer(302, "", { location }));
    const { stderr, exitCode } = await run(["call", "list_pools"], {
      XO_URL: server.url,
      ...credential,
    });
    expect(stderr).toContain(`redirects to ${elsewhere.url}; it was not followed`);
    expect(exitCode).toBe(exitCodes.config);
    expect(elsewhere.connections).toBe(0);
  },
);

describe("a fault of XO", () => {
  const fixture = useXo();
  const pools = "^/rest/v0/pools";

  /** What a tool says over MCP when it fails. */
  async function failure(client: Awaited<ReturnType<typeof connect>>, name: string, args = {}) {
    const answer = await client.callTool({ name, arguments: args });
    const { isError, content } = CallToolResultSchema.parse(answer);
    expect(isError).toBe(true);
    return JSON.stringify(content);
  }

  /** How often the pools were asked for. */
  async function timesAsked(): Promise<number> {
    const requests = await fixture.xo.requests();
    return requests.filter(({ path }) => path.startsWith("/rest/v0/pools")).length;
  }

  test.each([
    ["401", { status: 401, times: 1 }, 0],
    ["a lost connection", { drop: "before", times: 1 }, 0],
    ["429 with Retry-After", { status: 429, headers: { "retry-after": "1" }, times: 1 }, 1_000],
    ["502", { status: 502, times: 1 }, 0],
    ["503", { status: 503, times: 1 }, 0],
    ["504", { status: 504, times: 1 }, 0],
    ["503 twice", { status: 503, times: 2 }, 0],
  ] as const)("%s, then an answer, is an answer in a session", async (_fault, rule, atLeast) => {
    const { xo } = fixture;
    await using session = await inSession(signIn(xo));
    await ask(session.client, "list_hosts");
    await xo.setFaults([{ match: { path: pools }, ...rule }]);
    await xo.clearRequests();
    const start = performance.now();
    const { total } = await ask(session.client, "list_pools");
    expect(total).toBe(ofType(xo.estate, "pool").length);
    expect(performance.now() - start).toBeWithin(atLeast, 10_000);
    expect(await timesAsked()).toBe(rule.times + 1);
    await xo.clearFaults();
  });

  test("401 in mid-session is tried once more, then told", async () => {
    const { xo } = fixture;
    await using session = await inSession(signIn(xo));
    await ask(session.client, "list_hosts");
    await xo.setFaults([{ match: { path: pools }, status: 401 }]);
    await xo.clearRequests();
    const start = performance.now();
    expect(await failure(session.client, "list_pools")).toContain("XO refused the token (401)");
    expect(performance.now() - start).toBeWithin(1_000, 10_000);
    expect(await timesAsked()).toBe(2);
    await xo.clearFaults();
  });

  test("401 in mid-session: a password waits until XO looks at it again", async () => {
    const { xo } = fixture;
    const { username, password } = xo.account("admin");
    const env = { XO_URL: xo.url, XO_USERNAME: username, XO_PASSWORD: password };
    await using session = await inSession(env);
    await ask(session.client, "list_pools");
    const body = JSON.stringify({ error: "too fast authentication tries" });
    await xo.setFaults([
      { match: {}, status: 401, times: 1 },
      { match: {}, status: 500, body, times: 1 },
    ]);
    const start = performance.now();
    expect(await ask(session.client, "list_pools")).toMatchObject({ total: expect.any(Number) });
    expect(performance.now() - start).toBeWithin(2_000, 12_000);
    await xo.clearFaults();
  });

  test("a restart: 401 for a moment, then nothing while the pools are not connected", async () => {
    const { xo } = fixture;
    await using session = await inSession(signIn(xo));
    await ask(session.client, "list_pools");
    const lost = xo.estate.servers.filter(({ status }) => status === "connected");
    await xo.setFaults([{ match: {}, status: 401, times: 3 }]);
    for (const { id } of lost) await xo.disconnectServer(id);
    const answer = await ask(session.client, "list_vms");
    expect(answer).toMatchObject({ total: 0, items: [] });
    expect(warningsOf(answer)).toMatch(
      /XO is not connected to .*the objects of these pools are missing/,
    );
    await xo.clearFaults();
    for (const { id } of lost) await xo.reconnectServer(id);
  });

  test("a filter that XO cannot read", async () => {
    const { stderr, exitCode } = await tryCall(signIn(fixture.xo), "list_vms", { filter: "(" });
    expect(stderr).toContain("XO did not understand the filter");
    expect(stderr).toContain("Example: power_state:Running");
    expect(exitCode).toBe(exitCodes.usage);
  });

  test("404 of an object", async () => {
    const { xo } = fixture;
    const [vm] = itemsOf(await call(signIn(xo), "list_vms", { limit: 1 }));
    const path = `^/rest/v0/vms/${String(vm?.["id"])}$`;
    await xo.setFaults([{ match: { path }, status: 404, body: JSON.stringify(upstream) }]);
    const outcome = await tryCall(signIn(xo), "get_vm_details", { vm_id: vm?.["id"] });
    expect(outcome.stderr).toContain("XO has no object with this id (/vms/{id})");
    expect(outcome.exitCode).toBe(exitCodes.not_found);
    await xo.clearFaults();
  });

  test("404 as HTML for a route that came late: the release that has it is named", async () => {
    const { xo } = fixture;
    const [pool] = itemsOf(await call(signIn(xo), "list_pools"));
    const headers = { "content-type": "text/html" };
    const body = `${page}<pre>Cannot GET /rest/v0/pools/x/dashboard</pre>`;
    await xo.setFaults([{ match: { path: "/dashboard" }, status: 404, headers, body }]);
    const answer = await call(signIn(xo), "get_pool_dashboard", { pool_id: pool?.["id"] });
    expect(warningsOf(answer)).toContain(
      "This XO has no /pools/{id}/dashboard, which came with XO 5.109",
    );
    await xo.clearFaults();
  });

  test("a wrong password, and a second try too soon", async () => {
    const { xo } = fixture;
    const { username, password } = xo.account("admin");
    const env = { XO_URL: xo.url, XO_USERNAME: username };
    const wrong = await tryCall({ ...env, XO_PASSWORD: "wrong" }, "list_pools");
    expect(wrong.stderr).toMatch(/refused the user name or password|failed within the last two/);
    expect(wrong.exitCode).toBe(exitCodes.auth);
    const soon = await tryCall({ ...env, XO_PASSWORD: password }, "list_pools");
    expect(soon.stderr).toContain("a sign-in failed within the last two seconds");
    expect(soon.exitCode).toBe(exitCodes.auth);
  });

  test("the operator's switch, thrown in mid-session and back", async () => {
    const { xo } = fixture;
    await using session = await inSession(signIn(xo));
    await ask(session.client, "list_pools");
    await xo.setMcp(false);
    expect(await failure(session.client, "list_hosts")).toContain("The operator of this XO");
    await xo.setMcp(true);
    await ask(session.client, "list_hosts");
  });
});

/** An MCP client that ends with the test. */
async function inSession(env: Record<string, string>) {
  const client = await connect(env);
  return { client, [Symbol.asyncDispose]: () => client.close() };
}
