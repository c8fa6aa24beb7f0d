import type { DatabaseSync } from "node:sqlite";
import type * as z from "zod";
import type { Cell } from "./cell.ts";
import { closing, isAt, type Word, wordsOf } from "./words.ts";
import type { Content } from "./protocol.ts";

/** So many values of a column are few. */
const fewValues = 12;

/** Longer texts are no values that somebody would ask for. */
const longestValue = 60;

/** Whether an answer tells nothing: no row, or one of nothing but 0 and NULL. */
export function isNothing(rows: readonly (readonly Cell[])[], total: number): boolean {
  if (total === 0) return true;
  return total === 1 && rows.every((row) => row.every((value) => value === 0 || value === null));
}

/** What tables held: how many rows, and of these columns the NULLs and, where they are few, the values. */
export function contentOf(
  db: DatabaseSync,
  reads: Readonly<Record<string, readonly string[]>>,
): z.output<typeof Content>[] {
  return Object.entries(reads).map(([table, columns]) => ({
    table,
    rows: count(db, `select count(*) as n from ${table}`),
    columns: columns.map((name) => {
      const nulls = count(db, `select count(*) as n from ${table} where ${name} is null`);
      const found = db
        .prepare(
          `select distinct ${name} as value from ${table} where ${name} is not null limit ${fewValues + 1}`,
        )
        .all()
        .map(({ value }) => value);
      const values = found.flatMap((value) =>
        typeof value === "number" || (typeof value === "string" && value.length <= longestValue)
          ? [value]
          : [],
      );
      const isFew = values.length === found.length && found.length <= fewValues;
      return { name, nulls, ...(isFew && { values }) };
    }),
  }));
}

/** What is to be said of a statement that runs, and may not mean what it says. */
export function remarksOf(db: DatabaseSync, sql: string): string[] {
  const words = wordsOf(sql);
  return [...sortedByText(words), ...nullsInside(db, sql, words)];
}

/** `order by 'name'` sorts by a text, which is the same for each row. */
function sortedByText(words: readonly Word[]): string[] {
  return words.flatMap((_, at) => {
    const by = ["order", "group"].find((name) => isAt(words, at, name, "by"));
    if (by === undefined || words[at + 2]?.kind !== "text") return [];
    const done = by === "order" ? "sorted" : "grouped";
    return [`'${words[at + 2]?.text}' is a text, not a column: nothing was ${done} by it.`];
  });
}

/** `not in (select …)` is never true as soon as one value inside is NULL. */
function nullsInside(db: DatabaseSync, sql: string, words: readonly Word[]): string[] {
  return words.flatMap((_, at) => {
    if (!isAt(words, at, "not", "in", "(", "select")) return [];
    const end = words[closing(words, at + 2)]?.at ?? sql.length;
    const inner = sql.slice((words[at + 2]?.at ?? 0) + 1, end);
    const found = nullsOf(db, `${definitions(sql, words)} inside_(value) as (${inner})`);
    if (found === undefined || found.nulls === 0) return [];
    return [
      `The list behind "not in" holds NULL in ${found.nulls} of ${found.rows} rows, and is then never true: use "not exists", or add "where … is not null" inside it.`,
    ];
  });
}

/** The statement's own definitions, for what refers to them. */
function definitions(sql: string, words: readonly Word[]): string {
  if (!isAt(words, 0, "with")) return "with";
  let depth = 0;
  for (const [at, word] of words.entries()) {
    if (isAt(words, at, "(")) depth += 1;
    if (isAt(words, at, ")")) depth -= 1;
    if (depth === 0 && isAt(words, at, "select")) return `${sql.slice(0, word.at)}, `;
  }
  return "with";
}

/** Nothing of a list that refers to the row outside. */
function nullsOf(db: DatabaseSync, list: string): { nulls: number; rows: number } | undefined {
  try {
    const found = db
      .prepare(`${list} select count(*) - count(value) as nulls, count(*) as n from inside_`)
      .get();
    return { nulls: Number(found?.["nulls"]), rows: Number(found?.["n"]) };
  } catch {
    return undefined;
  }
}

function count(db: DatabaseSync, sql: string): number {
  return Number(db.prepare(sql).get()?.["n"]);
}
