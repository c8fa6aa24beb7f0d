/**
 * Measures statements of SQL at 5,000 VMs against the bare requests to XO that they cannot do without,
 * and fails when they take more than the bounds below.
 *
 *     bun sql.ts [binary]
 */
import { join, resolve } from "node:path";
import { startXo } from "../xo/start.ts";
import { StdioSession } from "./stdio-session.ts";

const rounds = 15;

const binary = resolve(process.argv[2] ?? join(import.meta.dir, "../../dist/xo-mcp"));

await using xo = await startXo({ size: "large" });
const { token } = xo.account("admin");
const env = { XO_URL: xo.url, XO_TOKEN: token };

const count = "select count(*) from vms";
const join3 =
  "select h.name, count(distinct v.id), sum(d.size_bytes) from vms v join hosts h on h.id = v.host_id join vm_disks d on d.vm_id = v.id group by h.id";

/** A bare request for a collection, as a script would make it. */
async function bare(route: string): Promise<number> {
  const cookie = `authenticationToken=${token}`;
  const started = performance.now();
  const child = Bun.spawn(
    ["curl", "--silent", "--fail", "--cookie", cookie, `${xo.url}/rest/v0/${route}`],
    { stdout: "ignore" },
  );
  if ((await child.exited) !== 0) throw new Error(`curl exited with ${child.exitCode}`);
  return performance.now() - started;
}

/** A new server: its first statement, and one that comes when nothing of the first is kept any more. */
async function served(sql: string): Promise<{ first: number; second: number }> {
  await using session = new StdioSession([binary, "serve"], env);
  await session.initialize();
  const ask = async () => {
    const started = performance.now();
    const answer = JSON.stringify(
      await session.request("tools/call", { name: "query_sql", arguments: { sql } }),
    );
    if (answer.includes('"isError":true')) throw new Error(answer);
    return performance.now() - started;
  };
  const first = await ask();
  // What was read serves for three seconds.
  await Bun.sleep(3_300);
  return { first, second: await ask() };
}

async function fromShell(sql: string): Promise<number> {
  const started = performance.now();
  const child = Bun.spawn([binary, "sql", sql], { env, stdout: "ignore", stderr: "ignore" });
  if ((await child.exited) !== 0) throw new Error(`sql exited with ${child.exitCode}`);
  return performance.now() - started;
}

function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const times = {
  bare: new Array<number>(),
  first: new Array<number>(),
  second: new Array<number>(),
  shell: new Array<number>(),
  slowest: new Array<number>(),
  joined: new Array<number>(),
};
const ofJoin = [
  "vms?fields=id,power_state,$container,$pool",
  "hosts?fields=id,name_label",
  "vbds?fields=id,VM,VDI",
  "vdis?fields=id,size",
];
for (let round = -2; round < rounds; round++) {
  const request = await bare("vms?fields=id");
  const { first, second } = await served(count);
  const shell = await fromShell(count);
  const parts: number[] = [];
  for (const route of ofJoin) parts.push(await bare(route));
  const { second: joined } = await served(join3);
  if (round < 0) continue;
  times.bare.push(request);
  times.first.push(first);
  times.second.push(second);
  times.shell.push(shell);
  times.slowest.push(Math.max(...parts));
  times.joined.push(joined);
}

const request = median(times.bare);
const bounds = [
  { what: "count, second statement", took: median(times.second), most: 1.6 * request },
  { what: "count, first statement", took: median(times.first), most: 2.5 * request },
  { what: "count, xo-mcp sql", took: median(times.shell), most: 2.5 * request },
  { what: "join of three tables", took: median(times.joined), most: median(times.slowest) + 200 },
];
console.log(
  Bun.inspect.table(
    bounds.map(({ what, took, most }) => ({
      [`median of ${rounds}`]: what,
      took: `${took.toFixed(1)} ms`,
      "at most": `${most.toFixed(1)} ms`,
      "bare request": `${request.toFixed(1)} ms`,
      ratio: (took / request).toFixed(2),
    })),
  ),
);
for (const { what, took, most } of bounds) {
  if (took <= most) continue;
  console.error(`bench: ${what} took ${took.toFixed(1)} ms, more than ${most.toFixed(1)} ms`);
  process.exitCode = 1;
}
