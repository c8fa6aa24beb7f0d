import { type Row, valueAt } from "../xo/row.ts";

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

/** By the fields, missing values last either way, then by name and id, so that pages never overlap. */
export function comparing(order: Order | readonly Order[]): (a: Row, b: Row) => number {
  const keys = "field" in order ? [order] : order;
  return (a, b) => {
    for (const key of keys) {
      const difference = compareBy(key, a, b);
      if (difference !== 0) return difference;
    }
    return compareValues(a["name_label"], b["name_label"]) || compareValues(a["id"], b["id"]);
  };
}

function compareBy({ field, descending }: Order, a: Row, b: Row): number {
  const left = valueAt(a, field) ?? undefined;
  const right = valueAt(b, field) ?? undefined;
  if (left === undefined || right === undefined) {
    if (left === right) return 0;
    return left === undefined ? 1 : -1;
  }
  const difference = compareValues(left, right);
  return descending ? -difference : difference;
}

function compareValues(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  // A list sorts by how many it holds.
  if (Array.isArray(a) && Array.isArray(b)) return a.length - b.length;
  return collator.compare(String(a), String(b));
}
