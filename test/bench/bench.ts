/**
 * Measures the binary in rounds, turn by turn with what it is compared with, prints one table of
 * medians and fails when a figure falls short of its target:
 *
 *     bun bench.ts [--rounds 15] [--only start,lists] [--json] [binary]
 */
import { mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { makeBed, type Round } from "./bed.ts";
import { atOnce } from "./figures/at-once.ts";
import { growth } from "./figures/growth.ts";
import { joins } from "./figures/joins.ts";
import { lists } from "./figures/lists.ts";
import { sql } from "./figures/sql.ts";
import { start } from "./figures/start.ts";
import { resultsOf, tableOf } from "./result.ts";
import type { Samples } from "./targets.ts";

const groups = { start, lists, joins, sql, "at-once": atOnce, growth };

/** What starts a test XO for each size is measured in one of so many rounds. */
const rarely = 5;

const { values, positionals } = parseArgs({
  options: {
    rounds: { type: "string", default: "15" },
    only: { type: "string" },
    json: { type: "boolean", default: false },
  },
  allowPositionals: true,
});
const rounds = Number(values.rounds);
const only = values.only?.split(",") ?? Object.keys(groups);
const unknown = only.filter((name) => !(name in groups));
if (!Number.isInteger(rounds) || rounds < 1 || unknown.length > 0) {
  console.error(
    `bench: --rounds is a whole number, --only some of ${Object.keys(groups).join(",")}`,
  );
  process.exit(2);
}
const binary = resolve(positionals[0] ?? join(import.meta.dir, "../../dist/xo-mcp"));

const scratch = await mkdtemp(join(tmpdir(), "xo-mcp-bench-"));
const bed = await makeBed(binary, scratch);
const load = loadavg()[0] ?? 0;
try {
  const chosen: { measure: Round; each: number }[] = [];
  for (const [name, make] of Object.entries(groups)) {
    if (!only.includes(name)) continue;
    chosen.push({ measure: await make(bed), each: name === "growth" ? rarely : 1 });
  }
  const measured: Samples[] = [];
  // The first warms up what both use: the file cache, the test XO.
  for (let round = -1; round < rounds; round++) {
    for (const { measure, each } of chosen) {
      if (round % each !== 0) continue;
      const samples = await measure();
      if (round >= 0) measured.push(samples);
    }
    process.stderr.write(`\rround ${round + 1} of ${rounds} `);
  }
  process.stderr.write("\n");
  const results = resultsOf(measured);
  console.log(values.json ? JSON.stringify({ load, results }, undefined, 2) : tableOf(results));
  if (load > 0.5) console.error(`The machine was not quiet: its load was ${load.toFixed(1)}.`);
  if (results.some(({ holds }) => !holds)) process.exitCode = 1;
} finally {
  await Promise.all([bed.small.stop(), bed.large.stop(), rm(scratch, { recursive: true })]);
}
