import type { Result } from "../tool.ts";

interface Rows {
  columns: unknown[];
  rows: unknown[];
}

/** Whether an answer has its rows as arrays, with their columns in order. */
export function hasRows(result: Result): result is Result & Rows {
  return Array.isArray(result["columns"]) && Array.isArray(result["rows"]);
}

/**
 * The rows of such an answer by the names of their columns; nothing of any other answer. A Map, for an object puts a column that is called 1 before all others; NULL is undefined, as
 * what an item lacks is.
 */
export function rowsIn(result: Result): Map<string, unknown>[] | undefined {
  if (!hasRows(result)) return undefined;
  const { columns, rows } = result;
  return rows.map(
    (row) =>
      new Map(
        columns.map((name, at) => [
          String(name),
          Array.isArray(row) ? (row[at] ?? undefined) : undefined,
        ]),
      ),
  );
}
