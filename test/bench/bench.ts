/**
 * Measures our binary and the official server side by side against one test XO, and fails when ours
 * takes a fifth or more of the official one's time until `tools/list` is answered.
 *
 *     bun bench.ts [binary]
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { startXo } from "../xo/start.ts";
import { peakMemory, StdioSession } from "./stdio-session.ts";

const rounds = 15;
const warmUps = 2;
const allowedRatio = 1 / 5;

const binary = resolve(process.argv[2] ?? join(import.meta.dir, "../../dist/xo-mcp"));
const official = join(import.meta.dir, "node_modules/@xen-orchestra/mcp/bin/xo-mcp.mjs");
for (const file of [binary, official]) {
  if (!existsSync(file)) {
    console.error(`bench: ${file} is missing; see README.md`);
    process.exit(1);
  }
}

await using xo = await startXo({ size: "small" });
// Nothing else of this environment: a proxy variable alone would change what is measured.
const env = {
  PATH: process.env["PATH"] ?? "",
  HOME: process.env["HOME"] ?? "",
  XO_URL: xo.url,
  XO_TOKEN: xo.account("admin").token,
};

/** One run's figures, by name: milliseconds, or bytes where the name says "memory". */
type Figures = Record<string, number>;

/** Starts a server, lists its tools and ends it. */
async function serve(command: readonly string[]): Promise<Figures> {
  await using session = new StdioSession(command, env);
  await session.initialize();
  const initialized = session.elapsed;
  await session.request("tools/list");
  const listed = session.elapsed;
  return {
    "spawn to initialize": initialized,
    "spawn to tools/list": listed,
    "memory, tools listed": session.peakMemory,
  };
}

/** All VMs, from a process that does not run yet. Ours has a command for it. */
async function ourVms(): Promise<Figures> {
  const started = performance.now();
  const child = callListVms();
  const answer = await child.stdout.text();
  if ((await child.exited) !== 0) throw new Error(`call list_vms exited with ${child.exitCode}`);
  const elapsed = performance.now() - started;
  checkVms(answer);

  // Once more for its memory, which can only be asked while it runs: that would cost it time.
  const watched = callListVms();
  let peak = Number.NaN;
  while (watched.exitCode === null) {
    peak = peakMemory(watched.pid) ?? peak;
    await Bun.sleep(1);
  }
  return { "spawn to all VMs": elapsed, "memory, all VMs": peak };
}

function callListVms() {
  return Bun.spawn([binary, "call", "list_vms"], { env, stdout: "pipe", stderr: "inherit" });
}

/** The official server has only a session for it. */
async function officialVms(): Promise<Figures> {
  await using session = new StdioSession(["node", official], env);
  await session.initialize();
  const answer = await session.request("tools/call", {
    name: "vms_query",
    arguments: { operation: "GetVms" },
  });
  const elapsed = session.elapsed;
  checkVms(JSON.stringify(answer));
  return { "spawn to all VMs": elapsed, "memory, all VMs": session.peakMemory };
}

/** A quick answer counts only if it is one. */
function checkVms(answer: string): void {
  const vms = [...xo.estate.objects.values()].filter(({ type }) => type === "VM");
  const missing = vms.filter(({ id }) => !answer.includes(id));
  if (missing.length > 0) throw new Error(`${missing.length} VMs are missing from the answer`);
}

function median(figures: Figures[], name: string): number {
  const sorted = figures.map((figure) => figure[name] ?? Number.NaN).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function shown(name: string, value: number): string {
  return name.startsWith("memory")
    ? `${(value / 2 ** 20).toFixed(0)} MiB`
    : `${value.toFixed(1)} ms`;
}

const ours: Figures[] = [];
const theirs: Figures[] = [];
for (let round = -warmUps; round < rounds; round++) {
  // Turn by turn, so that whatever else the machine does weighs on both.
  const our = { ...(await serve([binary, "serve"])), ...(await ourVms()) };
  const their = { ...(await serve(["node", official])), ...(await officialVms()) };
  if (round < 0) continue;
  ours.push(our);
  theirs.push(their);
}

const table = Object.keys(ours[0] ?? {}).map((name) => {
  const [our, their] = [median(ours, name), median(theirs, name)];
  return {
    [`median of ${rounds}`]: name,
    "xo-mcp": shown(name, our),
    official: shown(name, their),
    ratio: (our / their).toFixed(3),
  };
});
console.log(Bun.inspect.table(table));

const ratio = median(ours, "spawn to tools/list") / median(theirs, "spawn to tools/list");
if (!(ratio < allowedRatio)) {
  console.error(`bench: tools/list took ${ratio.toFixed(3)} of the official server's time`);
  process.exitCode = 1;
}
