import { XoError } from "../errors.ts";
import { warnOfGaps } from "../estate/gaps.ts";
import { nounOf } from "../sight/nouns.ts";
import type { Context } from "../tool.ts";
import type { Cell } from "../sqlite/cell.ts";
import type { Plan } from "./plan.ts";
import { createTable, tables } from "./schema.ts";

/** A table with what a statement reads of it. */
export interface Loaded {
  table: string;
  create: string;
  columns: number;
  rows: Cell[][];
}

/**
 * Reads what a plan needs, side by side, with the warnings that each table's list would have.
 * @throws XoError that names the table, where one cannot be read: it is never empty for that
 */
export async function load(context: Context, plan: Plan): Promise<Loaded[]> {
  const [loaded] = await Promise.all([
    Promise.all([...plan].map(([name, columns]) => loadTable(context, name, columns))),
    plan.size === 0 ? undefined : warnOfGaps(context),
    warnOfSight(context, plan),
  ]);
  return loaded.flat();
}

async function loadTable(
  context: Context,
  name: string,
  columns: readonly string[],
): Promise<Loaded[]> {
  const table = tables.get(name);
  if (table === undefined) return [];
  const sight = await context.sight();
  const hidden = table.from.filter((seen) => sight.of(seen) === "none");
  if (hidden.length > 0) {
    throw new XoError(
      "forbidden",
      `${name} cannot be read: this account may not see ${hidden.map(nounOf).join(", ")}.`,
      "Ask with another account, or have its roles extended in XO.",
    );
  }
  try {
    const rows = await table.rows(context, columns);
    return [{ table: name, create: createTable(table, columns), columns: columns.length, rows }];
  } catch (error) {
    if (!(error instanceof XoError)) throw error;
    throw new XoError(error.kind, `${name} cannot be read: ${error.message}`, error.hint);
  }
}

/** What the account sees too little of: of the rows, and of what their columns look up. */
async function warnOfSight(context: Context, plan: Plan): Promise<void> {
  if (plan.size === 0) return;
  const sight = await context.sight();
  for (const [name, columns] of plan) {
    const table = tables.get(name);
    if (table === undefined) continue;
    const rows = sight.lack(table.from);
    if (rows !== undefined) context.warn(`${name} has only what this account sees. ${rows}.`);
    const looked = columns.flatMap((column) => {
      const lack = sight.lack(table.needsOf([column]));
      return lack === undefined ? [] : [{ column, lack }];
    });
    for (const [lack, of] of Map.groupBy(looked, (each) => each.lack)) {
      const names = of.map(({ column }) => `${name}.${column}`).join(", ");
      context.warn(`${names}: NULL or unknown may only be hidden. ${lack}.`);
    }
  }
}
