import { afterEach, describe, expect, test } from "bun:test";
import {
  type Answer,
  ask,
  call,
  connect,
  type Environment,
  itemsOf,
  run,
  signIn,
  useXo,
} from "./harness.ts";
import { trap } from "./xo/estate/traps.ts";
import type { AccountName } from "./xo/start.ts";

const fixture = useXo({ pools: 2, hosts: 4, vms: 10 });

afterEach(async () => {
  const { xo } = fixture;
  await xo.clearFaults();
  await xo.setMcp(true);
  await xo.reconnectServer(String(xo.estate.servers[1]?.id));
});

/** How XO answers what it does not know, as Express does. */
const noRoute = { status: 404, headers: { "content-type": "text/html" }, body: "Cannot GET" };

/** The variables that sign in with a password. XO slows down a name after a wrong one: `reader` here. */
const byPassword = (name: AccountName, password?: string): Environment => {
  const account = fixture.xo.account(name);
  return {
    XO_URL: fixture.xo.url,
    XO_USERNAME: account.username,
    XO_PASSWORD: password ?? account.password,
  };
};

/** The answer of the tool, and what `check` says of the same: its report and its exit code. */
async function examine(env: Environment) {
  const answer = await call(env, "check_connection");
  const check = await run(["check", "--json"], env);
  expect(JSON.parse(check.stdout)).toEqual(answer);
  return { answer, exitCode: check.exitCode };
}

const step = (answer: Answer, name: string): Answer | undefined =>
  itemsOf(answer, "steps").find((one) => one["step"] === name);

const statuses = (answer: Answer): string =>
  itemsOf(answer, "steps")
    .filter(({ status }) => status !== "skipped")
    .map(({ step: name, status }) => `${name}: ${status}`)
    .join(", ");

