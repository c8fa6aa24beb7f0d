import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { copyFile, mkdtemp, readdir, readFile, readlink, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { ask, binary, run, signIn, useXo } from "../harness.ts";
import { rowsOf } from "./questions.ts";

const fixture = useXo();

const endless =
  "with recursive c(n) as (select 1 union all select n + 1 from c) select count(*) from c";
const greedy =
  "with recursive c(n) as (select 1 union all select n + 1 from c where n < 30000000) select n, printf('%0100d', n) as x from c order by x desc";

/** A server of a binary of its own, so that its processes can be told from those of other tests. */
let folder = "";
let file = "";
let transport: StdioClientTransport;
let client: Client;

async function start(env: Record<string, string> = {}): Promise<void> {
  transport = new StdioClientTransport({
    command: file,
    args: ["serve"],
    env: { ...signIn(fixture.xo), ...env },
    stderr: "ignore",
  });
  client = new Client({ name: "test", version: "1" });
  await client.connect(transport);
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "xo-mcp-sql-"));
  file = join(folder, "xo-mcp");
  await copyFile(binary, file);
});
afterEach(async () => {
  await client.close();
  await rm(folder, { recursive: true });
});

/** The processes of this test's binary, by /proc: also of one that was replaced. */
async function processes(): Promise<number[]> {
  const numbers = (await readdir("/proc")).map(Number).filter((pid) => pid > 0);
  const own = await Promise.all(
    numbers.map(async (pid) => {
      const exe = await readlink(`/proc/${pid}/exe`).catch(() => "");
      return exe.startsWith(file) ? [pid] : [];
    }),
  );
  return own.flat();
}

async function children(): Promise<number[]> {
  return (await processes()).filter((pid) => pid !== transport.pid);
}

async function until(holds: () => Promise<boolean>, milliseconds: number): Promise<boolean> {
  const end = Date.now() + milliseconds;
  while (Date.now() < end) {
    if (await holds()) return true;
    await Bun.sleep(20);
  }
  return holds();
}

const failed = async (sql: string): Promise<string> => {
  const { isError, content } = await client.callTool({ name: "query_sql", arguments: { sql } });
  expect(isError).toBe(true);
  return JSON.stringify(content);
};

describe("a statement without end", () => {
  test("is gone at the deadline, and the server answers all along", async () => {
    await start({ XO_TIMEOUT: "2" });
    const begun = Date.now();
    const answer = failed(endless);
    let slowest = 0;
    for (let count = 0; count < 10; count += 1) {
      const asked = performance.now();
      await client.ping();
      slowest = Math.max(slowest, performance.now() - asked);
      await Bun.sleep(100);
    }
    expect(await answer).toContain("did not end in time");
    expect(Date.now() - begun).toBeLessThan(6_000);
    expect(slowest).toBeLessThan(1_000);
    expect(await until(async () => (await children()).length === 0, 1_000)).toBe(true);
    expect(rowsOf(await ask(client, "query_sql", { sql: "select 1" }))).toEqual([[1]]);
  });

  test("ends when its caller cancels it", async () => {
    await start();
    const given = new AbortController();
    const answer = client
      .callTool({ name: "query_sql", arguments: { sql: endless } }, undefined, {
        signal: given.signal,
      })
      .catch(() => "cancelled");
    expect(await until(async () => (await children()).length === 1, 5_000)).toBe(true);
    given.abort();
    expect(await answer).toBe("cancelled");
    expect(await until(async () => (await children()).length === 0, 2_000)).toBe(true);
  });

  test.each(["SIGKILL", "SIGTERM"] as const)(
    "does not outlive a server ended by %s",
    async (signal) => {
      await start();
      void client
        .callTool({ name: "query_sql", arguments: { sql: endless } })
        .catch(() => undefined);
      expect(await until(async () => (await children()).length === 1, 5_000)).toBe(true);
      process.kill(transport.pid ?? 0, signal);
      expect(await until(async () => (await processes()).length === 0, 5_000)).toBe(true);
    },
  );

  test("leaves room for one other, and the third waits for its turn", async () => {
    await start({ XO_TIMEOUT: "3" });
    const two = [failed(endless), failed(endless)];
    expect(await until(async () => (await children()).length === 2, 5_000)).toBe(true);
    const third = failed(endless);
    await Bun.sleep(300);
    expect(await children()).toHaveLength(2);
    for (const each of [...two, third]) expect(await each).toContain("did not end in time");
  });
});

