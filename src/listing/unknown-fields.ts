import { type Sentence, listed, quoted, say } from "../sentence.ts";
import { nearest } from "../nearest.ts";
import type { Context } from "../tool.ts";
import { hintForField } from "../xo/filter/advice.ts";
import { definitionsOf } from "../xo/filter/definitions.ts";
import type { Collection } from "../xo/routes.ts";
import { isRow, type Row, valueAt } from "../xo/row.ts";
import type { Xo } from "../xo/client.ts";
import { haveField, newField } from "../xo/filter/unlisted.ts";
import type { Order } from "./order.ts";

/** What was asked of a list by name. */
export interface Named {
  fields: readonly string[];
  order: readonly Order[];
}

/**
 * Warns of names that no record has: XO drops a field that it does not know without a word. Of one
 * below a known name, what that has is told, and of a sort by a whole object, what may be sorted by.
 */
export async function warnOfUnknownFields(
  { xo, warn }: Context,
  collection: Collection,
  rows: readonly Row[],
  { fields, order }: Named,
): Promise<void> {
  const names = new Set([...fields, ...order.map(({ field }) => field)]);
  const absent = [...names].filter(
    (field) => field !== "*" && rows.every((row) => valueAt(row, field) === undefined),
  );
  for (const field of rows.length === 0 ? [] : absent) {
    const told = await tellUnknown(xo, collection, field);
    if (told !== undefined) warn(say`${told.text} ${told.hint}`);
  }
  for (const { field } of order) {
    // The definitions are read only where no look at the values tells.
    if (rows.length > 0 && rows.every((row) => isScalar(valueAt(row, field)))) continue;
    const place = (await definitionsOf(collection)).at(field.split("."));
    if (place.is !== "known" || place.kinds.join() !== "map" || place.names.length === 0) continue;
    const inside = place.names.map((name) => `${field}.${name}`);
    warn(
      say`${quoted(field)} holds several values and gives no order. Sort by one of ${listed(inside)}.`,
    );
  }
}

/** The same of names that are not on the list, of which XO is not asked: those that records have. */
export async function warnOfUnlisted(
  { xo, warn }: Context,
  collection: Collection,
  rows: readonly Row[],
  unlisted: readonly string[],
): Promise<string[]> {
  const found: string[] = [];
  for (const field of rows.length === 0 ? [] : unlisted) {
    if (await haveField(xo, collection, field.split("."))) found.push(field);
    const told = await tellUnknown(xo, collection, field);
    if (told !== undefined) warn(say`${told.text} ${told.hint}`);
  }
  return found;
}

function isScalar(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** What is wrong with the name of a field that no record has; nothing if XO defines it. */
export async function tellUnknown(
  xo: Xo,
  collection: Collection,
  field: string,
): Promise<{ text: Sentence; hint: Sentence } | undefined> {
  const { at, names: known } = await definitionsOf(collection);
  const path = field.split(".");
  const place = at(path);
  if (place.is === "known" && !place.free) return undefined;
  if (place.is !== "known" && (await haveField(xo, collection, path))) {
    return { text: newField(collection, path), hint: say`A newer xo-mcp may know it.` };
  }
  const text = say`No record in ${collection} has a field ${quoted(field)}.`;
  if (place.is === "inside") {
    return { text, hint: say`${quoted(place.of.join("."))} holds nothing below it.` };
  }
  if (place.is === "absent") {
    return { text, hint: hintBelow(place.map.join("."), field, new Set(place.names)) };
  }
  const [first = ""] = field.split(".");
  if (!known.has(first)) return { text, hint: hintForField(field, known) };
  const above = field.slice(0, field.lastIndexOf("."));
  const names = await namesBelow(xo, collection, above);
  return {
    text,
    hint: names.size === 0 ? say`${quoted(above)} holds nothing.` : hintBelow(above, field, names),
  };
}

function hintBelow(above: string, field: string, names: ReadonlySet<string>): Sentence {
  const meant = nearest(field.slice(above.length + 1), names);
  return meant === undefined
    ? say`${quoted(above)} has ${listed([...names].slice(0, 12))}.`
    : say`Did you mean ${quoted(above)}.${quoted(meant)}?`;
}

/** The names that stand today in a map of free keys. */
async function namesBelow(xo: Xo, collection: Collection, above: string): Promise<Set<string>> {
  const rows = await xo.raw(collection, [above]);
  const maps = rows.map((row) => valueAt(row, above)).filter(isRow);
  return new Set(maps.flatMap((map) => Object.keys(map)));
}

/**
 * The same of a list whose items are joined here: they have names of their own, and XO's are those
 * of its records, which query_objects reads.
 */
export async function warnOfUnknownNames(
  { warn }: Context,
  collection: Collection,
  items: readonly Row[],
  { fields, order }: Named,
): Promise<void> {
  if (items.length === 0) return;
  const known = new Set(items.flatMap((item) => Object.keys(item)));
  for (const field of new Set([...fields, ...order.map((key) => key.field)])) {
    const [first = ""] = field.split(".");
    if (field === "*" || known.has(first)) continue;
    const isXos = (await definitionsOf(collection)).at(field.split(".")).is === "known";
    const hint =
      isXos && nearest(field, known) === undefined
        ? say`It is XO's: query_objects shows it, with collection ${collection}. Here there are: ${listed([...known])}.`
        : hintForField(field, known);
    warn(say`No item has a field ${quoted(field)}. ${hint}`);
  }
}
