import type { Result } from "../tool.ts";

/**
 * The rows of an answer that has them as arrays, with their columns in order; nothing of any other
 * answer. A Map, for an object puts a column that is called 1 before all others; NULL is undefined, as
 * what an item lacks is.
 */
export function rowsIn({ columns, rows }: Result): Map<string, unknown>[] | undefined {
  if (!Array.isArray(columns) || !Array.isArray(rows)) return undefined;
  return rows.map(
    (row: unknown) =>
      new Map(
        columns.map((name, at) => [
          String(name),
          Array.isArray(row) ? (row[at] ?? undefined) : undefined,
        ]),
      ),
  );
}
