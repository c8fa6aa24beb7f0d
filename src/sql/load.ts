import { XoError } from "../errors.ts";
import { listed, ours, quoted, say } from "../sentence.ts";
import { warnOfGaps } from "../estate/gaps.ts";
import { nounOf, type Seen } from "../sight/nouns.ts";
import type { Context } from "../tool.ts";
import type { Cell } from "../sqlite/cell.ts";
import { fact } from "./fact.ts";
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
  if (plan.size === 0) return [];
  const [loaded, { failure }] = await Promise.all([
    Promise.all([...plan].map(([name, columns]) => loadTable(context, name, columns))),
    surroundings.in(context),
    warnOfSight(context, plan),
  ]);
  if (failure !== undefined) throw failure;
  return loaded.flat();
}

/** What is told of the connections of XO beside every table; it may be asked for ahead, so it fails silently. */
export const surroundings = fact([], async (context) => {
  try {
    await Promise.all([context.sight(), warnOfGaps(context)]);
    return { failure: undefined };
  } catch (failure) {
    return { failure };
  }
});

async function loadTable(
  context: Context,
  name: string,
  columns: readonly string[],
): Promise<Loaded[]> {
  const table = tables.get(name);
  if (table === undefined) return [];
  const [sight, read] = await Promise.all([
    context.sight(),
    // Not later: most accounts see what they ask for.
    table.rows(context, columns).then(
      (rows) => ({ rows }),
      (failure: unknown) => ({ failure }),
    ),
  ]);
  const isHidden = (seen: Seen) => sight.of(seen) === "none";
  const hidden = [
    ...table.from.filter(isHidden),
    ...(table.parts.every(isHidden) ? table.parts : []),
  ];
  if (hidden.length > 0) {
    throw new XoError(
      "forbidden",
      say`${quoted(name)} cannot be read: this account may not see ${ours(hidden.map(nounOf).join(", "))}.`,
      say`Ask with another account, or have its roles extended in XO.`,
    );
  }
  if ("rows" in read) {
    const create = createTable(table, columns);
    return [{ table: name, create, columns: columns.length, rows: read.rows }];
  }
  if (!(read.failure instanceof XoError)) throw read.failure;
  const { kind, message, hint } = read.failure;
  throw new XoError(kind, say`${quoted(name)} cannot be read: ${message}`, hint);
}

/** What the account sees too little of: of the rows, and of what their columns look up. */
async function warnOfSight(context: Context, plan: Plan): Promise<void> {
  if (plan.size === 0) return;
  const sight = await context.sight();
  for (const [name, columns] of plan) {
    const table = tables.get(name);
    if (table === undefined) continue;
    const rows = sight.lack([...table.from, ...table.parts]);
    if (rows !== undefined)
      context.warn(say`${quoted(name)} has only what this account sees. ${rows}.`);
    const looked = columns.flatMap((column) => {
      const lack = sight.lack(table.needsOf([column]));
      return lack === undefined ? [] : [{ column, lack }];
    });
    for (const [lack, of] of Map.groupBy(looked, (each) => each.lack)) {
      const names = listed(of.map(({ column }) => `${name}.${column}`));
      context.warn(say`${names}: NULL or unknown may only be hidden. ${lack}.`);
    }
  }
}
