import type { Context } from "../tool.ts";
import type { Filter } from "../xo/filter.ts";
import { definitionsOf } from "../xo/filter/definitions.ts";
import { hiddenOn, requireShown } from "../xo/redact.ts";
import type { Collection } from "../xo/routes.ts";
import type { Row } from "../xo/row.ts";
import { project } from "./fields.ts";
import { list } from "./list.ts";
import type { Page } from "./page.ts";
import type { ListInput } from "./parameters.ts";
import { warnOfUnknownNames } from "./unknown-fields.ts";

interface Joined<Item> {
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
export async function listJoined<Item extends Row & { id: string }>(
  context: Context,
  { collection, sort, read }: Joined<Item>,
  input: ListInput,
): Promise<{ page: Page; all: readonly Item[] }> {
  const definitions = await definitionsOf(collection);
  return list(
    context,
    {
      fields: ["*"],
      sort,
      ask(fields, order) {
        for (const { field } of order) requireShown("sort", definitions, field.split("."));
        return {
          shown: fields.filter((field) => hiddenOn(definitions, field) === undefined),
          order,
          hidden: fields.flatMap((field) => hiddenOn(definitions, field) ?? []),
        };
      },
      read: () => ({ collection, isJoined: true, read }),
      tellUnknown: (items, { shown: fields, order }) =>
        warnOfUnknownNames(context, collection, items, { fields, order }),
      show: (item, { shown }) => project(item, shown),
    },
    input,
  );
}
