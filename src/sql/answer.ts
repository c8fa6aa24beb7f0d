import { say } from "../sentence.ts";
import type * as z from "zod";
import { setImmediate } from "node:timers/promises";
import { XoError } from "../errors.ts";
import type { Context } from "../tool.ts";
import { oneLine } from "../untrusted.ts";
import { toSecond } from "../time.ts";
import type { Cell } from "../sqlite/cell.ts";
import { type ChildProcess, StatementFailure } from "../sqlite/child-process.ts";
import { type Content, Prepared, Ran } from "../sqlite/protocol.ts";
import { longestName } from "../sqlite/rows.ts";
import { wordsOf } from "../sqlite/words.ts";
import { firstMove } from "./first-moves.ts";
import { load, type Loaded, surroundings } from "./load.ts";
import { planOf } from "./plan.ts";
import { schemaSql, tables } from "./schema.ts";
import { teach } from "./teach.ts";

export interface Answer {
  /** Rows that the statement gives. */
  total: number;
  returned: number;
  columns: string[];
  rows: Cell[][];
  read_at: string | undefined;
  /** What the tables held, where the answer is none. */
  looked_at?: string[] | undefined;
}

/** Characters of an answer that are none of its rows, a word on those left out among them. */
const envelope = 500;

/** Characters of a statement, as SQLite is told too. */
const longestStatement = 100_000;

/** Rows that are handed to the child at once: between them others have their turn. */
const portion = 1_000;

/**
 * Runs a statement over the estate.
 * @throws XoError `usage` with what to write instead
 */
export async function answerOf(
  context: Context,
  text: string,
  limit: number | undefined,
): Promise<Answer> {
  if (text.length > longestStatement) {
    throw new XoError(
      "usage",
      say`The statement has ${text.length} characters.`,
      say`It may have ${longestStatement}.`,
    );
  }
  const sql = withoutFence(text);
  const known = firstMove(sql);
  const read_at = toSecond(context.now);
  if (known !== undefined) {
    const { columns, rows } = known;
    return { total: rows.length, returned: rows.length, columns, rows, read_at: undefined };
  }
  const { total, columns, rows, remarks, held } = await run(context, sql, limit);
  for (const remark of remarks) context.warn(remark);
  if (rows.length < total && rows.length !== limit) {
    context.warn(
      say`Only the first of ${total} rows have room: count, sum or limit in the statement.`,
    );
  }
  const looked = held.map(describeContent);
  return {
    total,
    returned: rows.length,
    columns: distinct(columns.map((name) => oneLine(name, longestName))),
    rows,
    read_at,
    looked_at: looked.length === 0 ? undefined : looked,
  };
}

async function run(
  context: Context,
  sql: string,
  limit: number | undefined,
): Promise<z.output<typeof Ran>> {
  const { now, deadline: ends, signal } = context;
  // What every table needs beside its rows is asked for while the child still looks at the statement.
  if (wordsOf(sql).some(({ text }) => tables.has(text))) void surroundings.in(context);
  try {
    return await context.children.use(signal, async (child: ChildProcess) => {
      await child.know(schemaSql);
      const { reads } = await child.ask({ ask: "prepare", sql, now, ends }, Prepared, signal);
      const plan = planOf(sql, reads);
      for (const loaded of await load(context, plan)) await hand(child, loaded);
      // What is left of it now, beside all that was warned of.
      const room = context.budget - envelope;
      return child.ask(
        {
          ask: "run",
          ...(limit !== undefined && { limit }),
          ...(Number.isFinite(room) && { room }),
          reads: Object.fromEntries([...plan].map(([name, columns]) => [name, [...columns]])),
        },
        Ran,
        signal,
      );
    });
  } catch (error) {
    throw error instanceof StatementFailure ? teach(sql, error) : error;
  }
}

/** A table for the child, in portions. */
async function hand(child: ChildProcess, { rows, ...table }: Loaded): Promise<void> {
  for (let at = 0; at === 0 || at < rows.length; at += portion) {
    await child.tell({ ask: "load", ...table, rows: rows.slice(at, at + portion) });
    await setImmediate();
  }
}

/** Every column has a name of its own: the second `name` is name_2, or the next that is free. */
function distinct(names: readonly string[]): string[] {
  const all = new Set(names);
  const taken = new Set<string>();
  return names.map((name) => {
    let own = name;
    for (let count = 2; taken.has(own) || (own !== name && all.has(own)); count += 1) {
      own = `${name}_${count}`;
    }
    taken.add(own);
    return own;
  });
}

/** As models and editors give it: in a fence, or with a byte order mark. */
function withoutFence(text: string): string {
  const plain = text.replace(/^\uFEFF/, "").trim();
  const [fence] = /^```\w*[^\S\n]*\n/.exec(plain) ?? [];
  return fence !== undefined && plain.endsWith("```")
    ? plain.slice(fence.length, -3).trim()
    : plain;
}

/** "vms: 120 rows; power_state is Halted, Running; os is NULL in 12": what is NULL, and the values that there are. */
function describeContent({ table, rows, columns }: z.output<typeof Content>): string {
  const known = new Map(tables.get(table)?.columns.map((column) => [column.name, column.kind]));
  const told = columns.flatMap(({ name, nulls, values }) => {
    if (name === "id" || rows === 0) return [];
    const isShown = values !== undefined && values.length > 0 && known.get(name) !== "id";
    const held = isShown ? [`is ${values.join(", ")}`] : [];
    const absent = nulls === 0 ? [] : [`is NULL in ${nulls}`];
    return held.length + absent.length === 0
      ? []
      : [`${name} ${[...held, ...absent].join(" or ")}`];
  });
  return [`${table}: ${rows} rows`, ...told].join("; ");
}