describe("a statement that fails", () => {
  test("leaves no deadline to the child that is held ready", async () => {
    await start({ XO_TIMEOUT: "2" });
    await failed("select nope from vms");
    const [held] = await children();
    await Bun.sleep(2_500);
    expect(await children()).toEqual([held ?? 0]);
    expect(rowsOf(await ask(client, "query_sql", { sql: "select 1" }))).toEqual([[1]]);
  });

  test("because XO is silent is told so, and not blamed", async () => {
    await start({ XO_TIMEOUT: "2" });
    await fixture.xo.setFaults([{ match: { path: "/rest/v0/" }, delayMs: 10_000 }]);
    const told = await failed("select count(*) from vms");
    await fixture.xo.clearFaults();
    expect(told).toContain("did not answer");
    expect(told).not.toContain("Narrow it");
  });
});

describe("a greedy statement", () => {
  test("is told so also when its answer is what is too large", async () => {
    await start();
    const env = signIn(fixture.xo);
    const large =
      "with recursive c(n) as (select 1 union all select n + 1 from c limit 200000) select n, hex(zeroblob(2000)) from c";
    const { stderr, exitCode } = await run(["sql", large, "-o", "ndjson"], env);
    expect(stderr).toContain("more than 512 MB");
    expect(exitCode).toBe(2);
  });

  test("is ended before it takes the machine, and writes nothing to the disk", async () => {
    await start();
    const answer = failed(greedy);
    let isDone = false;
    void answer.then(() => {
      isDone = true;
    });
    const open = new Set<string>();
    while (!isDone) {
      for (const pid of await children()) {
        const names = await readdir(`/proc/${pid}/fd`).catch(() => []);
        for (const name of names) {
          const target = await readlink(`/proc/${pid}/fd/${name}`).catch(() => "");
          if (target.includes("etilqs") || target.startsWith(tmpdir())) open.add(target);
        }
      }
      await Bun.sleep(20);
    }
    expect(await answer).toContain("more than 512 MB");
    expect([...open].filter((target) => !target.startsWith(file))).toEqual([]);
  });
});

describe("the child", () => {
  test("has no environment, and is held ready for the next statement", async () => {
    await start();
    await ask(client, "query_sql", { sql: "select 1" });
    const [pid, ...others] = await children();
    expect(others).toEqual([]);
    expect(await readFile(`/proc/${pid}/environ`, "utf8")).toBe("");
    await ask(client, "query_sql", { sql: "select count(*) from vms" });
    expect(await children()).toEqual([pid ?? 0]);
  });

  test("that has died while it was held ready is replaced", async () => {
    await start();
    for (let count = 0; count < 8; count += 1) {
      await ask(client, "query_sql", { sql: "select 1" });
      for (const pid of await children()) process.kill(pid, "SIGKILL");
      expect(rowsOf(await ask(client, "query_sql", { sql: "select 2" }))).toEqual([[2]]);
    }
  });

  test("is of the same build as a server whose file was replaced", async () => {
    await start();
    await ask(client, "query_sql", { sql: "select 1" });
    const [spare] = await children();
    process.kill(spare ?? 0, "SIGKILL");
    const other = join(folder, "other");
    await copyFile("/bin/false", other);
    await rename(other, file);
    await Bun.sleep(100);
    expect(rowsOf(await ask(client, "query_sql", { sql: "select 2" }))).toEqual([[2]]);
    await rm(file);
    expect(rowsOf(await ask(client, "query_sql", { sql: "select 3" }))).toEqual([[3]]);
  });
});
