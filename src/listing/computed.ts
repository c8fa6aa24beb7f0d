import type { Context } from "../tool.ts";
import type { Row } from "../xo/row.ts";
import type { Filter } from "../xo/filter.ts";
import { adviseOnFilter } from "../xo/filter/advice.ts";
import { checkFilter } from "../xo/filter/check.ts";
import { guardFilter } from "../xo/filter/guard.ts";
import { describeDenied } from "../xo/filter/matches.ts";
import { definitionsOf } from "../xo/filter/definitions.ts";
import { hiddenOn, requireShown } from "../xo/redact.ts";
import type { Collection } from "../xo/routes.ts";
import { project, splitFields } from "./fields.ts";
import { parseSort } from "./order.ts";
import { type Page, pageOf } from "./page.ts";
import type { ListInput } from "./parameters.ts";
import { warnOfUnknownNames } from "./unknown-fields.ts";

interface Computed<Item> {
  /** Whose records the items are made of: the caller's filter is about these. */
  collection: Collection;
  /** The order when the caller names none. */
  sort: string;
  /** Makes all items, of the records that match. It warns of gaps beside its reads. */
  read(filter: Filter | undefined): Promise<Item[]>;
}

/**
 * A page of items that are joined from several collections, and all of them beside it. `fields` and
 * `sort` name what the items have; only the filter, which XO runs, speaks of XO's records.
 */
export async function listComputed<Item extends Row & { id: string }>(
  context: Context,
  { collection, sort, read }: Computed<Item>,
  input: ListInput,
): Promise<{ page: Page; all: Item[] }> {
  const { xo, warn } = context;
  const { filter } = input;
  const definitions = await definitionsOf(collection);
  const asked = input.fields === undefined ? ["*"] : splitFields(input.fields);
  const removed = new Set(asked.flatMap((field) => hiddenOn(definitions, field) ?? []));
  const fields = asked.filter((field) => hiddenOn(definitions, field) === undefined);
  const order = parseSort(input.sort ?? sort);
  for (const { field } of order) requireShown("sort", definitions, field.split("."));
  if (filter !== undefined) await checkFilter(collection, filter, warn);
  const guarded =
    filter === undefined ? undefined : await guardFilter(xo, collection, filter, warn);
  const all = await read(guarded);
  if (filter !== undefined) {
    for (const told of await describeDenied(xo, collection, filter, definitions)) warn(told);
    const ownFields = new Set(all.flatMap((item) => Object.keys(item)));
    const left = { isEmpty: all.length === 0, rows: [], ownFields };
    for (const advice of await adviseOnFilter(xo, collection, filter, left)) warn(advice);
  }
  await warnOfUnknownNames(context, collection, all, { fields, order });
  const page = pageOf(context, all, { ...input, order, show: (item) => project(item, fields) });
  return { page: removed.size === 0 ? page : { ...page, redacted: [...removed] }, all };
}
