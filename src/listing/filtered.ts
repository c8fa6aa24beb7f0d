import type { Context } from "../tool.ts";
import type { Filter } from "../xo/filter.ts";
import { adviseOnFilter, fieldsInFilter } from "../xo/filter/advice.ts";
import { checkFilter } from "../xo/filter/check.ts";
import { definitionsOf } from "../xo/filter/definitions.ts";
import { guardFilter } from "../xo/filter/guard.ts";
import { describeDenied, describeMatches, fieldsForMatches } from "../xo/filter/matches.ts";
import type { Collection } from "../xo/routes.ts";
import type { Row } from "../xo/row.ts";

/** What is read with a filter of the caller's. */
export interface Filtered<Item extends Row> {
  /** Whose records the filter is about. */
  collection: Collection;
  /** Whether the items are made of several records, with fields that no filter of XO's knows. */
  isJoined: boolean;
  /**
   * Reads all items of the records that match, and warns of gaps beside it.
   * @param fields of the filter: with them the records themselves tell which of them none has
   */
  read(filter: Filter | undefined, fields: readonly string[]): Promise<readonly Item[]>;
}

/**
 * The items that the caller's filter leaves, with a word on what it does not mean although it says it.
 * @throws XoError `usage` for a filter that is none, or asks for what is not shown
 */
export async function readFiltered<Item extends Row>(
  { xo, warn }: Context,
  { collection, isJoined, read }: Filtered<Item>,
  filter: string | undefined,
): Promise<readonly Item[]> {
  if (filter === undefined) return read(undefined, []);
  await checkFilter(collection, filter, warn);
  const guarded = await guardFilter(xo, collection, filter, warn);
  const definitions = await definitionsOf(collection);
  const items = await read(guarded, [
    ...fieldsInFilter(filter, definitions),
    ...fieldsForMatches(collection, filter),
  ]);
  const rows = isJoined ? [] : items;
  const ownFields = new Set(isJoined ? items.flatMap((item) => Object.keys(item)) : []);
  const left = { isEmpty: items.length === 0, rows, ownFields };
  for (const told of describeMatches(filter, rows, definitions)) warn(told);
  for (const told of await describeDenied(xo, collection, filter, definitions)) warn(told);
  for (const advice of await adviseOnFilter(xo, collection, filter, left)) warn(advice);
  return items;
}
