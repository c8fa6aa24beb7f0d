import { nearest } from "../nearest.ts";
import type { Xo } from "./client.ts";
import { dissect } from "./filter.ts";
import { isSecretField } from "./redact.ts";
import type { Collection } from "./routes.ts";

/**
 * Why a filter may have matched nothing. XO answers a wrong field name, an open quote and
 * `flag:true` with an empty list and no word, which reads like "there are none".
 */
export async function adviseOnFilter(
  xo: Xo,
  collection: Collection,
  filter: string,
): Promise<string[]> {
  const { properties, booleans, openQuote } = dissect(filter);
  if (openQuote) {
    return [
      "The filter has an opening quote without a closing one: XO takes all that follows it as one text.",
    ];
  }
  const advice = booleans.map(
    (name) =>
      `${name}:true and ${name}:false match nothing in XO: ask ${name}? or !${name}? instead.`,
  );
  for (const name of properties) {
    if (name.includes(".")) {
      // Asked for as a field it would be found: a projection follows dots, a filter does not.
      advice.push(
        `The filter's ${name} matches nothing: a nested field is written ${name.replaceAll(".", ":")}.`,
      );
      continue;
    }
    const rows = await xo.rows(collection, [name]);
    // `href` is in every row.
    if (rows.length === 0 || rows.some((row) => Object.keys(row).length > 1)) continue;
    advice.push(await describeUnknown(xo, collection, name));
  }
  return advice;
}

async function describeUnknown(xo: Xo, collection: Collection, name: string): Promise<string> {
  const hint = hintForField(name, await knownFields(xo, collection));
  return `No record in ${collection} has a field ${name}, so the filter matches nothing. ${hint}`;
}

/** What to write instead of a field that there is not: the one that is probably meant, else all. */
export function hintForField(name: string, known: ReadonlySet<string>): string {
  const meant = nearest(name, known);
  return meant === undefined
    ? `There are: ${[...known].toSorted().join(", ")}.`
    : `Did you mean ${meant}?`;
}

/** The field names of a collection that may be shown, read from a few of its records. */
export async function knownFields(xo: Xo, collection: Collection): Promise<Set<string>> {
  const sample = await xo.rows(collection, ["*"], { limit: 20 });
  const names = new Set(sample.flatMap((row) => Object.keys(row)));
  names.delete("href");
  return new Set([...names].filter((name) => !isSecretField(name)));
}
