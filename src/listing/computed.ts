import type { Context } from "../tool.ts";
import type { Row } from "../xo/client.ts";
import type { Filter } from "../xo/filter.ts";
import { adviseOnFilter } from "../xo/filter/advice.ts";
import { checkFilter } from "../xo/filter/check.ts";
import { guardFilter } from "../xo/filter/guard.ts";
import { requireShown } from "../xo/redact.ts";
import type { Collection } from "../xo/routes.ts";
import { listCollection } from "./collection.ts";
import { parseSort } from "./order.ts";
import { type Page, pageOf } from "./page.ts";
import type { ListInput } from "./parameters.ts";

interface Computed<Item> {
  /** Whose records the items describe: the caller's filter and fields are about these. */
  collection: Collection;
  /** The order when the caller names none. */
  sort: string;
  /**
   * Makes all items, of the records that match. It warns of gaps beside its reads, and an item has
   * the `id` of its record.
   */
  read(filter: Filter | undefined): Promise<Item[]>;
}

/**
 * A page of items that are joined from several collections, and all of them beside it. With the
 * caller's own `fields` the page has XO's own records of the same objects.
 */
export async function listComputed<Item extends Row & { id: string }>(
  context: Context,
  { collection, sort, read }: Computed<Item>,
  input: ListInput,
): Promise<{ page: Page; all: Item[] }> {
  const { xo, warn } = context;
  const { filter, fields } = input;
  const order = parseSort(input.sort ?? sort);
  requireShown("sort", order.field);
  const guarded = filter === undefined ? undefined : guardFilter(filter, warn);
  if (filter !== undefined) await checkFilter(collection, filter, warn);
  const all = await read(guarded);
  if (fields !== undefined) {
    const only = new Set(all.map(({ id }) => id));
    return { page: await listCollection(context, { collection, fields: [], only }, input), all };
  }
  const known = new Set(all.flatMap((item) => Object.keys(item)));
  if (filter !== undefined) {
    const left = { isEmpty: all.length === 0, rows: [], ownFields: known };
    for (const advice of await adviseOnFilter(xo, collection, filter, left)) warn(advice);
  }
  if (all.length > 0 && input.sort !== undefined && !known.has(order.field)) {
    warn(`No item has a field ${order.field} to sort by; they have ${[...known].join(", ")}.`);
  }
  return { page: pageOf(context, all, { ...input, order }), all };
}
