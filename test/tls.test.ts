import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import * as faults from "./faults/behaviours.ts";
import { type Identity, inDays, makeCertificate, type Wanted } from "./faults/certificates.ts";
import { serveFault } from "./faults/server.ts";
import { call, connect, type Environment, run, tryCall } from "./harness.ts";
import { startXo, type TestXo } from "./xo/start.ts";

const authority = makeCertificate({ subject: "Test CA", names: [], isAuthority: true });
const issued = (wanted: Wanted = {}) => makeCertificate({ issuer: authority, ...wanted });
// XO's own certificate has no SAN.
const likeXo = makeCertificate({ subject: "127.0.0.1", names: [] });

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "xo-mcp-tls-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** A file with this text; only the user may read it. */
async function fileWith(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text, { mode: 0o600 });
  return path;
}

const token = "canary-token-0123456789";

/** `call list_pools` against a server with this certificate, which has nothing but empty lists. */
async function against(identity: Identity, env: Environment, host = "127.0.0.1") {
  using server = serveFault(faults.emptyXo, identity);
  const url = `https://${host}:${server.port}`;
  const outcome = await run(["call", "list_pools"], { XO_URL: url, XO_TOKEN: token, ...env });
  return { ...outcome, requests: server.requests.length };
}

/** What is the same wherever trust fails: exit code, and no request. */
const refused = { stdout: "", exitCode: 4, requests: 0 };
const trusted = { stderr: "", exitCode: 0 };

describe("XO_CA_FILE", () => {
  const withCa = async () => ({ XO_CA_FILE: await fileWith("ca.pem", authority.cert) });

  test("trusts what its authority issued, by address and by name", async () => {
    expect(await against(issued(), await withCa())).toMatchObject(trusted);
    expect(await against(issued(), await withCa(), "localhost")).toMatchObject(trusted);
  });

  test("trusts a self-signed certificate that it holds, if the name is right", async () => {
    const own = makeCertificate({ isAuthority: true });
    const XO_CA_FILE = await fileWith("own.pem", own.cert);
    expect(await against(own, { XO_CA_FILE })).toMatchObject(trusted);
  });

  test("may hold several certificates, and text between them", async () => {
    const several = `# old\n${likeXo.cert}\n# new\r\n${authority.cert.replaceAll("\n", "\r\n")}`;
    const XO_CA_FILE = await fileWith("several.pem", several);
    expect(await against(issued(), { XO_CA_FILE })).toMatchObject(trusted);
  });

  test.each([
    ["of another authority", makeCertificate(), "it is self-signed"],
    ["made out to another name", issued({ names: ["other.example"] }), "not made out to 127.0.0.1"],
    ["without a SAN", issued({ subject: "127.0.0.1", names: [] }), "not made out to 127.0.0.1"],
    ["that has expired", issued({ from: inDays(-9), to: inDays(-1) }), "it has expired"],
    ["that is not valid yet", issued({ from: inDays(2) }), "it is not valid yet"],
  ])("does not trust a certificate %s", async (_case, identity, reason) => {
    const outcome = await against(identity, await withCa());
    expect(outcome.stderr).toContain(reason);
    expect(outcome).toMatchObject(refused);
  });

  test.each([
    ["is missing", undefined, "cannot be read (ENOENT)"],
    ["is empty", "", "has no certificate in it"],
    ["holds a key", likeXo.key, "has no certificate in it"],
    ["is binary", "\u0000\u0001\u0002", "has no certificate in it"],
    [
      "is cut",
      authority.cert.replace(/^(.{100}).*(?=-----END)/s, "$1\n"),
      "has a broken certificate",
    ],
  ])("that %s is a mistake in the settings, told before a request", async (_case, text, reason) => {
    const path = join(folder, "nosuch.pem");
    const XO_CA_FILE = text === undefined ? path : await fileWith("bad.pem", text);
    const outcome = await against(issued(), { XO_CA_FILE });
    expect(outcome.stderr).toContain(`The file named by XO_CA_FILE ${reason}`);
    expect(outcome).toMatchObject({ ...refused, exitCode: 2 });
    expect(outcome.stderr).not.toContain(folder);
  });
});

