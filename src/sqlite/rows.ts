import type { StatementSync } from "node:sqlite";
import { listed, say } from "../sentence.ts";
import type { Cell } from "./cell.ts";

/** Characters of a column's name that are shown: one without a name has its whole expression. */
export const longestName = 200;

/**
 * Runs a statement to its end, and keeps the first rows of what it gives.
 * @param limit at most so many rows
 * @param room at most so many characters of rows as JSON
 */
export function rowsOf(
  statement: StatementSync,
  limit = Number.POSITIVE_INFINITY,
  room = Number.POSITIVE_INFINITY,
) {
  statement.setReturnArrays(true);
  statement.setReadBigInts(true);
  const columns = statement.columns().map(({ name }) => name);
  const rows: Cell[][] = [];
  const odd = new Set<string>();
  let total = 0;
  const names = columns.map((name) => name.slice(0, longestName));
  let left = room - JSON.stringify(names).length;
  for (const given of statement.iterate()) {
    total += 1;
    if (rows.length >= limit || rows.length < total - 1) continue;
    const row = Object.values(given).map((value, at) =>
      cellOf(value, () => odd.add(columns[at] ?? "")),
    );
    left -= JSON.stringify(row).length + 1;
    if (left > 0 || rows.length === 0) rows.push(row);
  }
  const inexact =
    odd.size === 0
      ? []
      : [say`${listed(odd)}: what JSON cannot hold exactly is a text with all its digits.`];
  return { columns, rows, total, inexact };
}

/** A value as JSON holds it. */
export function cellOf(value: unknown, isOdd: () => void): Cell {
  if (typeof value === "bigint") {
    if (String(Number(value)) === String(value)) return Number(value);
    isOdd();
    return String(value);
  }
  if (typeof value === "number") {
    if (Number.isFinite(value)) return value;
    isOdd();
    return String(value);
  }
  if (value instanceof Uint8Array) return `x'${value.toHex()}'`;
  return typeof value === "string" ? value : null;
}
