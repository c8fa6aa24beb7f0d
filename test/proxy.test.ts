import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as faults from "./faults/behaviours.ts";
import { makeCertificate } from "./faults/certificates.ts";
import { serveProxy } from "./faults/proxy.ts";
import { type Behaviour, serveFault } from "./faults/server.ts";
import { type Environment, run } from "./harness.ts";

const identity = makeCertificate({ names: ["xo.example"], isAuthority: true });

let XO_CA_FILE = "";
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "xo-mcp-proxy-"));
  XO_CA_FILE = join(folder, "ca.pem");
  await writeFile(XO_CA_FILE, identity.cert);
});
afterAll(() => rm(folder, { recursive: true }));

const token = "canary-token-0123456789";
const signIn = "user:canary-proxy-password";
const encoded = `Basic ${Buffer.from(signIn).toString("base64")}`;

/** Runs a command; whatever happens, neither the token nor the proxy's password may be printed. */
async function outcomeOf(env: Environment, args = ["call", "list_pools", "--verbose"]) {
  const outcome = await run(args, { XO_TOKEN: token, XO_TIMEOUT: "10", ...env });
  const printed = outcome.stdout + outcome.stderr;
  expect(printed).not.toMatch(/canary/);
  expect(printed).not.toContain(encoded.slice("Basic ".length));
  return outcome;
}

const at = (port: number) => `http://${signIn}@127.0.0.1:${port}`;

describe("through a proxy", () => {
  test("https goes in a tunnel, and the proxy sees no request", async () => {
    using xo = serveFault(faults.emptyXo, identity);
    await using proxy = await serveProxy(xo.port);
    const env = { XO_URL: "https://xo.example:8443", HTTPS_PROXY: at(proxy.port), XO_CA_FILE };
    expect(await outcomeOf(env)).toMatchObject({ exitCode: 0 });
    expect(new Set(proxy.tunnels)).toEqual(new Set(["xo.example:8443"]));
    expect(new Set(proxy.signIns)).toEqual(new Set([encoded]));
    expect(proxy.requests).toEqual([]);
    expect(xo.requests.map(({ head }) => head).join()).not.toMatch(/proxy-/i);
  });

  test("http is passed on", async () => {
    using xo = serveFault(faults.emptyXo);
    await using proxy = await serveProxy(xo.port);
    const env = { XO_URL: "http://xo.example:8080", HTTP_PROXY: at(proxy.port) };
    expect(await outcomeOf(env)).toMatchObject({ exitCode: 0 });
    expect(proxy.tunnels).toEqual([]);
    expect(proxy.requests.length).toBe(xo.requests.length);
    expect(proxy.requests.every((url) => url.startsWith("http://xo.example:8080/rest/v0/"))).toBe(
      true,
    );
  });

  test("a fingerprint needs XO_CA_FILE too, and then holds", async () => {
    using xo = serveFault(faults.emptyXo, identity);
    await using proxy = await serveProxy(xo.port);
    const env = {
      XO_URL: "https://xo.example",
      HTTPS_PROXY: at(proxy.port),
      XO_TLS_FINGERPRINT: identity.fingerprint,
    };
    const alone = await outcomeOf(env);
    expect(alone.stderr).toContain("XO_TLS_FINGERPRINT through a proxy needs XO_CA_FILE too");
    expect(alone.stderr).toContain("NO_PROXY");
    expect(alone.exitCode).toBe(2);
    expect(proxy.tunnels).toEqual([]);

    expect(await outcomeOf({ ...env, XO_CA_FILE })).toMatchObject({ exitCode: 0 });
    const asked = xo.requests.length;
    const XO_TLS_FINGERPRINT = makeCertificate().fingerprint;
    const wrong = await outcomeOf({ ...env, XO_CA_FILE, XO_TLS_FINGERPRINT });
    expect(wrong.stderr).toContain("it is not the one in XO_TLS_FINGERPRINT");
    expect(wrong.exitCode).toBe(4);
    expect(xo.requests.length).toBe(asked);
  });

  test("a certificate that is not trusted is not looked at past the proxy", async () => {
    using xo = serveFault(faults.emptyXo, identity);
    await using proxy = await serveProxy(xo.port);
    const env = { XO_URL: "https://xo.example", HTTPS_PROXY: at(proxy.port) };
    const { stderr, exitCode } = await outcomeOf(env);
    expect(stderr).toContain("The certificate of xo.example is not trusted: it is self-signed");
    expect(stderr).toContain("XO_CA_FILE");
    expect(exitCode).toBe(4);
    expect(xo.requests).toEqual([]);
  });
});

