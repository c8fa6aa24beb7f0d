import type { Row } from "../xo/client.ts";
import { valueAt } from "../xo/value-at.ts";

export interface Order {
  field: string;
  descending: boolean;
}

/** The parameter `sort`: a field, with - in front for descending. */
export function parseSort(sort: string): Order {
  const descending = sort.startsWith("-");
  return { field: descending ? sort.slice(1) : sort, descending };
}

const collator = new Intl.Collator("en", { numeric: true });

/** By the field, missing values last either way, then by name and id, so that pages never overlap. */
export function comparing({ field, descending }: Order): (a: Row, b: Row) => number {
  return (a, b) => {
    const left = valueAt(a, field) ?? undefined;
    const right = valueAt(b, field) ?? undefined;
    if (left === undefined || right === undefined) {
      if (left !== right) return left === undefined ? 1 : -1;
    } else {
      const difference = compareValues(left, right);
      if (difference !== 0) return descending ? -difference : difference;
    }
    return compareValues(a["name_label"], b["name_label"]) || compareValues(a["id"], b["id"]);
  };
}

function compareValues(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  // A list sorts by how many it holds.
  if (Array.isArray(a) && Array.isArray(b)) return a.length - b.length;
  return collator.compare(String(a), String(b));
}
