import { warnOfGaps } from "../estate/gaps.ts";
import type { Context } from "../tool.ts";
import type { Row } from "../xo/row.ts";
import { allOf, type Filter } from "../xo/filter.ts";
import { adviseOnFilter, fieldsInFilter } from "../xo/filter/advice.ts";
import { checkFilter } from "../xo/filter/check.ts";
import { guardFilter } from "../xo/filter/guard.ts";
import { describeDenied, describeMatches, fieldsForMatches } from "../xo/filter/matches.ts";
import { definitionsOf } from "../xo/filter/definitions.ts";
import { besideErrors, hiddenTexts, LeftOut, redact } from "../xo/redact.ts";
import type { Collection } from "../xo/routes.ts";
import { askedOf } from "./asked.ts";
import { brief } from "./brief.ts";
import { project, splitFields } from "./fields.ts";
import { parseSort } from "./order.ts";
import { type Page, pageOf } from "./page.ts";
import type { ListInput } from "./parameters.ts";
import { warnOfUnknownFields, warnOfUnlisted } from "./unknown-fields.ts";

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
  const definitions = await definitionsOf(collection);
  const fields = input.fields === undefined ? source.fields : splitFields(input.fields);
  const named = parseSort(input.sort ?? source.sort ?? "name_label");
  const { shown, order, hidden, unlisted } = askedOf(definitions, fields, named);
  const asked = fields.includes("*")
    ? ["*"]
    : [
        ...shown,
        ...["id", "name_label"].filter((name) => definitions.names.has(name)),
        ...order.map(({ field }) => field),
        ...besideErrors(definitions, shown),
        ...(remark?.fields ?? []),
      ];
  const rows = await filteredRows(context, source, asked, input.filter);
  await remark?.tell(rows);
  const left = new LeftOut();
  for (const field of hidden) left.hidden(field);
  for (const field of await warnOfUnlisted(context, collection, rows, unlisted))
    left.unknown(field);
  const checked = input.fields === undefined ? [] : shown;
  await warnOfUnknownFields(context, collection, rows, { fields: checked, order });

  const show = (row: Row) => {
    const texts = hiddenTexts(row, definitions);
    return shortened(redact(project(row, shown), definitions, left, texts), shown);
  };
  const page = pageOf(context, rows, { ...input, order, show });
  const redacted = left.names();
  return redacted === undefined ? page : { ...page, redacted };
}

/** The rows that the caller's filter leaves, with a word on what an empty answer may mean. */
export async function filteredRows(
  context: Context,
  { collection, within = [] }: Pick<Source, "collection" | "within">,
  fields: readonly string[],
  ownFilter: string | undefined,
): Promise<readonly Row[]> {
  const { xo, warn } = context;
  if (ownFilter !== undefined) await checkFilter(collection, ownFilter, warn);
  const own =
    ownFilter === undefined ? undefined : await guardFilter(xo, collection, ownFilter, warn);
  const filter = allOf(...within, own);
  const definitions = await definitionsOf(collection);
  // With the filter's own fields, the answer itself tells which of them no record has.
  const ofFilter =
    ownFilter === undefined
      ? []
      : [...fieldsInFilter(ownFilter, definitions), ...fieldsForMatches(collection, ownFilter)];
  const asked = fields.includes("*") ? fields : [...fields, ...ofFilter];
  const [rows] = await Promise.all([
    xo.raw(collection, [...new Set(asked)], filter),
    warnOfGaps(context),
  ]);
  if (ownFilter !== undefined) {
    for (const told of describeMatches(ownFilter, rows, definitions)) warn(told);
    for (const told of await describeDenied(xo, collection, ownFilter, definitions)) warn(told);
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
