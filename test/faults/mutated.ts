/**
 * Every tool over real answers that were changed in ways no schema foresees, and what went wrong:
 * nothing may. Each round is a session of its own, for what was read is kept for some seconds.
 *
 *     bun test/faults/mutated.ts [answers] [seed]      50,000 answers unless told otherwise
 */
import { binary, type Environment, run, signIn } from "../harness.ts";
import { allSamples, type Sample } from "../samples.ts";
import { startXo, type TestXo } from "../xo/start.ts";
import { type Answers, serveMutated } from "./mutating-front.ts";
import { RawSession } from "./raw-session.ts";

export interface MutatedRun {
  /** Answers that were changed. */
  answers: number;
  calls: number;
  /** What was wrong, with how to see it again: at most a few of each kind. */
  wrong: string[];
  /** Milliseconds of the slowest call. */
  slowest: number;
}

/** Longer than any call may take with this XO_TIMEOUT. */
const patience = 12_000;
const environment = { XO_TIMEOUT: "8" };
const budget = 24_000;

const calls: readonly Sample[] = [
  ...allSamples,
  ["query_objects", { collection: "hosts", fields: "*" }],
  ["query_objects", { collection: "vms", fields: "*", sort: "-memory.size,name_label", limit: 5 }],
  ["query_objects", { collection: "backup-logs", fields: "*", limit: 3 }],
  ["query_objects", { collection: "srs", group_by: "$pool" }],
  [
    "query_sql",
    {
      sql: "select v.name, h.name, s.name from vms v left join hosts h on h.id = v.host_id left join srs s on s.pool_id = v.pool_id limit 20",
    },
  ],
  [
    "query_sql",
    { sql: "select * from backup_jobs j left join backup_runs r on r.job_id = j.id limit 5" },
  ],
  ["query_sql", { sql: "select * from disks limit 5" }],
  ["query_sql", { sql: "select * from snapshots, tasks, alarms limit 5" }],
];

const shares = [1, 0.5, 0.2];

/** Rounds, two at a time, until so many answers were changed. */
export async function runMutated(answers: number, seed: string): Promise<MutatedRun> {
  await using xo = await startXo();
  const known: Answers = new Map();
  const told: MutatedRun = { answers: 0, calls: 0, wrong: [], slowest: 0 };
  let next = 0;
  const work = async () => {
    while (told.answers < answers && told.wrong.length < 20)
      await round(xo, known, seed, next++, told);
  };
  await Promise.all([work(), work()]);
  return told;
}

async function round(
  xo: TestXo,
  known: Answers,
  seed: string,
  number: number,
  told: MutatedRun,
): Promise<void> {
  const name = `${seed}/${number}`;
  const share = shares[number % shares.length] ?? 1;
  // An account that is not known ends every call at once: rarely.
  const skip = number % 5 === 0 ? /^$/ : /users\/me/;
  const ask = (target: string, { cookie = "" }: Record<string, string>) =>
    fetch(xo.url + target, { headers: { cookie } });
  using front = serveMutated(
    { seed: name, share, skip },
    (target, headers) => ask(target, { cookie: headers.get("cookie") ?? "" }),
    known,
  );
  const env = { ...signIn(xo), ...environment, XO_URL: front.url };
  await using session = new RawSession(env);
  await session.initialize();
  for (const [tool, args] of calls) {
    const start = performance.now();
    const frame = await Promise.race([session.call(tool, args), Bun.sleep(patience)]);
    const took = performance.now() - start;
    told.calls += 1;
    told.slowest = Math.max(told.slowest, took);
    const problem = problemOf(frame);
    if (problem !== undefined)
      told.wrong.push(`${name} ${tool} ${JSON.stringify(args)}: ${problem}`);
    if (frame === undefined) break;
  }
  // What people see goes another way: one tool in each round.
  const [tool, args] = calls[number % calls.length] ?? ["list_vms", {}];
  const table = await printed(env, tool, args);
  const problem = problemIn(table);
  if (problem !== undefined)
    told.wrong.push(`${name} call ${tool} ${JSON.stringify(args)} -o table: ${problem}`);
  told.answers += front.count;
}

async function printed(env: Environment, tool: string, args: object): Promise<string> {
  const format = ["-o", "table"];
  const outcome = await run(["call", tool, "--input", JSON.stringify(args), ...format], env);
  return outcome.stdout + outcome.stderr;
}

function problemOf(frame: object | void): string | undefined {
  if (frame === undefined) return "no answer";
  const text = JSON.stringify(frame);
  const size = "result" in frame ? sizeOf(frame.result) : 0;
  if (size > budget) return `${size} characters`;
  return problemIn(text);
}

/** The data, which stands in an answer twice. */
function sizeOf(result: unknown): number {
  const { structuredContent, content } = Object(result);
  return Math.max(
    JSON.stringify(structuredContent ?? {}).length,
    String(content?.[0]?.text).length,
  );
}

function problemIn(text: string): string | undefined {
  const found =
    /unexpectedly|(?:Type|Range|Syntax|Reference)Error|canary[-\w]*|\[object Object\]/i.exec(text);
  return found === null ? undefined : text.slice(Math.max(0, found.index - 60), found.index + 160);
}

if (import.meta.main) {
  const answers = Number(process.argv[2] ?? 50_000);
  const start = performance.now();
  const told = await runMutated(answers, process.argv[3] ?? String(Date.now()));
  const seconds = ((performance.now() - start) / 1_000).toFixed(0);
  console.log(
    `${binary}: ${told.answers} changed answers, ${told.calls} calls in ${seconds} s, the slowest ${told.slowest.toFixed(0)} ms`,
  );
  for (const wrong of told.wrong) console.error(wrong);
  if (told.wrong.length > 0) process.exitCode = 1;
}
