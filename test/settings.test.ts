import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import * as faults from "./faults/behaviours.ts";
import { RawSession } from "./faults/raw-session.ts";
import { serveFault } from "./faults/server.ts";
import { connect, run, warningsOf } from "./harness.ts";

const token = "canary-token-0123456789";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "xo-mcp-settings-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** A file of these bytes; only the user may read it. */
async function fileWith(name: string, bytes: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes, { mode: 0o600 });
  return path;
}

/** `call list_pools` against an XO with nothing but empty lists. */
async function outcome(env: Record<string, string>) {
  using xo = serveFault(faults.emptyXo);
  const { stderr, exitCode } = await run(["call", "list_pools"], { XO_URL: xo.url, ...env });
  return { stderr, exitCode, sent: xo.requests.map(({ head }) => head).join("\n") };
}

/** Text of the answer to one call, an error or not. */
async function said(session: RawSession): Promise<string> {
  return JSON.stringify(await session.call("list_pools"));
}

describe.if(process.platform !== "win32")("a token file that is a pipe", () => {
  const pipe = () => {
    const path = join(folder, crypto.randomUUID());
    Bun.spawnSync(["mkfifo", "-m", "600", path]);
    return path;
  };

  test("into which nobody writes keeps no one waiting but the calls that need it", async () => {
    using xo = serveFault(faults.emptyXo);
    const XO_TOKEN_FILE = pipe();
    await using session = new RawSession({ XO_URL: xo.url, XO_TOKEN_FILE, XO_TIMEOUT: "4" });
    const start = performance.now();
    await session.initialize();
    const call = said(session);
    await session.request("tools/list");
    await session.request("ping");
    expect(performance.now() - start).toBeLessThan(1_500);
    const answer = await call;
    expect(performance.now() - start).toBeWithin(1_900, 4_500);
    expect(answer).toContain("The file named by XO_TOKEN_FILE gave nothing in time");
    expect(answer).not.toContain(folder);
    expect(xo.requests).toEqual([]);
    // The next call looks again.
    const next = said(session);
    await writeFile(XO_TOKEN_FILE, token);
    expect(await next).toContain('"total":0');
    await session.end();
    expect(await session.exited).toBe(0);
  });

  test("is read once for all calls, whenever its writer comes", async () => {
    using xo = serveFault(faults.emptyXo);
    const XO_TOKEN_FILE = pipe();
    await using session = new RawSession({ XO_URL: xo.url, XO_TOKEN_FILE });
    await session.initialize();
    const calls = [said(session), said(session)];
    await Bun.sleep(200);
    const writer = Bun.spawn([
      "sh",
      "-c",
      `{ printf canary-token-; sleep 0.2; printf 0123456789; } > "$1"`,
      "sh",
      XO_TOKEN_FILE,
    ]);
    for (const answer of await Promise.all(calls)) expect(answer).toContain('"total":0');
    expect(await writer.exited).toBe(0);
    expect(await said(session)).toContain('"total":0');
    expect(xo.requests.at(-1)?.head).toContain(`authenticationToken=${token}\r\n`);
  });

  test("may be a shell's own", async () => {
    using xo = serveFault(faults.emptyXo);
    const script = `XO_TOKEN_FILE=<(echo ${token}) "$0" call list_pools`;
    const child = Bun.spawn(["bash", "-c", script, join(import.meta.dir, "../dist/xo-mcp")], {
      env: { XO_URL: xo.url, PATH: process.env["PATH"] ?? "" },
      stdout: "ignore",
    });
    expect(await child.exited).toBe(0);
    expect(xo.requests.at(-1)?.head).toContain(`authenticationToken=${token}\r\n`);
  });

  test("may not be without an end", async () => {
    const { stderr, exitCode } = await outcome({ XO_TOKEN_FILE: "/dev/zero" });
    expect(stderr).toContain("The file named by XO_TOKEN_FILE is larger than 1 MiB");
    expect(exitCode).toBe(2);
  });
});

