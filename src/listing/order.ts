import { type Row, valueOn } from "../xo/row.ts";

export interface Order {
  field: string;
  descending: boolean;
}

/**
 * The parameter `sort`: fields with commas between them, the first counts most, each with - in front
 * for descending; "field desc" and "field:desc" are taken for what they mean.
 */
export function parseSort(sort: string): Order[] {
  return sort
    .split(",")
    .map((key) => key.trim())
    .filter((key) => key !== "" && key !== "-")
    .map((key) => {
      const [, text = key, word] = /^(.*)[\s:](asc|desc)$/i.exec(key) ?? [];
      const field = text
        .replace(/^[-+]/, "")
        .replace(/[\s:]{1,9}$/, "")
        .trim();
      return { field, descending: text.startsWith("-") || word?.toLowerCase() === "desc" };
    });
}

const collator = new Intl.Collator("en", { numeric: true });

/** How rows were last sorted: the pages of a list come from the same rows. */
const lastOrder = new WeakMap<readonly Row[], { by: string; rows: readonly Row[] }>();

/**
 * Rows by these fields, missing values last either way, then by name and id, so that pages never
 * overlap.
 */
export function sorted(rows: readonly Row[], order: readonly Order[]): readonly Row[] {
  const by = JSON.stringify(order);
  const last = lastOrder.get(rows);
  if (last?.by === by) return last.rows;
  const found = sortBy(rows, [...order, ...unordered]);
  lastOrder.set(rows, { by, rows: found });
  return found;
}

function sortBy(rows: readonly Row[], order: readonly Order[]): Row[] {
  const keys = order.map(({ field, descending }) => ({
    path: field.split("."),
    sign: descending ? -1 : 1,
  }));
  // Each value is looked up once, and not with every comparison.
  const told = rows.map((row) => ({
    row,
    values: keys.map(({ path }) => valueOn(row, path) ?? undefined),
  }));
  told.sort((a, b) => {
    for (const [at, { sign }] of keys.entries()) {
      const difference = compareKnown(a.values[at], b.values[at], sign);
      if (difference !== 0) return difference;
    }
    return 0;
  });
  return told.map(({ row }) => row);
}

/** What decides between equal values. */
const unordered: readonly Order[] = [
  { field: "name_label", descending: false },
  { field: "id", descending: false },
];

function compareKnown(a: unknown, b: unknown, sign: number): number {
  if (a !== undefined && b !== undefined) return sign * compareValues(a, b);
  if (a === b) return 0;
  return a === undefined ? 1 : -1;
}

function compareValues(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (a === b) return 0;
  // A list sorts by how many it holds.
  if (Array.isArray(a) && Array.isArray(b)) return a.length - b.length;
  return collator.compare(String(a), String(b));
}
