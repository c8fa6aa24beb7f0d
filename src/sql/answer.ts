import type * as z from "zod";
import type { Context } from "../tool.ts";
import { toSecond } from "../time.ts";
import type { Cell } from "../sqlite/cell.ts";
import { type ChildProcess, StatementFailure } from "../sqlite/child-process.ts";
import { type Content, Prepared, Ran } from "../sqlite/protocol.ts";
import { firstMove } from "./first-moves.ts";
import { load } from "./load.ts";
import { planOf } from "./plan.ts";
import { schemaSql } from "./schema.ts";
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

/** Characters of an answer that are none of its rows. */
const envelope = 300;

/**
 * Runs a statement over the estate.
 * @throws XoError `usage` with what to write instead
 */
export async function answerOf(
  context: Context,
  text: string,
  limit: number | undefined,
): Promise<Answer> {
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
      `These are the first ${rows.length} of ${total} rows: the rest has no room. Count, sum or limit in the statement.`,
    );
  }
  const looked = held.map(describeContent);
  return {
    total,
    returned: rows.length,
    columns,
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
  const { now, deadline: ends, signal, budget } = context;
  try {
    return await context.children.use(schemaSql(), signal, async (child: ChildProcess) => {
      const { reads } = await child.ask({ ask: "prepare", sql, now, ends }, Prepared);
      const plan = planOf(sql, reads);
      for (const loaded of await load(context, plan)) await child.tell({ ask: "load", ...loaded });
      const room = Number.isFinite(budget) ? context.budget - envelope : undefined;
      return child.ask(
        {
          ask: "run",
          ...(limit !== undefined && { limit }),
          ...(room !== undefined && { room }),
          reads: Object.fromEntries([...plan].map(([name, columns]) => [name, [...columns]])),
        },
        Ran,
      );
    });
  } catch (error) {
    throw error instanceof StatementFailure ? teach(sql, error) : error;
  }
}

/** As models and editors give it: in a fence, or with a byte order mark. */
function withoutFence(text: string): string {
  const plain = text.replace(/^\uFEFF/, "").trim();
  const [, inside] = /^```(?:\w+)?\s*\n([\s\S]*?)\n?\s*```$/.exec(plain) ?? [];
  return inside ?? plain;
}

/** "vms: 120 rows; power_state is Halted, Running; os is NULL in 12" */
function describeContent({ table, rows, columns }: z.output<typeof Content>): string {
  const told = columns.flatMap(({ name, nulls, values }) => {
    if (name === "id" || rows === 0) return [];
    const held = values && values.length > 0 ? [`is ${values.join(", ")}`] : [];
    const absent = nulls === 0 ? [] : [`is NULL in ${nulls}`];
    return held.length + absent.length === 0
      ? []
      : [`${name} ${[...held, ...absent].join(" or ")}`];
  });
  return [`${table}: ${rows} rows`, ...told].join("; ");
}
