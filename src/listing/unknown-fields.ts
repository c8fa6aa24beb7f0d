import { nearest } from "../nearest.ts";
import type { Context } from "../tool.ts";
import { hintForField, knownFields } from "../xo/filter/advice.ts";
import { definitionsOf } from "../xo/filter/definitions.ts";
import type { Collection } from "../xo/routes.ts";
import { valueAt } from "../xo/value-at.ts";
import type { Row } from "../xo/client.ts";
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
  const definitions = await definitionsOf(collection);
  const names = new Set([...fields, ...order.map(({ field }) => field)]);
  const absent = [...names].filter(
    (field) => field !== "*" && rows.every((row) => valueAt(row, field) === undefined),
  );
  for (const field of rows.length === 0 ? [] : absent) {
    const place = definitions(field.split("."));
    if (place.is === "known") continue;
    if (place.is === "absent") {
      const above = place.map.join(".");
      const meant = nearest(field.slice(above.length + 1), place.names);
      const hint = `${above} has ${place.names.join(", ")}.`;
      warn(
        `No record in ${collection} has ${field}. ${meant === undefined ? hint : `Did you mean ${above}.${meant}?`}`,
      );
      continue;
    }
    const known = await knownFields(xo, collection);
    if (place.is === "untold" && known.has(field.split(".")[0] ?? "")) continue;
    const below = place.is === "inside" ? ` ${place.of.join(".")} holds nothing below it.` : "";
    warn(
      `No record in ${collection} has a field ${field}.${below || ` ${hintForField(field, known)}`}`,
    );
  }
  for (const { field } of order) {
    const place = definitions(field.split("."));
    if (place.is !== "known" || place.kinds.join() !== "map" || place.names.length === 0) continue;
    const inside = place.names.map((name) => `${field}.${name}`).join(", ");
    warn(`${field} holds several values and gives no order. Sort by one of ${inside}.`);
  }
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
  const definitions = await definitionsOf(collection);
  for (const field of new Set([...fields, ...order.map((key) => key.field)])) {
    const [first = ""] = field.split(".");
    if (field === "*" || known.has(first)) continue;
    const isXos = definitions(field.split(".")).is === "known";
    const hint =
      isXos && nearest(field, known) === undefined
        ? `It is XO's: query_objects shows it, with collection ${collection}. Here there are: ${[...known].join(", ")}.`
        : hintForField(field, known);
    warn(`No item has a field ${field}. ${hint}`);
  }
}
