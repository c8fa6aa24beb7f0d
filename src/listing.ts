import * as z from "zod";
import { warnOfGaps } from "./estate/gaps.ts";
import { nearest } from "./nearest.ts";
import { type Context, warnings } from "./tool.ts";
import type { Row } from "./xo/client.ts";
import { allOf } from "./xo/filter.ts";
import { adviseOnFilter, knownFields } from "./xo/filter-advice.ts";
import { redactObject } from "./xo/redact.ts";
import type { Collection } from "./xo/routes.ts";

const wholeNumber = (least: number) => {
  const wanted = `must be a whole number from ${least}`;
  return z.int(wanted).min(least, wanted).optional();
};

/** The parameters that mean the same in every list; `standard` are the fields returned without `fields`. */
export function listInput(standard: string) {
  return {
    filter: z.string().optional().describe("XO filter, e.g. power_state:Running name_label:web*"),
    fields: z
      .string()
      .optional()
      .describe(`Comma-separated fields, * for all (default: ${standard})`),
    limit: wholeNumber(1).describe("Most items to return"),
    offset: wholeNumber(0).describe("Items to skip, from next_offset"),
    sort: z
      .string()
      .optional()
      .describe("Field to sort by, - in front for descending: -memory.size"),
  };
}

/** What every list answers. */
export const listOutput = z.object({
  total: z.number().describe("Matches in all"),
  returned: z.number(),
  next_offset: z.number().optional().describe("offset of the next page"),
  redacted: z.array(z.string()).optional().describe("Fields never shown"),
  warnings,
  items: z.array(z.looseObject({})),
});

type ListInput = {
  [K in keyof ReturnType<typeof listInput>]?: z.output<ReturnType<typeof listInput>[K]>;
};

interface Source {
  collection: Collection;
  /** The fields of an item when the caller names none; dots go down. */
  fields: readonly string[];
  /** Conditions beside the caller's filter. */
  within?: (string | undefined)[];
}

/** A page of a collection: XO itself has no order, no offset and no total, so all three are made here. */
export async function listCollection(
  context: Context,
  source: Source,
  input: ListInput,
): Promise<z.input<typeof listOutput>> {
  const { xo, warn } = context;
  const { collection } = source;
  const fields = input.fields === undefined ? source.fields : splitFields(input.fields);
  const order = parseSort(input.sort);
  const asked = fields.includes("*") ? ["*"] : unique([...fields, "id", "name_label", order.field]);
  const filter = allOf(...(source.within ?? []), input.filter);

  const [rows] = await Promise.all([xo.rows(collection, asked, { filter }), warnOfGaps(context)]);
  if (rows.length === 0 && input.filter !== undefined) {
    for (const advice of await adviseOnFilter(xo, collection, input.filter)) warn(advice);
  }
  await warnOfUnknownFields(context, collection, rows, unique([...fields, order.field]));

  const sorted = rows.sort(comparing(order));
  const removed = new Set<string>();
  const offset = input.offset ?? 0;
  const page = sorted
    .slice(offset, input.limit === undefined ? undefined : offset + input.limit)
    .map((row) => redactObject(project(row, fields), removed));
  const items = page.slice(0, fitting(page, context.budget));
  if (items.length < page.length) {
    warn(
      `Only ${items.length} of ${page.length} items fit: ask on with offset, or for fewer fields or a narrower filter.`,
    );
  }
  const next = offset + items.length;
  return {
    total: rows.length,
    returned: items.length,
    ...(next < rows.length && items.length > 0 ? { next_offset: next } : {}),
    ...(removed.size > 0 ? { redacted: [...removed] } : {}),
    items,
  };
}

function splitFields(text: string): string[] {
  const fields = text
    .split(",")
    .map((field) => field.trim())
    .filter((field) => field !== "");
  return fields.length === 0 ? ["id"] : unique(fields);
}

function unique<T>(values: T[]): T[] {
  return [...new Set(values)];
}

async function warnOfUnknownFields(
  { xo, warn }: Context,
  collection: Collection,
  rows: Row[],
  fields: readonly string[],
): Promise<void> {
  // XO drops a field it does not know without a word.
  const absent = fields.filter(
    (field) => field !== "*" && rows.every((row) => valueAt(row, field) === undefined),
  );
  if (rows.length === 0 || absent.length === 0) return;
  const known = await knownFields(xo, collection);
  for (const field of absent.filter((name) => !known.has(name.split(".")[0] ?? ""))) {
    const meant = nearest(field, known);
    warn(
      `No record in ${collection} has a field ${field}.${meant === undefined ? "" : ` Did you mean ${meant}?`}`,
    );
  }
}

/** The row with these fields only; dots go down. */
function project(row: Row, fields: readonly string[]): Row {
  if (fields.includes("*")) return row;
  const kept: Row = {};
  for (const field of fields) {
    const value = valueAt(row, field);
    if (value !== undefined) place(kept, field.split("."), value);
  }
  return kept;
}

function place(target: Row, [key = "", ...rest]: string[], value: unknown): void {
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  const inner = isRow(target[key]) ? target[key] : {};
  place(inner, rest, value);
  target[key] = inner;
}

function valueAt(row: Row, field: string): unknown {
  return field
    .split(".")
    .reduce<unknown>((value, key) => (isRow(value) ? value[key] : undefined), row);
}

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null;
}

interface Order {
  field: string;
  descending: boolean;
}

function parseSort(sort = "name_label"): Order {
  const descending = sort.startsWith("-");
  return { field: descending ? sort.slice(1) : sort, descending };
}

const collator = new Intl.Collator("en", { numeric: true });

/** By the field, missing values last either way, then by name and id, so that pages never overlap. */
function comparing({ field, descending }: Order): (a: Row, b: Row) => number {
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
  return collator.compare(String(a), String(b));
}

/** How many items the budget holds; at least one, or the caller could never go on. */
function fitting(items: readonly Row[], budget: number): number {
  // The envelope and its warnings.
  let left = budget - 1_000;
  const first = items.findIndex((item) => {
    left -= JSON.stringify(item).length + 1;
    return left < 0;
  });
  return first === -1 ? items.length : Math.max(1, first);
}