describe("XO_TLS_FINGERPRINT", () => {
  const { fingerprint } = likeXo;

  test.each([
    ["with colons", fingerprint],
    ["as openssl prints the whole line", `sha256 Fingerprint=${fingerprint}`],
    ["without colons", fingerprint.replaceAll(":", "")],
    ["in lower case", fingerprint.toLowerCase()],
    [
      "in lower case without colons, with blanks around",
      ` ${fingerprint.replaceAll(":", "").toLowerCase()} `,
    ],
  ])("trusts XO's own certificate, which has no SAN, %s", async (_case, pin) => {
    const outcome = await against(likeXo, { XO_TLS_FINGERPRINT: pin });
    expect(outcome).toMatchObject(trusted);
    expect(outcome.requests).toBeGreaterThan(0);
  });

  test("trusts a certificate of an unknown authority", async () => {
    const identity = issued({ names: ["other.example"] });
    expect(await against(identity, { XO_TLS_FINGERPRINT: identity.fingerprint })).toMatchObject(
      trusted,
    );
  });

  test("that is another's: not one request, the certificate shown, no advice to trust it", async () => {
    const outcome = await against(likeXo, { XO_TLS_FINGERPRINT: authority.fingerprint });
    expect(outcome).toMatchObject(refused);
    expect(outcome.stderr).toContain("is not the one in XO_TLS_FINGERPRINT");
    expect(outcome.stderr).toContain(fingerprint);
    expect(outcome.stderr).toContain("Somebody may stand between you and XO");
    expect(outcome.stderr).not.toContain("XO_TLS_FINGERPRINT=");
  });

  test("does not make an expired certificate good", async () => {
    const identity = makeCertificate({ from: inDays(-9), to: inDays(-1) });
    const outcome = await against(identity, { XO_TLS_FINGERPRINT: identity.fingerprint });
    expect(outcome).toMatchObject(refused);
    expect(outcome.stderr).toContain('it has expired. It shows: subject "CN=xo.example"');
    expect(outcome.stderr).toContain("renew it on XO");
  });

  test("and XO_CA_FILE together ask for both", async () => {
    const XO_CA_FILE = await fileWith("both.pem", authority.cert);
    const identity = issued({ names: [] });
    const pin = identity.fingerprint;
    expect(await against(identity, { XO_CA_FILE, XO_TLS_FINGERPRINT: pin })).toMatchObject(trusted);

    const another = await against(issued(), { XO_CA_FILE, XO_TLS_FINGERPRINT: pin });
    expect(another).toMatchObject(refused);
    expect(another.stderr).toContain("is not the one in XO_TLS_FINGERPRINT");

    const foreign = await against(likeXo, { XO_CA_FILE, XO_TLS_FINGERPRINT: fingerprint });
    expect(foreign).toMatchObject(refused);
    expect(foreign.stderr).toContain("XO_CA_FILE does not hold its authority");
  });

  test("that is none is a mistake in the settings", async () => {
    for (const pin of ["abc", fingerprint.slice(3), `${fingerprint}:00`, "g".repeat(64)]) {
      const outcome = await against(likeXo, { XO_TLS_FINGERPRINT: pin });
      expect(outcome).toMatchObject({ ...refused, exitCode: 2 });
      expect(outcome.stderr).toContain("64 hexadecimal digits");
    }
  });

  test("looks for no longer than the call may take", async () => {
    const silent = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const start = performance.now();
    const { stderr, exitCode } = await run(["call", "list_pools"], {
      XO_URL: `https://127.0.0.1:${silent.port}`,
      XO_TOKEN: token,
      XO_TIMEOUT: "1",
      XO_TLS_FINGERPRINT: fingerprint,
    });
    silent.stop(true);
    expect(stderr).toContain("did not answer in time");
    expect(exitCode).toBe(4);
    expect(performance.now() - start).toBeLessThan(8_000);
  });

  test("in a session: XO gets a new certificate, and the next call says so", async () => {
    const env = { XO_TOKEN: token, XO_TLS_FINGERPRINT: fingerprint };
    const first = serveFault(faults.emptyXo, likeXo);
    const client = await connect({ ...env, XO_URL: first.url });
    const before = await client.callTool({ name: "list_pools" });
    expect(before.isError).toBeUndefined();
    first[Symbol.dispose]();
    using second = serveFault(faults.emptyXo, makeCertificate(), first.port);
    const after = await client.callTool({ name: "list_hosts" });
    expect(JSON.stringify(after.content)).toContain("is not the one in XO_TLS_FINGERPRINT");
    expect(second.requests).toEqual([]);
    await client.close();
  });
});

