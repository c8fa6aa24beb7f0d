import type { Context } from "../tool.ts";
import { LeftOut } from "../xo/redact.ts";
import type { Row } from "../xo/row.ts";
import { splitFields } from "./fields.ts";
import { type Filtered, readFiltered } from "./filtered.ts";
import { type Order, parseSort } from "./order.ts";
import { type Page, pageOf } from "./page.ts";
import type { ListInput } from "./parameters.ts";

/** What a caller named of a list. */
export interface Asked {
  /** What is shown; * is everything that may be. */
  shown: readonly string[];
  order: readonly Order[];
  /** What is left out for what it holds. */
  hidden: readonly string[];
}

/** What a list is made of: XO's own records, or items that are joined of several. */
export interface Source<Item extends Row, A extends Asked> {
  /** Its fields when the caller names none; dots go down. */
  fields: readonly string[];
  /** Its order when the caller names none. */
  sort: string;
  /**
   * What the names that a caller gave stand for.
   * @throws XoError `usage` for an order by what is left out, which would tell it
   */
  ask(fields: readonly string[], order: readonly Order[]): A;
  /** All items of the records that match. */
  read(asked: A): Filtered<Item>;
  /** Warns of names that no item has. */
  tellUnknown(items: readonly Item[], asked: A, left: LeftOut): Promise<void>;
  /** An item that is on the page, as it is shown. */
  show(item: Row, asked: A, left: LeftOut): Row;
}

/**
 * A page of a list, and all its items: XO itself has no order, no offset and no total, so all three are
 * made here. What is shown is projected, redacted and cut to the budget; the rest of what was read is
 * only sorted.
 */
export async function list<Item extends Row, A extends Asked>(
  context: Context,
  source: Source<Item, A>,
  input: ListInput,
): Promise<{ page: Page; all: readonly Item[] }> {
  const fields = input.fields === undefined ? source.fields : splitFields(input.fields);
  const asked = source.ask(fields, parseSort(input.sort ?? source.sort));
  const all = await readFiltered(context, source.read(asked), input.filter);
  const left = new LeftOut();
  for (const field of asked.hidden) left.hidden(field);
  await source.tellUnknown(all, asked, left);
  const show = (item: Row) => source.show(item, asked, left);
  const page = pageOf(context, all, { ...input, order: asked.order, show });
  const redacted = left.names();
  return { page: redacted === undefined ? page : { ...page, redacted }, all };
}
