import { say } from "../sentence.ts";
import type * as z from "zod";
import { sizeOf } from "../budget/lengths.ts";
import type { Context } from "../tool.ts";
import type { Row } from "../xo/row.ts";
import { type Order, sorted } from "./order.ts";
import type { ListInput, listOutput } from "./parameters.ts";

export type Page = z.input<typeof listOutput>;

/** What a page needs to know of its list. */
export interface Paging extends Pick<ListInput, "limit" | "offset"> {
  order: Order | readonly Order[];
  /** Makes an item of a row, once the row is known to be on the page. */
  show?: (row: Row) => Row;
  /** What the answer has beside its items, and its items have to leave room for. */
  beside?: object;
}

/** Room for the envelope and its warnings, in characters. */
const reserve = 1_000;

/** Characters of a page that nobody gave a length: who wants a longer one asks with `limit`. */
const standardPage = 8_000;

/** A page of rows: sorted, counted, cut to the limit and to what the budget holds. */
export function pageOf(
  { budget, warn }: Pick<Context, "budget" | "warn">,
  rows: readonly Row[],
  paging: Paging,
): Page {
  const { order, limit, offset = 0, show = (row) => row, beside = {} } = paging;
  const wanted = sorted(rows, [order].flat()).slice(offset, limit && offset + limit);
  // Where nobody counts, all are shown.
  const isShort = limit === undefined && Number.isFinite(budget);
  const room = (isShort ? Math.min(budget, standardPage) : budget) - reserve - sizeOf(beside);
  const items = shownWithin(wanted, show, room);
  if (items.length < wanted.length) {
    warn(
      say`Only ${items.length} of ${wanted.length} items fit: ask on with offset, ${isShort ? "for more at once with limit, " : ""}or for fewer fields or a narrower filter.`,
    );
  }
  const next = offset + items.length;
  return {
    total: rows.length,
    returned: items.length,
    ...(next < rows.length && items.length > 0 ? { next_offset: next } : {}),
    items,
  };
}

/** The first items that have room; at least one, or the caller could never go on. */
function shownWithin(rows: readonly Row[], show: (row: Row) => Row, room: number): Row[] {
  if (room === Number.POSITIVE_INFINITY) return rows.map(show);
  const items: Row[] = [];
  let left = room;
  for (const row of rows) {
    const item = show(row);
    left -= sizeOf(item) + 1;
    if (left < 0 && items.length > 0) break;
    items.push(item);
  }
  return items;
}
