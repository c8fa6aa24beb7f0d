import { describe, expect, test } from "bun:test";
import { readdir, readlink } from "node:fs/promises";
import { tables } from "../../src/sql/schema.ts";
import { RawSession } from "../faults/raw-session.ts";
import { signIn, useXo } from "../harness.ts";
import { Random } from "../xo/estate/random.ts";

const budget = 24_000;

/** Honest statements, of which hostile ones are made. */
const seeds = [
  ...[...tables.values()].map(({ example }) => example),
  "select v.name, h.name from vms v left join hosts h on h.id = v.host_id order by 1 limit 5",
  "with a as (select pool, count(*) as n from vms group by pool) select * from a where n > 1",
  "select name, row_number() over (partition by pool order by memory_bytes desc) from vms",
  "select count(*) from vms where id not in (select host_id from vms where host_id is not null)",
  "select json_group_array(name) from hosts union all select datetime('now', '-1 day')",
];

/** What a statement should not hold, or what breaks a reader of it. */
const hostile = [
  "'",
  '"',
  "`",
  "[",
  ";",
  "--",
  "/*",
  "*/",
  "\0",
  "\u202E",
  "'||char(27)||'",
  "attach 'x' as y",
  "pragma journal_mode",
  "load_extension('x')",
  "zeroblob(100000000)",
  "randomblob(999999)",
  "printf('%*d', 999999999, 1)",
  "x'00",
  "1e999",
  "9223372036854775807 + 1",
  "?1",
  ":a",
  "sqlite_master",
  "pragma_table_info('vms')",
  "json_each(1)",
  "((((((((((",
  "cross join vms a cross join hosts b",
  "natural join hosts",
  "using (id)",
  "union select 1",
  "collate nocase",
  "like '%%%%%%%%%%'",
  "vms",
  "*",
  "not",
  "null",
  "order by",
];

const columns = [...tables.values()].flatMap((table) => table.columns.map(({ name }) => name));

function mutated(random: Random): string {
  // Some are honest, but for the text that they look for.
  if (random.chance(0.3)) {
    const text = random.pick(hostile).replaceAll("'", "''");
    return `select count(*) from ${random.pick([...tables.keys()])} where id = '${text}' or id like '%${text}%'`;
  }
  const words = random.pick(seeds).split(/(\s+|[(),;])/);
  for (let count = random.int(1, 3); count > 0; count -= 1) {
    const at = random.int(0, words.length - 1);
    const kind = random.int(0, 4);
    if (kind === 0) words.splice(at, random.int(1, 3));
    else if (kind === 1) words.splice(at, 0, ` ${random.pick(hostile)} `);
    else if (kind === 2) words.splice(at, 0, ...words.slice(0, random.int(1, 6)));
    else if (kind === 3) words[at] = random.pick(hostile);
    else words[at] = random.pick(columns);
  }
  return words.join("");
}

describe.each([
  ["an ordinary estate", [], 2_000],
  ["one of endless texts and lists", ["crowded"], 300],
] as const)("over %s", (_name, situations, statements) => {
  const fixture = useXo({ situations });

  test(`${statements} hostile statements: no hang, no crash, no leak, nothing left behind`, async () => {
    const random = new Random("sql-fuzz");
    await using session = new RawSession({ ...signIn(fixture.xo), XO_TIMEOUT: "5" });
    await session.initialize();
    let answered = 0;
    let failed = 0;
    for (let at = 0; at < statements; at += 4) {
      const some = Array.from({ length: 4 }, () => mutated(random));
      const frames = await Promise.all(some.map((sql) => session.call("query_sql", { sql })));
      for (const frame of frames) {
        const text = JSON.stringify(frame["result"] ?? frame);
        expect(text.length).toBeLessThan(budget * 3);
        expect(text).not.toMatch(/canary|etilqs|posix_spawn|\/\$bunfs/i);
        // oxlint-disable-next-line no-control-regex
        expect(text).not.toMatch(/[\u0000-\u001F\u202E]/);
        if (text.includes('"isError":true')) failed += 1;
        answered += 1;
      }
      if (at % 200 === 0) expect(await openFiles(session.pid)).toEqual([]);
    }
    expect(answered).toBe(statements);
    // Half of them at least were statements still.
    expect(failed).toBeLessThan(statements * 0.9);
    // Those that are not held ready are ending.
    await Bun.sleep(300);
    const pids = await below(session.pid);
    expect(pids.length).toBeLessThanOrEqual(1);
    await session.end();
    expect(await session.exited).toBe(0);
    expect(await session.stderr).toBe("");
    await Bun.sleep(300);
    const left = await Promise.all(pids.map(programOf));
    expect(left.filter((program) => program.includes("xo-mcp"))).toEqual([]);
  }, 240_000);
});

async function below(parent: number): Promise<number[]> {
  const names = (await readdir("/proc")).map(Number).filter((pid) => pid > 0);
  const found = await Promise.all(
    names.map(async (pid) => {
      const text = await Bun.file(`/proc/${pid}/stat`)
        .text()
        .catch(() => "");
      return Number(text.split(") ")[1]?.split(" ")[1]) === parent ? [pid] : [];
    }),
  );
  return found.flat();
}

/** Temporary files that a child has open. */
async function openFiles(parent: number): Promise<string[]> {
  const found = await Promise.all(
    (await below(parent)).map(async (pid) => {
      const names = await readdir(`/proc/${pid}/fd`).catch(() => []);
      const targets = await Promise.all(
        names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => "")),
      );
      return targets.filter((target) => target.includes("etilqs"));
    }),
  );
  return found.flat();
}

/** What a process runs; nothing of one that has ended, though nobody has looked at its end yet. */
function programOf(pid: number): Promise<string> {
  return readlink(`/proc/${pid}/exe`).catch(() => "");
}
