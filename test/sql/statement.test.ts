import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { type Answer, ask, connect, run, signIn, useXo, warningsOf } from "../harness.ts";
import { ofType } from "../xo/estate/records.ts";
import { rowsOf } from "./questions.ts";

const fixture = useXo();
let client: Client;
beforeAll(async () => {
  client = await connect(signIn(fixture.xo));
});
afterAll(() => client.close());

const sql = (statement: string, more: Record<string, unknown> = {}): Promise<Answer> =>
  ask(client, "query_sql", { sql: statement, ...more });

async function refusal(statement: string): Promise<string> {
  const { isError, content } = await client.callTool({
    name: "query_sql",
    arguments: { sql: statement },
  });
  expect(isError).toBe(true);
  return JSON.stringify(content);
}

describe("the answer of a statement", () => {
  test("has rows as arrays, every column with a name of its own, in the statement's order", async () => {
    const answer = await sql(
      "select v.name, h.name, 'x' as b, 1 as \"1\", 2 as name_2 from vms v join hosts h on h.id = v.host_id limit 1",
    );
    expect(answer).toMatchObject({
      total: 1,
      returned: 1,
      columns: ["name", "name_3", "b", "1", "name_2"],
    });
    expect(rowsOf(answer)[0]).toHaveLength(5);
  });

  test("says how many rows there are when it holds the first, and nothing of a limit of the statement's own", async () => {
    const total = ofType(fixture.xo.estate, "VM").length;
    const cut = await sql("select id from vms", { limit: 3 });
    expect(cut).toMatchObject({ total, returned: 3 });
    const whole = await sql("select id from vms limit 10");
    expect(whole).toMatchObject({ total: 10, returned: 10 });
    expect(warningsOf(whole)).not.toContain("first");
    const long = await sql(
      "select printf('%0500d', a.rowno) from (select row_number() over () as rowno from vms) a, (select id from vms limit 5) b",
    );
    expect(long["total"]).toBe(total * 5);
    expect(Number(long["returned"])).toBeLessThan(total * 5);
    expect(warningsOf(long)).toContain(`of ${total * 5} rows`);
  });

  test.each([
    ["select 5000*2199023255552 as x", 10_995_116_277_760_000],
    ["select 9007199254740993 as x", "9007199254740993"],
    ["select 9e999 as x", "Infinity"],
    ["select x'00ff' as x", "x'00ff'"],
    ["select 1.5 as x", 1.5],
    ["select null as x", null],
  ])("%s gives what JSON can hold of it", async (statement, value) => {
    expect(rowsOf(await sql(statement))).toEqual([[value]]);
  });

  test("cleans what a statement makes, column names too", async () => {
    const answer = await sql(`select char(27)||'[31mred'||char(8238) as "a\u001B[31m\u200Bb"`);
    expect(answer).toMatchObject({ columns: ["ab"], rows: [["red"]] });
  });
});

describe("a small budget", () => {
  test("leaves an answer without rows what it is, and a row with long names its values", async () => {
    const small = await connect({ ...signIn(fixture.xo), XO_MCP_MAX_CHARS: "2000" });
    const none = await ask(small, "query_sql", { sql: "select * from vms where 0" });
    expect(none).toMatchObject({ total: 0, returned: 0, rows: [] });
    const long = await ask(small, "query_sql", { sql: `select 1 as "${"n".repeat(50_000)}"` });
    expect(long).toMatchObject({ total: 1, returned: 1, rows: [[1]] });
    await small.close();
  });
});

