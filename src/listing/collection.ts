import { warnOfGaps } from "../estate/gaps.ts";
import type { Context } from "../tool.ts";
import type { Row } from "../xo/client.ts";
import { allOf, type Filter } from "../xo/filter.ts";
import { adviseOnFilter, fieldsInFilter } from "../xo/filter/advice.ts";
import { checkFilter } from "../xo/filter/check.ts";
import { guardFilter } from "../xo/filter/guard.ts";
import { describeDenied, describeMatches, fieldsForMatches } from "../xo/filter/matches.ts";
import { redactObject, requireShown, secretPart } from "../xo/redact.ts";
import type { Collection } from "../xo/routes.ts";
import { brief } from "./brief.ts";
import { project, splitFields } from "./fields.ts";
import { parseSort } from "./order.ts";
import { type Page, pageOf } from "./page.ts";
import type { ListInput } from "./parameters.ts";
import { warnOfUnknownFields } from "./unknown-fields.ts";

export interface Source {
  collection: Collection;
  /** The fields of an item when the caller names none; dots go down. */
  fields: readonly string[];
  /** The order when the caller names none; by name without it. */
  sort?: string;
  /** Conditions beside the caller's filter. */
  within?: (Filter | undefined)[];
  /** What is to be said of all rows that match, and the fields that it needs. */
  remark?: { fields: readonly string[]; tell(rows: readonly Row[]): Promise<void> };
}

/** A page of a collection: XO itself has no order, no offset and no total, so all three are made here. */
export async function listCollection(
  context: Context,
  source: Source,
  input: ListInput,
): Promise<Page> {
  const { collection, remark } = source;
  const fields = input.fields === undefined ? source.fields : splitFields(input.fields);
  const order = parseSort(input.sort ?? source.sort ?? "name_label");
  for (const { field } of order) requireShown("sort", field);
  const shown = fields.filter((field) => secretPart(field) === undefined);
  const asked = fields.includes("*")
    ? ["*"]
    : [
        ...new Set([
          ...shown,
          "id",
          "name_label",
          ...order.map(({ field }) => field),
          ...(remark?.fields ?? []),
        ]),
      ];
  const rows = await filteredRows(context, source, asked, input.filter);
  await remark?.tell(rows);
  const named = input.fields === undefined ? [] : shown;
  await warnOfUnknownFields(context, collection, rows, { fields: named, order });

  const removed = new Set(fields.flatMap((field) => secretPart(field) ?? []));
  const show = (row: Row) => shortened(redactObject(project(row, shown), removed), shown);
  const page = pageOf(context, rows, { ...input, order, show });
  return removed.size === 0 ? page : { ...page, redacted: [...removed] };
}

/** The rows that the caller's filter leaves, with a word on what an empty answer may mean. */
export async function filteredRows(
  context: Context,
  { collection, within = [] }: Pick<Source, "collection" | "within">,
  fields: readonly string[],
  ownFilter: string | undefined,
): Promise<Row[]> {
  const { xo, warn } = context;
  const own = ownFilter === undefined ? undefined : guardFilter(ownFilter, warn);
  if (ownFilter !== undefined) await checkFilter(collection, ownFilter, warn);
  const filter = allOf(...within, own);
  // With the filter's own fields, the answer itself tells which of them no record has.
  const ofFilter =
    ownFilter === undefined
      ? []
      : [...fieldsInFilter(ownFilter), ...fieldsForMatches(collection, ownFilter)];
  const asked = fields.includes("*") ? fields : [...fields, ...ofFilter];
  const [rows] = await Promise.all([
    xo.rows(collection, [...new Set(asked)], { filter }),
    warnOfGaps(context),
  ]);
  if (ownFilter !== undefined) {
    for (const told of describeMatches(ownFilter, rows)) warn(told);
    for (const told of await describeDenied(xo, collection, ownFilter)) warn(told);
    const left = { isEmpty: rows.length === 0, rows };
    for (const advice of await adviseOnFilter(xo, collection, ownFilter, left)) warn(advice);
  }
  return rows;
}

/** What was asked for by its own path stays whole. */
function shortened(row: Row, shown: readonly string[]): Row {
  const whole = new Set(shown);
  return brief(row, (path) => whole.has(path));
}