describe("a token file", () => {
  const wide = Buffer.from(`${token}\r\n`, "utf16le");

  test.each([
    ["UTF-8 with a mark", Buffer.from(`\uFEFF${token}\n`)],
    ["UTF-16, as Windows writes it", Buffer.concat([Buffer.from([0xff, 0xfe]), wide])],
    ["UTF-16 without a mark", wide],
    ["UTF-16 the other way round", Buffer.concat([Buffer.from([0xff, 0xfe]), wide]).swap16()],
  ])("in %s is decoded", async (name, bytes) => {
    const { exitCode, sent } = await outcome({ XO_TOKEN_FILE: await fileWith(name, bytes) });
    expect(exitCode).toBe(0);
    expect(sent).toContain(`authenticationToken=${token}\r\n`);
  });

  test.each([
    ["bytes that are no text", Buffer.from([0x70, 0xe9, 0xff, 0x70])],
    ["half of a character", Buffer.concat([Buffer.from([0xff, 0xfe]), wide, Buffer.from([0x61])])],
  ])("of %s is told by its variable alone", async (name, bytes) => {
    const { stderr, exitCode, sent } = await outcome({
      XO_TOKEN_FILE: await fileWith(name, bytes),
    });
    expect(stderr).toContain("The file named by XO_TOKEN_FILE is no text in UTF-8 or UTF-16");
    expect(stderr).not.toContain(folder);
    expect({ exitCode, sent }).toEqual({ exitCode: 2, sent: "" });
  });
});

describe("a placeholder that nothing has replaced", () => {
  const good = { XO_TOKEN: token, XO_USERNAME: "", XO_PASSWORD: "" };
  const pair = { XO_TOKEN: "", XO_USERNAME: "admin", XO_PASSWORD: "password" };

  test.each([
    ["XO_TOKEN", { ...good, XO_TOKEN: "${XO_TOKEN}" }],
    ["XO_TOKEN", { ...good, XO_TOKEN: "${input:xo-token}" }],
    ["XO_TOKEN", { ...good, XO_TOKEN: " <token> " }],
    ["XO_TOKEN", { ...good, XO_TOKEN: "<your token>" }],
    ["XO_TOKEN", { ...good, XO_TOKEN: "%XO_TOKEN%" }],
    ["XO_TOKEN", { ...good, XO_TOKEN: "$XO_TOKEN" }],
    ["XO_TOKEN", { ...good, XO_TOKEN: "{{token}}" }],
    ["XO_TOKEN", { ...good, XO_TOKEN: "the-token" }],
    ["XO_URL", { ...good, XO_URL: "https://${XO_HOST}/" }],
    ["XO_URL", { ...good, XO_URL: "https://xo.example.com" }],
    ["XO_TOKEN_FILE", { XO_TOKEN_FILE: "${userHome}/xo-token" }],
    ["XO_CA_FILE", { ...good, XO_CA_FILE: "<path>" }],
    ["XO_TIMEOUT", { ...good, XO_TIMEOUT: "${user_config.timeout}" }],
    ["XO_USERNAME", { ...pair, XO_USERNAME: "${env:XO_USERNAME}" }],
    ["XO_PASSWORD", { ...pair, XO_PASSWORD: "<password>" }],
    ["HTTPS_PROXY", { ...good, HTTPS_PROXY: "${HTTPS_PROXY}" }],
  ])("in %s is told, and nothing is sent: %j", async (name, env) => {
    const { stderr, exitCode, sent } = await outcome(env);
    expect(stderr).toMatch(new RegExp(`${name} holds (?:a placeholder|the example)`));
    expect({ exitCode, sent }).toEqual({ exitCode: 2, sent: "" });
  });

  test("is none in a password of which it is a part", async () => {
    expect(await outcome({ ...pair, XO_PASSWORD: "a${b}<c>" })).toMatchObject({ exitCode: 0 });
  });
});

test("what the settings are warned of comes in the first answer, and in no other", async () => {
  using xo = serveFault(faults.emptyXo);
  const XO_TOKEN_FILE = await fileWith("open", token);
  await writeFile(XO_TOKEN_FILE, token, { mode: 0o644 });
  Bun.spawnSync(["chmod", "644", XO_TOKEN_FILE]);
  const env = { XO_URL: xo.url, XO_TOKEN_FILE, XO_INSECURE: "1", XO_MCP_MAX_CHARS: "many" };
  const client = await connect(env);
  const ask = async () => {
    const { structuredContent } = await client.callTool({ name: "list_pools" });
    return warningsOf(z.looseObject({}).parse(structuredContent));
  };
  // A call that fails tells its own reason alone.
  await client.callTool({ name: "list_pools", arguments: { limit: -1 } });
  const first = await ask();
  expect(first).toContain("XO_MCP_MAX_CHARS must be a whole number");
  expect(first).toContain("XO_INSECURE=1: the certificate is not checked");
  if (process.platform !== "win32") expect(first).toContain("chmod 600");
  expect(await ask()).not.toMatch(/XO_/);
  await client.close();
});