describe("a proxy that does not let it through", () => {
  test.each<[string, Behaviour, string, XO_TIMEOUT?: string]>([
    ["refuses a tunnel", faults.answer(403), "refused to open a way to xo.example:8443"],
    ["wants a sign-in", faults.answer(407), "refused to open a way to xo.example:8443"],
    ["hangs up", (peer) => peer.end(), "The proxy in HTTPS_PROXY closed the connection"],
    ["is silent", faults.silent, "The way leads through the proxy in HTTPS_PROXY", "1"],
  ])("and %s is told of as the proxy", async (_case, behaviour, says, XO_TIMEOUT = "10") => {
    using proxy = serveFault(behaviour);
    const env = { XO_URL: "https://xo.example:8443", HTTPS_PROXY: at(proxy.port), XO_TIMEOUT };
    const { stderr, exitCode } = await outcomeOf(env);
    expect(stderr).toContain(says);
    expect(exitCode).toBe(4);
    expect(proxy.requests.every(({ head }) => !head.includes("Cookie"))).toBe(true);
  });

  test.each([
    ["is not there", at(1), "Connection refused by the proxy in https_proxy"],
    ["has no known name", `http://${signIn}@nosuch.invalid`, "The proxy in https_proxy has a name"],
    ["is of another kind", `socks5://${signIn}@127.0.0.1:1`, "through the proxy in https_proxy"],
  ])("and %s is told of by its variable alone", async (_case, https_proxy, says) => {
    const env = { XO_URL: "https://xo.example", https_proxy };
    const { stderr, exitCode } = await outcomeOf(env);
    expect(stderr).toContain(says);
    expect(stderr).toContain("put xo.example into NO_PROXY");
    expect(exitCode).toBe(4);
    const check = await outcomeOf(env, ["check"]);
    expect(check.stdout).toContain(says);
    expect(check.exitCode).toBe(4);
  });

  test("and asks for a sign-in in place of XO is not taken for XO", async () => {
    const page = faults.answer(407, "<h1>sign in</h1>", { "content-type": "text/html" });
    using proxy = serveFault(page);
    const { stderr } = await outcomeOf({ XO_URL: "http://xo.example", HTTP_PROXY: at(proxy.port) });
    expect(stderr).toContain("Something on the way to xo.example refused the request (407)");
  });
});

describe("NO_PROXY", () => {
  test.each([
    ["localhost", "localhost"],
    ["localhost", "xo.example, .LOCALHOST"],
    ["localhost", "*"],
    ["127.0.0.1", "127.0.0.1"],
    ["127.0.0.1", "10.0.0.0/8,127.0.0.0/8"],
  ])("%s is reached directly with %j, pinned too", async (host, NO_PROXY) => {
    using proxy = serveFault(faults.answer(403));
    for (const tls of [undefined, identity]) {
      using xo = serveFault(faults.emptyXo, tls);
      const outcome = await outcomeOf({
        XO_URL: xo.url.replace("127.0.0.1", host),
        HTTP_PROXY: at(proxy.port),
        HTTPS_PROXY: at(proxy.port),
        NO_PROXY,
        XO_TLS_FINGERPRINT: identity.fingerprint,
      });
      expect(outcome).toMatchObject({ exitCode: 0 });
    }
    expect(proxy.connections).toBe(0);
  });

  test.each([
    ["127.0.0.1", "xo.example"],
    ["127.0.0.1", "10.0.0.0/8"],
    ["localhost", "host"],
  ])("%s goes through the proxy with %j", async (host, NO_PROXY) => {
    using xo = serveFault(faults.emptyXo);
    await using proxy = await serveProxy(xo.port);
    const XO_URL = xo.url.replace("127.0.0.1", host);
    const outcome = await outcomeOf({ XO_URL, HTTP_PROXY: at(proxy.port), NO_PROXY });
    expect(outcome).toMatchObject({ exitCode: 0 });
    expect(proxy.requests.length).toBe(xo.requests.length);
  });
});

test.each(["1", "true", "curl"])("BUN_CONFIG_VERBOSE_FETCH=%s prints nothing", async (verbose) => {
  using xo = serveFault(faults.emptyXo);
  await using proxy = await serveProxy(xo.port);
  const env = { XO_URL: "http://xo.example", BUN_CONFIG_VERBOSE_FETCH: verbose };
  for (const HTTP_PROXY of [at(proxy.port), ""]) {
    const XO_URL = HTTP_PROXY === "" ? xo.url : env.XO_URL;
    const { stderr } = await outcomeOf({ ...env, XO_URL, HTTP_PROXY }, ["call", "list_pools"]);
    expect(stderr).toBe("");
  }
});