describe("times", () => {
  test("are compared in the form in which they are stored", async () => {
    const answer = await sql(
      "select '2026-11-27T10:00:00Z' > datetime('2026-11-27 23:00:00'), datetime('2026-11-27'), datetime('nonsense')",
    );
    expect(rowsOf(answer)).toEqual([[0, "2026-11-27T00:00:00Z", null]]);
  });

  test("take now from one clock, whatever asks for it", async () => {
    const answer = await sql(
      "select datetime(), datetime('now'), current_timestamp, current_date || 'T' || current_time || 'Z', strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), date('now') || 'T' || time('now') || 'Z', datetime(julianday('now')), datetime(unixepoch('now'), 'unixepoch')",
    );
    const [row = []] = rowsOf(answer);
    expect(new Set(row)).toEqual(new Set([row[0] ?? ""]));
    const whole =
      "select typeof(unixepoch()), unixepoch() / 86400 = cast(unixepoch() as integer) / 86400";
    expect(rowsOf(await sql(whole))).toEqual([["integer", 1]]);
    const none =
      "select timediff('now', strftime('%Y-%m-%d %H:%M:%f', 'now')), datetime(9223372036854775807)";
    expect(rowsOf(await sql(none))).toEqual([["+0000-00-00 00:00:00.000", null]]);
    expect(answer["read_at"]).toBe(row[0]);
  });
});

describe("a statement that runs and may not mean what it says", () => {
  test("is told that `not in` never holds beside a NULL, whatever else it gives", async () => {
    const none = await sql("select count(*) from vms where id not in (select host_id from vms)");
    expect(rowsOf(none)).toEqual([[0]]);
    expect(warningsOf(none)).toContain("holds NULL in");
    const named = await sql(
      "with on_hosts as (select host_id from vms) select count(*) from vms where id not in (select host_id from on_hosts)",
    );
    expect(warningsOf(named)).toContain("not exists");
    for (const form of [
      "not id in (select host_id from vms)",
      "not (vms.id in (select host_id from vms))",
      "id not in ((select host_id from vms))",
      "id not in (select o.host_id from vms o where o.pool_id = vms.pool_id)",
    ]) {
      const answer = await sql(`select count(*) from vms where ${form}`);
      expect({ form, said: warningsOf(answer) }).toEqual({
        form,
        said: expect.stringContaining("not exists"),
      });
    }
    const defined =
      "with h as (select host_id from vms) select count(*) from vms where id not in h";
    expect(warningsOf(await sql(defined))).toContain("holds NULL in");
    // Looked at beside the statement, and no longer than the statement itself.
    const long =
      "select count(*) from vms where name = 'x' and id not in (select x from (with recursive c(n) as (select 1 union all select n + 1 from c) select n as x from c))";
    expect(rowsOf(await sql(long))).toEqual([[0]]);
    const right = await sql(
      "select count(*) from vms where id not in (select host_id from vms where host_id is not null)",
    );
    expect(rowsOf(right)).toEqual([[ofType(fixture.xo.estate, "VM").length]]);
    expect(warningsOf(right)).not.toContain("NULL");
  });

  test("is told that a text in quotes sorts nothing", async () => {
    const answer = await sql("select name from vms order by 'memory_bytes' desc limit 5");
    expect(warningsOf(answer)).toContain("'memory_bytes' is a text, not a column");
    const second = await sql(
      "select name from vms order by power_state, 'memory_bytes' desc limit 5",
    );
    expect(warningsOf(second)).toContain("'memory_bytes' is a text");
    const made = await sql("select name from vms order by 'x' || name, lower('y') limit 5");
    expect(warningsOf(made)).not.toContain("is a text");
  });

  test("that gives nothing is told what its tables hold", async () => {
    const answer = await sql("select name from vms where power_state = 'running'");
    const vms = ofType(fixture.xo.estate, "VM");
    expect(answer).toMatchObject({ total: 0, rows: [] });
    expect(JSON.stringify(answer["looked_at"])).toContain(`vms: ${vms.length} rows`);
    for (const state of new Set(vms.map(({ power_state }) => power_state))) {
      expect(JSON.stringify(answer["looked_at"])).toContain(state);
    }
    const zero = await sql("select count(*) from vms where os = 'BeOS'");
    expect(JSON.stringify(zero["looked_at"])).toContain("os ");
    expect(await sql("select count(*) from vms")).not.toHaveProperty("looked_at");
  });

  test("compares with `using` as with `on`", async () => {
    const [using, on] = await Promise.all([
      sql("select count(*) from vms join hosts using (pool_id)"),
      sql("select count(*) from vms join hosts on hosts.pool_id = vms.pool_id"),
    ]);
    expect(rowsOf(using)).toEqual(rowsOf(on));
    expect(rowsOf(using)).not.toEqual([[0]]);
    // Where only a name can stand, SQLite takes a text for one.
    expect(rowsOf(await sql("select count(*) from 'vms' join 'hosts' using ('pool_id')"))).toEqual(
      rowsOf(on),
    );
    expect(await refusal("select count(*) from vms natural join hosts")).toContain(
      "Write what to compare",
    );
  });
});

