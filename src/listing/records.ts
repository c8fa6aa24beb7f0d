import { warnOfGaps } from "../estate/gaps.ts";
import type { Context } from "../tool.ts";
import { allOf, type Filter } from "../xo/filter.ts";
import { definitionsOf } from "../xo/filter/definitions.ts";
import { besideErrors, hiddenTexts, redact } from "../xo/redact.ts";
import type { Collection } from "../xo/routes.ts";
import type { Row } from "../xo/row.ts";
import { askedOf } from "./asked.ts";
import { brief } from "./brief.ts";
import { project } from "./fields.ts";
import type { Filtered } from "./filtered.ts";
import { list } from "./list.ts";
import type { Page } from "./page.ts";
import type { ListInput } from "./parameters.ts";
import { warnOfUnknownFields, warnOfUnlisted } from "./unknown-fields.ts";

/** A list of XO's own records. */
export interface Records {
  collection: Collection;
  /** The fields of a record when the caller names none; dots go down. */
  fields: readonly string[];
  /** The order when the caller names none; by name without it. */
  sort?: string;
  /** Conditions beside the caller's filter. */
  within?: (Filter | undefined)[];
  /** What is to be said of all rows that match, and the fields that it needs. */
  remark?: { fields: readonly string[]; tell(rows: readonly Row[]): Promise<void> };
}

/** A page of XO's own records: `fields`, `sort` and `filter` speak of what XO has, as far as it is shown. */
export async function listRecords(
  context: Context,
  { collection, fields: standard, sort = "name_label", within = [], remark }: Records,
  input: ListInput,
): Promise<Page> {
  const definitions = await definitionsOf(collection);
  const beside = ["id", "name_label"].filter((name) => definitions.names.has(name));
  const { page } = await list(
    context,
    {
      fields: standard,
      sort,
      ask(fields, order) {
        const asked = askedOf(definitions, fields, order);
        // What was asked for by its own path stays whole.
        return { ...asked, whole: new Set(asked.shown) };
      },
      read: ({ shown, order }) =>
        recordsOf(context, collection, within, [
          ...shown,
          ...beside,
          ...order.map(({ field }) => field),
          ...besideErrors(definitions, shown),
          ...(remark?.fields ?? []),
        ]),
      async tellUnknown(rows, { shown, order, unlisted }, left) {
        await remark?.tell(rows);
        const found = await warnOfUnlisted(context, collection, rows, unlisted);
        for (const field of found) left.unknown(field);
        const fields = input.fields === undefined ? [] : shown;
        await warnOfUnknownFields(context, collection, rows, { fields, order });
      },
      show(row, { shown, whole }, left) {
        const texts = hiddenTexts(row, definitions);
        const redacted = redact(project(row, shown), definitions, left, texts);
        return brief(redacted, (path) => whole.has(path));
      },
    },
    input,
  );
  return page;
}

/** A collection as XO has it, with these fields and those of the caller's filter. */
export function recordsOf(
  context: Context,
  collection: Collection,
  within: readonly (Filter | undefined)[],
  fields: readonly string[],
): Filtered<Row> {
  return {
    collection,
    isJoined: false,
    async read(filter, ofFilter) {
      const asked = fields.includes("*") ? ["*"] : [...new Set([...fields, ...ofFilter])];
      const [rows] = await Promise.all([
        context.xo.raw(collection, asked, allOf(...within, filter)),
        warnOfGaps(context),
      ]);
      return rows;
    },
  };
}
