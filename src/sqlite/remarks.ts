import type { DatabaseSync } from "node:sqlite";
import type * as z from "zod";
import { type Sentence, quoted, say } from "../sentence.ts";
import type { Cell } from "./cell.ts";
import type { Content } from "./protocol.ts";
import { cellOf } from "./rows.ts";
import { closing, isAt, type Word, wordsOf } from "./words.ts";

/** So many values of a column are few. */
const fewValues = 12;

/** Longer texts are no values that somebody would ask for. */
const longestValue = 60;

/** Rows of a list that are looked through for a NULL: it is looked at beside the statement itself. */
const mostLookedAt = 100_000;

/** Columns by table. */
type Reads = Readonly<Record<string, readonly string[]>>;

/** Whether an answer tells nothing: no row, or one of nothing but 0 and NULL. */
export function isNothing(rows: readonly (readonly Cell[])[], total: number): boolean {
  if (total === 0) return true;
  return total === 1 && rows.every((row) => row.every((value) => value === 0 || value === null));
}

/** What tables held: how many rows, and of these columns the NULLs and, where they are few, the values. */
export function contentOf(db: DatabaseSync, reads: Reads): z.output<typeof Content>[] {
  return Object.entries(reads).map(([table, columns]) => ({
    table,
    rows: count(db, `select count(*) as n from ${table}`),
    columns: columns.map((name) => {
      const nulls = nullsOf(db, table, name);
      const statement = db.prepare(
        `select distinct ${name} as value from ${table} where ${name} is not null limit ${fewValues + 1}`,
      );
      statement.setReadBigInts(true);
      const found = statement.all().map(({ value }) => cellOf(value, () => {}));
      const values = found.filter(
        (value) =>
          typeof value === "number" || (typeof value === "string" && value.length <= longestValue),
      );
      const isFew = values.length === found.length && found.length <= fewValues;
      return { name, nulls, ...(isFew && { values }) };
    }),
  }));
}

/** What is to be said of a statement that runs, and may not mean what it says. */
export function remarksOf(db: DatabaseSync, sql: string, reads: Reads): Sentence[] {
  const words = wordsOf(sql);
  return [...new Set([...sortedByText(words), ...nullsInside(db, sql, words, reads)])];
}

/** What may stand behind a term of `order by` and `group by`. */
const behindTerm =
  /^(?:[,);]|asc|desc|nulls|collate|limit|having|order|union|except|intersect|window)$/;

/** `order by 'name'` sorts by a text, which is the same for each row. */
function sortedByText(words: readonly Word[]): Sentence[] {
  return words.flatMap((_, at) => {
    const by = ["order", "group"].find((name) => isAt(words, at, name, "by"));
    if (by === undefined) return [];
    return termsFrom(words, at + 2).flatMap((term) => {
      const next = words[term + 1];
      const isAlone = next === undefined || (next.kind !== "text" && behindTerm.test(next.text));
      if (words[term]?.kind !== "text" || !isAlone) return [];
      const done = by === "order" ? "sorted" : "grouped";
      return [
        say`'${quoted(words[term]?.text ?? "")}' is a text, not a column: nothing was ${done} by it.`,
      ];
    });
  });
}

/** Where the terms begin that have commas between them. */
function termsFrom(words: readonly Word[], first: number): number[] {
  const starts = [first];
  for (let at = first; at < words.length; at += 1) {
    if (isAt(words, at, "(")) at = closing(words, at);
    else if (isAt(words, at, ",")) starts.push(at + 1);
    else if (
      words[at]?.kind !== "text" &&
      /^(?:[);]|limit|having|order|union)$/.test(words[at]?.text ?? "")
    )
      break;
  }
  return starts;
}

/** `not in (select …)` is never true as soon as one value inside is NULL. */
function nullsInside(
  db: DatabaseSync,
  sql: string,
  words: readonly Word[],
  reads: Reads,
): Sentence[] {
  return words.flatMap((_, at) => {
    if (!isAt(words, at, "in") || !isDenied(words, at)) return [];
    const list = listAt(sql, words, at + 1);
    if (list === undefined) return [];
    const found = nullsAmong(db, `${definitions(sql, words)} inside_(value) as (${list})`);
    if (found === undefined)
      return mayHoldNull(db, list, reads) ? [nullRemark(say`may hold NULL`)] : [];
    return found.nulls === 0
      ? []
      : [nullRemark(say`holds NULL in ${found.nulls} of ${found.rows} rows`)];
  });
}

function nullRemark(holds: Sentence): Sentence {
  return say`The list behind "not in" ${holds}, and is then never true: use "not exists", or add "where … is not null" inside it.`;
}

/** Whether `not` stands before an `in`: at once, or before the value that is looked for. */
function isDenied(words: readonly Word[], at: number): boolean {
  let before = at - 1;
  if (isAt(words, before, "not")) return true;
  if (words[before]?.kind !== "name") return false;
  before -= 1;
  while (isAt(words, before, ".")) before -= 2;
  while (isAt(words, before, "(")) before -= 1;
  return isAt(words, before, "not");
}

/** The select of a list, without its brackets, or of a name that the statement defines. */
function listAt(sql: string, words: readonly Word[], at: number): string | undefined {
  const [first] = words.slice(at, at + 1);
  if (first?.kind === "name") return `select * from ${identifier(first.text)}`;
  let open = at;
  while (isAt(words, open + 1, "(")) open += 1;
  const isSelect = ["select", "with"].some((word) => isAt(words, open, "(", word));
  if (!isSelect) return undefined;
  const end = words[closing(words, open)]?.at ?? sql.length;
  return sql.slice((words[open]?.at ?? 0) + 1, end);
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
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

/** Nothing of a list that cannot be run by itself: it refers to the row outside, or has several columns. */
function nullsAmong(db: DatabaseSync, list: string): { nulls: number; rows: number } | undefined {
  try {
    const found = db
      .prepare(
        `${list} select count(*) - count(value) as nulls, count(*) as n from (select value from inside_ limit ${mostLookedAt})`,
      )
      .get();
    return { nulls: Number(found?.["nulls"]), rows: Number(found?.["n"]) };
  } catch {
    return undefined;
  }
}

/** Whether the column that such a list is made of has NULLs at all, and nothing in it leaves them out. */
function mayHoldNull(db: DatabaseSync, list: string, reads: Reads): boolean {
  const words = wordsOf(list);
  const isLeftOut = words.some(
    (_, at) => isAt(words, at, "is", "not", "null") || isAt(words, at, "notnull"),
  );
  if (isLeftOut || !isAt(words, 0, "select")) return false;
  const from = words.findIndex(({ kind, text }) => kind === "name" && /^from$/.test(text));
  const column = words[from - 1]?.text;
  return Object.entries(reads).some(
    ([table, columns]) =>
      words.slice(from).some(({ text }) => text === table) &&
      columns.some((name) => name === column && nullsOf(db, table, name) > 0),
  );
}

function nullsOf(db: DatabaseSync, table: string, column: string): number {
  return count(db, `select count(*) as n from ${table} where ${column} is null`);
}

function count(db: DatabaseSync, sql: string): number {
  return Number(db.prepare(sql).get()?.["n"]);
}
