import { describe, expect, test } from "bun:test";
import { closeSync, openSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as faults from "./faults/behaviours.ts";
import { RawSession } from "./faults/raw-session.ts";
import { type Behaviour, type Peer, serveFault } from "./faults/server.ts";
import { soak } from "./faults/soak.ts";
import { ask, binary, connect, type Environment } from "./harness.ts";

const token = { XO_TOKEN: "canary-token-0123456789" };
const basic = { XO_USERNAME: "admin", XO_PASSWORD: "canary-password" };

/** An XO that takes its time, and counts how many wait at once. */
function counted(milliseconds: number) {
  const count = { now: 0, peak: 0 };
  const behaviour: Behaviour = (peer, request) => {
    count.now += 1;
    count.peak = Math.max(count.peak, count.now);
    setTimeout(() => {
      count.now -= 1;
      faults.emptyXo(peer, request);
    }, milliseconds);
  };
  return { behaviour, count };
}

/** An XO that answers nothing, and tells when it was asked and when the asker has left. */
function hanging(requests: number) {
  const peers: Peer[] = [];
  const asked = Promise.withResolvers<void>();
  const behaviour: Behaviour = (peer) => {
    peers.push(peer);
    if (peers.length === requests) asked.resolve();
  };
  const left = () => Promise.all(peers.map(({ closed }) => closed));
  return { behaviour, asked: asked.promise, left };
}

describe("fifty calls at once", () => {
  test.each<[string, Environment, number]>([
    ["at most 8 at a time with a token", token, 8],
    ["at most 2 at a time with a password", basic, 2],
  ])("reach XO %s, and all are answered", async (_limit, credentials, most) => {
    const { behaviour, count } = counted(15);
    using xo = serveFault(behaviour);
    await using session = new RawSession({ ...credentials, XO_URL: xo.url });
    await session.initialize();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => session.call(i % 2 ? "list_pools" : "list_hosts")),
    );
    for (const { result } of answers)
      expect(result).toMatchObject({ structuredContent: { total: 0 } });
    expect(count.peak).toBe(most);
    await session.end();
    expect(await session.exited).toBe(0);
    expect(await session.stderr).toBe("");
  });
});

describe("a call that is given up", () => {
  test("by its caller ends at XO too, and the next is answered", async () => {
    // The list, the account and the connections.
    const { behaviour, asked, left } = hanging(3);
    let hangs = true;
    using xo = serveFault((peer, request) => (hangs ? behaviour : faults.emptyXo)(peer, request));
    const client = await connect({ ...token, XO_URL: xo.url });
    const caller = new AbortController();
    const call = client.callTool({ name: "list_pools" }, undefined, { signal: caller.signal });
    // A promise that is rejected before somebody looks is an error by itself.
    const outcome = call.then(
      () => "answered",
      () => "cancelled",
    );
    await asked;
    hangs = false;
    caller.abort();
    expect(await outcome).toBe("cancelled");
    await left();
    expect(await ask(client, "list_pools")).toMatchObject({ total: 0 });
    await client.close();
  });

  test.each([["SIGINT"], ["SIGTERM"]] as const)("by %s ends at XO too", async (signal) => {
    const { behaviour, asked, left } = hanging(3);
    using xo = serveFault(behaviour);
    await using session = new RawSession({ ...token, XO_URL: xo.url });
    await session.initialize();
    void session.call("list_pools");
    await asked;
    const start = performance.now();
    session.kill(signal);
    expect(await session.exited).toBe(0);
    expect(performance.now() - start).toBeLessThan(8_000);
    await left();
    expect(await session.rest).toBe("");
  });

  test("by the end of stdin ends at XO too", async () => {
    const { behaviour, asked, left } = hanging(3);
    using xo = serveFault(behaviour);
    await using session = new RawSession({ ...token, XO_URL: xo.url });
    await session.initialize();
    void session.call("list_pools");
    await asked;
    await session.end();
    expect(await session.exited).toBe(0);
    await left();
    expect(await session.rest).toBe("");
  });

  test("by its deadline ends at XO too, and says so", async () => {
    const { behaviour, asked, left } = hanging(3);
    using xo = serveFault(behaviour);
    await using session = new RawSession({ ...token, XO_URL: xo.url, XO_TIMEOUT: "1" });
    await session.initialize();
    const answer = session.call("list_pools");
    await asked;
    expect(JSON.stringify(await answer)).toContain("did not answer in time");
    await left();
  });
});

