import { DatabaseSync } from "node:sqlite";
import type { Cell } from "./cell.ts";

/** No text, statement or pattern longer than these, so that no single value takes the memory. */
const limits = {
  length: 1_000_000,
  sqlLength: 100_000,
  likePatternLength: 1_000,
  exprDepth: 500,
  compoundSelect: 200,
  column: 500,
  attach: 0,
};

/** A database in memory with these tables, empty. A sort in it never goes to the disk. */
export function openDatabase(schema: string): DatabaseSync {
  const db = new DatabaseSync(":memory:", { limits });
  db.exec("pragma temp_store = 2");
  db.exec(schema);
  return db;
}

/** Puts rows into a table that has so many columns. */
export function insert(
  db: DatabaseSync,
  table: string,
  columns: number,
  rows: readonly (readonly Cell[])[],
): void {
  const places = Array.from({ length: columns }, () => "?").join(", ");
  const statement = db.prepare(`insert into ${table} values (${places})`);
  db.exec("begin");
  for (const row of rows) statement.run(...row);
  db.exec("commit");
}