describe("check_connection", () => {
  test("tells who signed in, which XO it is, and how many pools it reaches", async () => {
    const { answer, exitCode } = await examine(signIn(fixture.xo));
    expect(exitCode).toBe(0);
    expect(answer).toMatchObject({
      ok: true,
      url: fixture.xo.url,
      account: fixture.xo.account("admin").username,
      rest_api_version: "0.39.0",
      xo_version: "6.7 or newer",
      pools_connected: 2,
    });
    expect(statuses(answer)).toBe(
      "configuration: ok, reachable: ok, tls: ok, mcp: ok, account: warning, version: ok, pools: warning",
    );
  });

  test("has a line for each step for people, and says the same", async () => {
    const { stdout, stderr, exitCode } = await run(["check"], signIn(fixture.xo));
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    expect(stdout).toMatch(/^ok +configuration +XO_URL and a token are set$/m);
    expect(stdout).toMatch(/^warning +pools +2 of 3 connected\. XO is not connected to vienna/m);
  });

  test("discloses neither its own credential nor one of XO's", async () => {
    for (const env of [
      signIn(fixture.xo),
      byPassword("admin"),
      byPassword("reader", "CANARY-no"),
    ]) {
      const { stdout, stderr } = await run(["check", "--verbose"], env);
      expect(stdout + stderr).not.toContain("CANARY");
    }
  });

  describe("fails at", () => {
    test("the settings, when XO_URL is missing", async () => {
      const { answer, exitCode } = await examine({ XO_TOKEN: "any" });
      expect(exitCode).toBe(2);
      expect(answer).toMatchObject({ ok: false });
      expect(statuses(answer)).toBe("configuration: failed");
      expect(step(answer, "configuration")).toMatchObject({
        error: "config",
        detail: "XO_URL is not set.",
        hint: expect.stringContaining("https://xo.example.com"),
      });
    });

    test("the settings, when no credential is set, or half of one", async () => {
      const XO_URL = fixture.xo.url;
      const none = await examine({ XO_URL });
      expect(none.exitCode).toBe(2);
      expect(step(none.answer, "configuration")?.["detail"]).toContain("XO_TOKEN");
      const half = await examine({ XO_URL, XO_USERNAME: "admin" });
      expect(half.exitCode).toBe(2);
      expect(step(half.answer, "configuration")?.["detail"]).toBe("XO_PASSWORD is not set.");
    });

    test("the settings, when the password has a colon, before XO counts a failed sign-in", async () => {
      await fixture.xo.clearRequests();
      const { answer, exitCode } = await examine(byPassword("colon"));
      expect(exitCode).toBe(2);
      expect(step(answer, "configuration")).toMatchObject({
        detail: expect.stringContaining("XO_PASSWORD has a colon in it"),
        hint: expect.stringContaining("XO_TOKEN"),
      });
      expect(await fixture.xo.requests()).toEqual([]);
    });

    test("the network, when XO is down", async () => {
      const { answer, exitCode } = await examine({ XO_URL: "http://127.0.0.1:1", XO_TOKEN: "any" });
      expect(exitCode).toBe(4);
      expect(statuses(answer)).toBe("configuration: ok, reachable: failed");
      expect(step(answer, "reachable")).toMatchObject({
        error: "unreachable",
        detail: "Connection refused by 127.0.0.1:1.",
        hint: expect.stringContaining("Check that XO runs"),
      });
    });

    test("the network, when XO does not answer in time", async () => {
      await fixture.xo.setFaults([{ match: {}, delayMs: 2000 }]);
      const { answer, exitCode } = await examine({ ...signIn(fixture.xo), XO_TIMEOUT: "1" });
      expect(exitCode).toBe(4);
      expect(step(answer, "reachable")).toMatchObject({ status: "failed", error: "timeout" });
    });

    test("the network, when a proxy says that XO is not ready", async () => {
      await fixture.xo.setFaults([{ match: {}, status: 503, body: "<html>" }]);
      const { answer, exitCode } = await examine(signIn(fixture.xo));
      expect(exitCode).toBe(4);
      expect(step(answer, "reachable")?.["detail"]).toContain("is not ready (503)");
    });

    test("the account, when the token is wrong", async () => {
      const { answer, exitCode } = await examine({ XO_URL: fixture.xo.url, XO_TOKEN: "wrong" });
      expect(exitCode).toBe(3);
      expect(answer).toMatchObject({ ok: false });
      expect(step(answer, "reachable")).toMatchObject({ status: "ok" });
      expect(step(answer, "account")).toMatchObject({
        status: "failed",
        error: "auth",
        detail: "XO refused the token (401).",
      });
      expect(step(answer, "pools")).toMatchObject({ status: "skipped" });
    });

    test("the account, when the password is wrong, after a single try", async () => {
      const { xo } = fixture;
      await xo.clearRequests();
      const { stdout, exitCode } = await run(["check", "--json"], byPassword("reader", "wrong"));
      expect(exitCode).toBe(3);
      expect(step(JSON.parse(stdout), "account")).toMatchObject({
        status: "failed",
        error: "auth",
      });
      expect(await xo.requests()).toHaveLength(1);
    });

    test("MCP, when the operator has switched it off", async () => {
      await fixture.xo.setMcp(false);
      const { answer, exitCode } = await examine(signIn(fixture.xo));
      expect(exitCode).toBe(3);
      expect(step(answer, "mcp")).toMatchObject({
        status: "failed",
        error: "disabled",
        detail: expect.stringContaining("has switched off access for AI assistants"),
      });
      expect(step(answer, "account")).toMatchObject({ status: "skipped" });
    });

    test("nothing over MCP: a report of a failure is an answer", async () => {
      const client = await connect({ XO_URL: "http://127.0.0.1:1", XO_TOKEN: "any" });
      expect(await ask(client, "check_connection")).toMatchObject({ ok: false });
      await client.close();
    });
  });

  describe("warns, and ends with 0,", () => {
    test("when XO has lost a pool, which it names with the code of the reason", async () => {
      const { xo } = fixture;
      const server = xo.estate.servers[1];
      await xo.disconnectServer(String(server?.id), { error: { code: "EHOSTUNREACH" } });
      const { answer, exitCode } = await examine(signIn(xo));
      expect(exitCode).toBe(0);
      expect(answer).toMatchObject({ ok: true, pools_connected: 1 });
      const { label } = trap(xo.estate, "disconnected-server");
      expect(step(answer, "pools")).toMatchObject({
        status: "warning",
        detail: `1 of 3 connected. XO is not connected to ${String(server?.label)} (disconnected: EHOSTUNREACH), ${String(label)} (disconnected: ECONNREFUSED): the objects of these pools are missing here`,
      });
    });

    test("of a password where a token would do", async () => {
      const { answer, exitCode } = await examine(byPassword("admin"));
      expect(exitCode).toBe(0);
      expect(answer).toMatchObject({ ok: true });
      expect(step(answer, "configuration")).toMatchObject({
        status: "warning",
        hint: expect.stringContaining("XO_TOKEN"),
      });
    });

    test("when a role hides the connections, and says that the account is limited", async () => {
      for (const name of ["reader", "nobody"] as const) {
        const { answer, exitCode } = await examine(signIn(fixture.xo, name));
        expect(exitCode).toBe(0);
        expect(step(answer, "account")?.["detail"]).toContain("limited by roles");
        expect(step(answer, "pools")).toMatchObject({
          status: "warning",
          detail: "this account may not see the connections",
        });
        expect(answer).not.toHaveProperty("pools_connected");
      }
    });

    test("when the version cannot be read, which stops nothing else", async () => {
      await fixture.xo.setFaults([{ match: { path: "swagger" }, ...noRoute }]);
      const { answer, exitCode } = await examine(signIn(fixture.xo));
      expect(exitCode).toBe(0);
      expect(step(answer, "version")).toMatchObject({ status: "warning" });
      expect(answer).toMatchObject({ ok: true, pools_connected: 2 });
    });
  });

  test("takes an XO without the switch for MCP as one that allows it", async () => {
    await fixture.xo.setFaults([{ match: { path: "/mcp/status" }, ...noRoute }]);
    const { answer, exitCode } = await examine(signIn(fixture.xo));
    expect(exitCode).toBe(0);
    expect(step(answer, "mcp")).toMatchObject({ status: "ok" });
  });
});
