import { describe, expect, test } from "bun:test";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { nounOf, resourceOf, type Seen } from "../../src/sight/nouns.ts";
import { tables } from "../../src/sql/schema.ts";
import type { Table } from "../../src/sql/table.ts";
import { ask, connect, signIn, useXo, warningsOf } from "../harness.ts";
import { RESOURCES } from "../xo/estate/acl.ts";
import type { AccountName } from "../xo/start.ts";
import { type Cell, rowsOf } from "./questions.ts";

const fixture = useXo({ situations: ["accounts-of-roles"] });

async function as<T>(name: AccountName, use: (client: Client) => Promise<T>): Promise<T> {
  const client = await connect({ ...signIn(fixture.xo, name), XO_MCP_MAX_CHARS: "10000000" });
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

/** What an account gets of a statement: rows with warnings, or why not. */
async function tryRows(client: Client, sql: string) {
  const { isError, content, structuredContent } = await client.callTool({
    name: "query_sql",
    arguments: { sql },
  });
  if (isError === true) return { error: JSON.stringify(content), rows: [], warnings: "" };
  const answer = { ...Object(structuredContent) };
  return { error: undefined, rows: rowsOf(answer), warnings: warningsOf(answer) };
}

/** The columns that look up what is in a collection. */
function columnsOn(table: Table, resource: string): string[] {
  return table.columns
    .map(({ name }) => name)
    .filter((name) => table.needsOf([name]).some((seen) => resourceOf(seen) === resource));
}

const isOf = (from: readonly Seen[], resource: string) =>
  from.some((seen) => resourceOf(seen) === resource);

/** Tables with rows or columns of a collection. */
const of = (resource: string) =>
  [...tables.values()].filter(
    (table) =>
      isOf([...table.from, ...table.parts], resource) || columnsOn(table, resource).length > 0,
  );

/** What a text with the name of something else says of it where that is hidden: less, and rightly. */
const lessTold = new Set(["disks.kept_for"]);

/** Whether a value is the right one, or says itself that it is not known. */
function isHonest(value: Cell, right: Cell | undefined): boolean {
  if (value === right || value === null || value === "unknown") return true;
  if (typeof value !== "string") return false;
  if (/not seen|not in this XO/.test(value)) return true;
  // The id of what is hidden stands for its name.
  return typeof right === "string" && new RegExp(`^${asPattern(value)}$`).test(right);
}

function asPattern(value: string): string {
  return value
    .split(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join("[^,;]+");
}

/**
 * The values of a table that are others than they are for who sees all, and do not say that they are
 * not known.
 */
function wrongIn(table: Table, rows: readonly Cell[][], whole: readonly Cell[][]): string[] {
  const byId = new Map(whole.map((row) => [row[0], row]));
  const wrong = rows.flatMap((row) =>
    table.columns.flatMap(({ name }, at) => {
      const right = byId.get(row[0] ?? null)?.[at];
      return isHonest(row[at] ?? null, right) || lessTold.has(`${table.name}.${name}`)
        ? []
        : [`${table.name}.${name}: ${row[at]}, not ${right}`];
    }),
  );
  return [...new Map(wrong.map((each) => [each.split(":")[0], each])).values()];
}

describe.each(RESOURCES.filter((resource) => of(resource).length > 0))("without %s", (resource) => {
  test("a table that it is made of is an error that names it, and never empty", async () => {
    await as(`no-${resource}`, async (client) => {
      for (const table of of(resource)) {
        if (!isOf(table.from, resource)) continue;
        const { error } = await tryRows(client, `select count(*) from ${table.name}`);
        const hidden = table.from.filter((seen) => resourceOf(seen) === resource);
        expect(error).toContain(`${table.name} cannot be read: this account may not see`);
        expect(error).toContain(hidden.map(nounOf).join(", "));
      }
    });
  });

  test("columns that look there are not known, and said to be so", async () => {
    const wrong: string[] = [];
    await as(`no-${resource}`, async (client) => {
      for (const table of of(resource)) {
        if (isOf(table.from, resource)) continue;
        const { error, rows, warnings } = await tryRows(client, `select * from ${table.name}`);
        expect(error).toBeUndefined();
        const columns = columnsOn(table, resource);
        for (const column of columns) expect(warnings).toContain(`${table.name}.${column}`);
        expect(warnings).toContain(
          columns.length > 0
            ? "NULL or unknown may only be hidden"
            : `${table.name} has only what this account sees`,
        );
        wrong.push(...wrongIn(table, rows, await whole(table)));
      }
    });
    expect(wrong).toEqual([]);
  });

  test("half of it is said to be a part, also where rows are only counted", async () => {
    const wrong: string[] = [];
    await as(`half-${resource}`, async (client) => {
      for (const table of of(resource)) {
        if (isOf([...table.from, ...table.parts], resource)) {
          const counted = await tryRows(client, `select count(*) from ${table.name}`);
          expect(counted.warnings).toContain(`${table.name} has only what this account sees`);
        }
        const { error, rows } = await tryRows(client, `select * from ${table.name}`);
        expect(error).toBeUndefined();
        wrong.push(...wrongIn(table, rows, await whole(table)));
      }
    });
    expect(wrong).toEqual([]);
  });
});

const known = new Map<string, Promise<Cell[][]>>();

/** All rows of a table, for who sees all. */
function whole({ name }: Table): Promise<Cell[][]> {
  const reading =
    known.get(name) ??
    as("role-read-only", async (client) =>
      rowsOf(await ask(client, "query_sql", { sql: `select * from ${name}` })),
    );
  known.set(name, reading);
  return reading;
}