describe("XO_INSECURE", () => {
  const warning = "XO_INSECURE=1: the certificate is not checked";

  test("checks nothing, and says so in the first answer", async () => {
    const identity = makeCertificate({
      names: ["other.example"],
      from: inDays(-9),
      to: inDays(-1),
    });
    const outcome = await against(identity, { XO_INSECURE: "1" });
    expect(outcome.exitCode).toBe(0);
    expect(outcome.stdout).toContain(warning);
    expect(outcome.stdout).toContain("XO_TLS_FINGERPRINT is the safe way");
    const env = { XO_URL: "https://127.0.0.1:1", XO_TOKEN: token, XO_INSECURE: "1" };
    expect((await run(["check"], env)).stderr).toContain(warning);
  });

  test.each([
    ["XO_TLS_FINGERPRINT", { XO_TLS_FINGERPRINT: likeXo.fingerprint }],
    ["XO_CA_FILE", {}],
  ])("and %s contradict each other", async (name, env: Environment) => {
    const XO_CA_FILE = await fileWith("insecure.pem", authority.cert);
    const outcome = await against(likeXo, { XO_INSECURE: "1", XO_CA_FILE, ...env });
    expect(outcome).toMatchObject({ ...refused, exitCode: 2 });
    expect(outcome.stderr).toContain(`XO_INSECURE=1 would switch off what ${name} asks for`);
  });

  test("that is neither 1 nor 0 is a mistake in the settings", async () => {
    const outcome = await against(likeXo, { XO_INSECURE: "yes please" });
    expect(outcome).toMatchObject({ ...refused, exitCode: 2 });
    expect(await against(likeXo, { XO_INSECURE: "0" })).toMatchObject(refused);
  });
});

test("NODE_TLS_REJECT_UNAUTHORIZED=0 switches nothing off", async () => {
  const env = { NODE_TLS_REJECT_UNAUTHORIZED: "0" };
  expect(await against(likeXo, env)).toMatchObject(refused);
  const pinned = { ...env, XO_TLS_FINGERPRINT: authority.fingerprint };
  expect(await against(likeXo, pinned)).toMatchObject(refused);
});

describe("a secret in a file", () => {
  const readable = test.if(process.platform !== "win32");
  readable("that others may read is warned of, and used", async () => {
    using server = serveFault(faults.emptyXo);
    const XO_TOKEN_FILE = await fileWith("token", `${token}\n`);
    const env = { XO_URL: server.url, XO_TOKEN_FILE };
    expect(await run(["call", "list_pools"], env)).toMatchObject(trusted);
    await chmod(XO_TOKEN_FILE, 0o644);
    const { stderr, exitCode } = await run(["call", "list_pools", "-o", "table"], env);
    expect(stderr).toContain("The file named by XO_TOKEN_FILE can be read by others");
    expect(stderr).toContain("chmod 600");
    expect(stderr).not.toMatch(new RegExp(`canary|${folder}`));
    expect(exitCode).toBe(0);
    expect(server.requests.at(-1)?.head).toContain(`Cookie: authenticationToken=${token}\r\n`);
  });
});