describe("a statement that fails says what to write", () => {
  test.each([
    ["select nme from vms", /no such column: nme.*Did you mean name.*vms: id, name, /],
    ["select v.memory from vms v", /no such column: v.memory.*memory_bytes/],
    ["select name from vm", /There is no table vm; did you mean vms.*hosts/],
    ['select name from vms where power_state = "Running"', /single-quotes/],
    ["select now()", /datetime\('now'\)/],
    ["select name from vms where name ilike '%a%'", /like ignores case/],
    ["select memory_bytes::text from vms", /cast\(x as text\)/],
    ["select * from vms where started_at > now() - interval '1 day'", /datetime\('now'/],
    ["select date_trunc('day', started_at) from vms", /strftime/],
    ["select name from vms where name ~ '^web'", /glob/],
    ["select top 5 name from vms", /limit 5/],
    ["select stddev(memory_bytes) from vms", /sqrt/],
    ["select name from vms where name = $1", /placeholder.*Write the value/],
    ["select name from vms where name = ?", /placeholder/],
    ["select name from vms where name = :name", /placeholder/],
    ["select 1; select 2", /more than one statement/],
    ["select rowid from vms", /key is its id/],
    ["select sum(x) from (select 9223372036854775807 as x union all select 1)", /total\(x\)/],
    ["select length(printf('%*d', 1000000000, 1))", /longer than 1,000,000/],
    ["select zeroblob(1e9)", /longer than 1,000,000/],
    ["selec name from vms", /syntax error/],
    ["select nope from vms where notes like '%~ ''x%'", /no such column: nope.*vms: id, name/],
    ["select m.name from sqlite_master m, vms", /ask for it alone|sqlite_master together/],
    [`select '${"a".repeat(100_000)}'`, /has 100,?009 characters/],
  ])("%s", async (statement, told) => {
    expect(await refusal(statement)).toMatch(told);
  });
});

describe("nothing but reading", () => {
  test.each([
    "insert into vms (id) values ('x')",
    "update vms set name = 'x'",
    "delete from vms",
    "drop table vms",
    "create table t (a)",
    "create temp table t as select * from vms",
    "create view v as select 1",
    "attach 'x.db' as x",
    "vacuum into 'x.db'",
    "pragma temp_store = 1",
    "pragma temp_store",
    "select * from pragma_database_list",
    "select * from pragma_table_info('vms')",
    "select * from dbstat",
    "select load_extension('x')",
    "select writefile('x', 'y')",
    "select fts3_tokenizer('simple')",
    "begin",
    "explain select 1; delete from vms",
    "reindex",
    "analyze",
    "with x as (select 1) delete from vms",
  ])("%s is refused in a sentence", async (statement) => {
    expect(await refusal(statement)).toMatch(
      /may not use|more than one statement|no such (?:table|function)|syntax error|not authorized/,
    );
  });

  test.each([
    ["/* a */ select 1;/* b */ -- c", 1],
    ["\uFEFFselect 1", 1],
    ["```sql\nselect 1;\n```", 1],
    ["select 'a;b' -- '; select 2", "a;b"],
    ["values (1)", 1],
    [
      "with recursive c(n) as (select 1 union all select n + 1 from c where n < 9) select max(n) from c",
      9,
    ],
    ["select value from json_each('[7]')", 7],
    ["select count(*) > 0 from vms where name like '%a%' and name glob '*a*'", 1],
    ["select sum(n) over () from (select 1 as n)", 1],
    ["select 1 where 1 in (select 1 union select 2)", 1],
    ["select iif(1, '{\"a\":3}' ->> 'a', 0)", 3],
  ])("%s is honest and runs", async (statement, value) => {
    expect(rowsOf(await sql(statement))).toEqual([[value]]);
  });
});

describe("the first moves in a strange database", () => {
  test.each(["", "  ;", "-- only", "show tables", "SHOW TABLES;", ".tables"])(
    "%p tells the tables",
    async (statement) => {
      const answer = await sql(statement);
      expect(answer["columns"]).toEqual(["table", "holds", "example"]);
      expect(rowsOf(answer).map(([name]) => name)).toContain("vms");
    },
  );

  test.each([
    "describe vms",
    "DESC vms;",
    "pragma table_info(vms)",
    "pragma table_info('vms');",
    "show columns from vms",
    ".schema vms",
    "describe table vms",
    "show create table vms",
    "\\d+ vms",
    "pragma table_info = vms",
    "/* x */ describe vms -- what",
  ])("%p tells the columns", async (statement) => {
    const rows = rowsOf(await sql(statement));
    expect(rows.map(([name]) => name)).toContain("guest_tools");
    expect(JSON.stringify(rows)).toContain("agent and drivers");
  });

  test("sqlite_master has them too", async () => {
    const answer = await sql("select sql from sqlite_master where type = 'table' and name = 'vms'");
    expect(String(rowsOf(answer)[0]?.[0])).toContain("memory_bytes REAL");
  });

  test("none of them asks XO", async () => {
    await fixture.xo.clearRequests();
    for (const statement of ["", "describe vms", "select name from sqlite_master", "select 1"]) {
      await sql(statement);
    }
    expect(await fixture.xo.requests()).toEqual([]);
  });

  test("each example runs, on every table", async () => {
    for (const [table, , example] of rowsOf(await sql("show tables"))) {
      const answer = await sql(String(example));
      expect({ table, columns: answer["columns"] }).toEqual({ table, columns: expect.any(Array) });
    }
  });
});

describe("xo-mcp sql", () => {
  const shell = (args: string[], stdin?: string) =>
    run(["sql", ...args], signIn(fixture.xo), stdin);

  test("reads a statement from its argument or from standard input", async () => {
    const [given, piped] = await Promise.all([
      shell(["select 1 as a", "-o", "ndjson"]),
      shell(["-", "-o", "ndjson"], "select 1 as a\n"),
    ]);
    expect(given.stdout).toBe('{"a":1}\n');
    expect(piped.stdout).toBe('{"a":1}\n');
  });

  test("keeps the order of columns in every format", async () => {
    const statement = `select 'x' as b, 1 as "1", null as c`;
    const [ndjson, table] = await Promise.all([
      shell([statement, "-o", "ndjson"]),
      shell([statement, "-o", "table"]),
    ]);
    expect(ndjson.stdout).toBe('{"b":"x","1":1,"c":null}\n');
    expect(table.stdout).toBe("b  1  c\nx  1\n");
  });

  test("takes a statement that begins with a comment", async () => {
    const { stdout } = await shell(["-- all\nselect 1 as a", "-o", "ndjson"]);
    expect(stdout).toBe('{"a":1}\n');
    expect((await shell(["-- only"])).stdout).toContain('"vms"');
  });

  test("ends with 2 for a statement that is wrong", async () => {
    const { exitCode, stderr } = await shell(["select nme from vms"]);
    expect({ exitCode, told: stderr.includes("no such column") }).toEqual({
      exitCode: 2,
      told: true,
    });
    expect((await shell(["select", "name"])).exitCode).toBe(2);
  });
});