describe("input that is no message", () => {
  const tenMegabytes = "x".repeat(10_000_000);

  test.each([
    ["JSON of another kind", 'null\n[]\n{}\n"x"\n1\n\n'],
    ["bytes that are no text", "\u0000\u0001\ufffd\n"],
    ["a line of 10 MB", `${tenMegabytes}\n`],
  ])("%s is passed over", async (_case, text) => {
    await using session = new RawSession({});
    session.send(text);
    await session.initialize();
    await session.end();
    expect(await session.exited).toBe(0);
    expect(await session.rest).toBe("");
  });

  test("a name or an argument of 10 MB is refused in few words", async () => {
    await using session = new RawSession({ ...token, XO_URL: "http://127.0.0.1:1" });
    await session.initialize();
    const cases: [string, object][] = [
      [tenMegabytes, {}],
      ["list_pools", { [tenMegabytes]: 1 }],
      ["list_vms", { filter: tenMegabytes }],
      ["get_vm_details", { vm_id: tenMegabytes }],
    ];
    for (const [name, args] of cases) {
      const answer = await session.call(name, args);
      expect(answer["result"]).toMatchObject({ isError: true });
      expect(JSON.stringify(answer).length).toBeLessThan(10_000);
    }
  }, 30_000);

  const elevenMegabytes = "x".repeat(11 * 1024 * 1024);

  test("a message of more than 10 MiB is refused by its id, and the session lives on", async () => {
    await using session = new RawSession({});
    await session.initialize();
    for (const within of ['{"id":9}', '"\\"id\\":9,"', '[{"id":9}]']) {
      const answer = session.answerTo(7);
      session.send(`{"jsonrpc":"2.0","params":{"a":${within}},"id" : 7,"method":"`);
      session.send(`${elevenMegabytes}"}\n`);
      expect((await answer)["error"]).toEqual({
        code: -32600,
        message: "The message is longer than 10 MiB.",
      });
    }
    // Its id comes too late.
    session.send(`{"jsonrpc":"2.0","method":"ping","params":{"a":"${elevenMegabytes}"},"id":10}\n`);
    session.send(`${elevenMegabytes}\n`);
    expect((await session.request("ping"))["result"]).toEqual({});
    await session.end();
    expect(await session.exited).toBe(0);
    expect(await session.stderr).toBe("");
  });
});

// What Bun spawns is read as it comes, so these have pipes of their own.
describe.if(process.platform !== "win32")("a host that does not read", () => {
  const requests = [
    {
      id: 0,
      method: "initialize",
      params: {
        protocolVersion: "2025-06-18",
        capabilities: {},
        clientInfo: { name: "t", version: "1" },
      },
    },
    ...Array.from({ length: 100 }, (_, i) => ({ id: i + 1, method: "tools/list", params: {} })),
  ];
  // Ten times what a pipe holds.
  const input = requests
    .map((message) => `${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`)
    .join("");

  async function piped(reader: string) {
    const script = `{ "$1" serve; echo "exit $?" >&2; } | { ${reader}; }`;
    const child = Bun.spawn(["sh", "-c", script, "sh", binary], {
      env: { PATH: process.env["PATH"] ?? "" },
      stdin: new Blob([input]),
      stdout: "pipe",
      stderr: "pipe",
    });
    const [stdout, stderr] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ]);
    return { stdout, stderr };
  }

  test("for a while gets every frame whole when it does", async () => {
    const { stdout, stderr } = await piped("sleep 1; cat");
    expect(stderr).toBe("exit 0\n");
    const ids = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).id);
    expect(ids.toSorted((a, b) => a - b)).toEqual(requests.map(({ id }) => id));
  });

  test("any more does not keep the process", async () => {
    const folder = await mkdtemp(join(tmpdir(), "xo-mcp-pipe-"));
    const path = join(folder, "pipe");
    Bun.spawnSync(["mkfifo", path]);
    // Open at both ends, so that there is a reader, which does not read.
    const pipe = openSync(path, "r+");
    const child = Bun.spawn([binary, "serve"], {
      env: {},
      stdin: new Blob([input]),
      stdout: pipe,
      stderr: "pipe",
    });
    const start = performance.now();
    expect(await child.exited).toBe(0);
    expect(performance.now() - start).toBeWithin(1_500, 12_000);
    expect(await new Response(child.stderr).text()).toBe("");
    closeSync(pipe);
    await rm(folder, { recursive: true });
  }, 20_000);

  test("and has gone is no error", async () => {
    const { stdout, stderr } = await piped("head -n 2");
    expect(stdout.trimEnd().split("\n")).toHaveLength(2);
    expect(stderr).toBe("exit 0\n");
  });
});

describe("two thousand calls", () => {
  // /proc tells the memory in use.
  test.if(process.platform === "linux")(
    "leave the memory in use as it was after five hundred",
    async () => {
      const { first, last } = await soak(2_000, 500);
      expect(last / first).toBeLessThan(1.5);
    },
    60_000,
  );
});
