import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Server } from "bun";
import { call, run, signIn, tryCall, useXo } from "./harness.ts";

const fixture = useXo({ pools: 1, hosts: 2, vms: 4 });
const token = "TOKEN-front-0123456789";

const html = { "content-type": "text/html" };
const errorPage = "<!DOCTYPE html><html><title>CANARY</title></html>";

/** What `list_pools` says of a service before XO that answers by itself. */
async function before(answer: () => Response) {
  using front = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: answer });
  const env = { XO_URL: `http://127.0.0.1:${front.port}`, XO_TOKEN: token };
  const outcome = await tryCall(env, "list_pools");
  expect(outcome.stdout + outcome.stderr).not.toContain("CANARY");
  return outcome;
}

describe("a service before XO that answers by itself", () => {
  test.each([
    [520, 4, "no good answer of XO's in time"],
    [521, 4, "cannot reach XO (Cloudflare's code 521)"],
    [522, 4, "cannot reach XO"],
    [523, 4, "cannot reach XO"],
    [524, 4, "no good answer of XO's in time"],
    [525, 4, "could not agree on TLS"],
    [526, 4, "does not trust XO's certificate"],
    [530, 4, "cannot reach XO"],
    [500, 1, "as something before XO would"],
    [418, 1, "as something before XO would"],
    [401, 3, "it is not XO"],
    [403, 3, "it is not XO"],
  ])("with %i", async (status, exitCode, says) => {
    const outcome = await before(() => new Response(errorPage, { status, headers: html }));
    expect(outcome).toMatchObject({ stdout: "", exitCode });
    expect(outcome.stderr).toContain(says);
    expect(outcome.stderr).not.toContain("XO's own log");
  });

  test.each([
    "https://team.cloudflareaccess.com/cdn-cgi/access/login/xo.example.com?kid=1",
    "https://login.microsoftonline.com/x/oauth2/v2.0/authorize",
    "/oauth2/start?rd=%2F",
  ])("with a redirect to a sign-in page: %s", async (location) => {
    const outcome = await before(() => new Response("", { status: 302, headers: { location } }));
    expect(outcome).toMatchObject({ stdout: "", exitCode: 2 });
    expect(outcome.stderr).toContain("redirects to a sign-in page");
    expect(outcome.stderr).toContain("the credential was not sent there");
  });

  test("while an error of XO's own is in its own log", async () => {
    const { stderr } = await before(() => Response.json({ error: "CANARY" }, { status: 500 }));
    expect(stderr).toContain("XO's own log");
  });
});

describe("XO below a path", () => {
  const seen: string[] = [];
  let proxy: Server<undefined>;
  beforeAll(() => {
    proxy = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: async (request) => {
        const { pathname, search } = new URL(request.url);
        seen.push(pathname);
        if (!pathname.startsWith("/tools/xo/")) return new Response("elsewhere", { status: 404 });
        const headers = new Headers(request.headers);
        headers.set("accept-encoding", "identity");
        const answer = await fetch(`${fixture.xo.url}${pathname.slice(9)}${search}`, {
          headers,
          redirect: "manual",
        });
        const out = new Headers(answer.headers);
        for (const name of ["content-encoding", "content-length"]) out.delete(name);
        const location = out.get("location");
        // As nginx does it with proxy_redirect.
        if (location?.startsWith("/")) out.set("location", `/tools/xo${location}`);
        return new Response(await answer.text(), { status: answer.status, headers: out });
      },
    });
  });
  afterAll(() => proxy.stop(true));
  const env = (end = "") => ({
    ...signIn(fixture.xo),
    XO_URL: `http://127.0.0.1:${proxy.port}/tools/xo${end}`,
  });

  test("is read there, the manual with it, and nothing is asked outside of it", async () => {
    seen.length = 0;
    for (const end of ["", "/"]) {
      expect(await call(env(end), "list_vms", { limit: 1 })).toMatchObject({ total: 4 });
    }
    const check = await call(env(), "check_connection");
    expect(check).toMatchObject({ ok: true, url: env().XO_URL });
    const page = await call(env(), "search_documentation", { topic: "backups" });
    expect(JSON.stringify(page)).toContain(`${env().XO_URL}/docs/`);
    expect(seen.filter((path) => !path.startsWith("/tools/xo/"))).toEqual([]);
  });

  test("does not follow a redirect out of it", async () => {
    using out = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: (request) => {
        seen.push(new URL(request.url).pathname);
        return new Response("", { status: 302, headers: { location: "/rest/v0/pools" } });
      },
    });
    seen.length = 0;
    const XO_URL = `http://127.0.0.1:${out.port}/xo`;
    const outcome = await tryCall({ XO_URL, XO_TOKEN: token }, "list_pools");
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toContain("redirects to a path outside of it");
    expect(seen.filter((path) => !path.startsWith("/xo/"))).toEqual([]);
  });
});

describe("settings with more in them than belongs there", () => {
  test.each([
    ["https://http://xo", "twice"],
    ["http://https://xo.example.com", "twice"],
    ["https:https://xo", "twice"],
    ["XO_URL=https://xo.example.com", "its own name"],
    ['"https://xo.example.com"', "quotes"],
    ["https://xo.example.com/rest/v0", "Use https://xo.example.com"],
    ["https://xo.example.com/#/home", "Use https://xo.example.com"],
    ["https://xo.example.com/v6/", "Use https://xo.example.com"],
    ["https://xo.example.com/%22xo", "signs that no path"],
  ])("XO_URL %s", async (XO_URL, says) => {
    const outcome = await run(["call", "list_pools"], { XO_URL, XO_TOKEN: token });
    expect(outcome).toMatchObject({ stdout: "", exitCode: 2 });
    expect(outcome.stderr).toContain(says);
  });

  test.each([
    `authenticationToken=${token}`,
    `token=${token}`,
    `Cookie: authenticationToken=${token}`,
    `Bearer ${token}`,
    `XO_TOKEN=${token}`,
    `"${token}"`,
  ])("XO_TOKEN %s", async (XO_TOKEN) => {
    const outcome = await run(["call", "list_pools"], { XO_URL: "http://127.0.0.1:1", XO_TOKEN });
    expect(outcome).toMatchObject({ stdout: "", exitCode: 2 });
    expect(outcome.stderr).toContain("XO_TOKEN has more than the token in it");
    expect(outcome.stderr).not.toContain(token);
  });

  test("a password where the account has none in XO", async () => {
    const { username } = fixture.xo.account("admin");
    const outcome = await tryCall(
      { XO_URL: fixture.xo.url, XO_USERNAME: username, XO_PASSWORD: "wrong-one" },
      "list_pools",
    );
    expect(outcome).toMatchObject({ stdout: "", exitCode: 3 });
    expect(outcome.stderr).toContain("SAML, OpenID Connect, GitHub or Google");
    expect(outcome.stderr).toContain("make a token");
  });
});