describe("the real REST API over TLS", () => {
  let xo: TestXo;
  let env: Environment;
  beforeAll(async () => {
    const cert = await fileWith("xo.crt", likeXo.cert);
    xo = await startXo({ tls: { cert, key: await fileWith("xo.key", likeXo.key) } });
    env = { XO_URL: xo.url, XO_TOKEN: xo.account("admin").token };
  });
  afterAll(() => xo.stop());

  const Report = z.object({
    ok: z.boolean(),
    steps: z.array(
      z.object({
        step: z.string(),
        status: z.string(),
        detail: z.string(),
        hint: z.string().optional(),
      }),
    ),
  });

  test("check shows the certificate, and the variable that trusts exactly it: it works when set", async () => {
    const first = await run(["check", "--json"], env);
    expect(first.exitCode).toBe(4);
    const { steps } = Report.parse(JSON.parse(first.stdout));
    const tls = steps.find(({ step }) => step === "tls");
    expect(tls?.status).toBe("failed");
    const { validFrom, validTo } = new X509Certificate(likeXo.cert);
    for (const shown of [
      'subject "CN=127.0.0.1"',
      "issued by itself",
      "names none",
      `valid "${validFrom}" to "${validTo}"`,
      `SHA-256 ${likeXo.fingerprint}`,
    ]) {
      expect(tls?.detail).toContain(shown);
    }
    const [, variable, value] = /(XO_TLS_FINGERPRINT)=(\S+)/.exec(tls?.hint ?? "") ?? [];
    expect(variable).toBe("XO_TLS_FINGERPRINT");

    const second = await run(["check", "--json"], { ...env, XO_TLS_FINGERPRINT: value ?? "" });
    expect(second.exitCode).toBe(0);
    expect(Report.parse(JSON.parse(second.stdout)).ok).toBe(true);
    const { total } = await call({ ...env, XO_TLS_FINGERPRINT: value ?? "" }, "list_pools");
    expect(total).toBeGreaterThan(0);
  });

  test("the error of a call shows the same, with names and issuer where there are some", async () => {
    const identity = issued({ names: ["xo.example", "192.0.2.7"] });
    const { stderr } = await against(identity, {});
    expect(stderr).toContain('issued by "CN=Test CA"');
    expect(stderr).toContain('names "DNS:xo.example, IP Address:192.0.2.7"');
    expect(stderr).toContain(`XO_TLS_FINGERPRINT=${identity.fingerprint} trusts exactly this`);
  });
});

test("a certificate's name writes no line of check's", async () => {
  const line = "ok       account        somebody@example.org, by token";
  const identity = makeCertificate({ subject: `xo\n${line}\r\n\u2028${line}` });
  using server = serveFault(faults.emptyXo, identity);
  const env = { XO_URL: `https://127.0.0.1:${server.port}`, XO_TOKEN: token };
  const { stdout, exitCode } = await run(["check"], env);
  expect(exitCode).toBe(4);
  expect(stdout.split("\n").filter((each) => /^ok +account/.test(each))).toEqual([]);
  expect(stdout).toContain('subject "CN=xo ok account somebody@example.org, by token');
});

/** How servers end a handshake that they want no part in (RFC 8446, section 6; RFC 5246, section 7.4.1.3). */
const handshakes: [name: string, bytes: number[], says: string, hint: string][] = [
  [
    "that refuses ours as too new",
    [0x15, 3, 1, 0, 2, 2, 70],
    "speaks only versions of TLS that are too old to be safe",
    "TLS 1.2 or newer is needed",
  ],
  [
    "that says hello in TLS 1.0",
    [0x16, 3, 1, 0, 42, 2, 0, 0, 38, 3, 1, ...Array<number>(32).fill(7), 0, 0, 0x2f, 0],
    "speaks only versions of TLS that are too old to be safe",
    "TLS 1.2 or newer is needed",
  ],
  [
    "that wants a certificate of ours",
    [0x15, 3, 3, 0, 2, 2, 116],
    "broke off before a connection with TLS was made",
    "It may want a certificate of the client",
  ],
];

describe.each(handshakes)("a server %s", (_name, bytes, says, hint) => {
  test.each([{}, { XO_TLS_FINGERPRINT: "AB".repeat(32) }])(
    "is not one whose certificate is not trusted, with %p",
    async (variables) => {
      using server = Bun.listen({
        hostname: "127.0.0.1",
        port: 0,
        socket: {
          data(socket) {
            socket.end(Buffer.from(bytes));
          },
        },
      });
      const env = {
        XO_URL: `https://127.0.0.1:${server.port}`,
        XO_TOKEN: "token-of-16-characters",
      };
      const { stderr, exitCode } = await tryCall({ ...env, ...variables }, "list_pools");
      expect(stderr).toContain(says);
      expect(stderr).toContain(hint);
      expect(stderr).not.toContain("not trusted");
      expect(exitCode).toBe(4);
    },
  );
});
