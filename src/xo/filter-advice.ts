import { nearest } from "../nearest.ts";
import { cleanText, withoutCredentials } from "../untrusted.ts";
import type { Row, Xo } from "./client.ts";
import { parseFilter, type Term } from "./filter-terms.ts";
import { isSecretField, secretPart } from "./redact.ts";
import type { Collection } from "./routes.ts";
import { valueAt } from "./value-at.ts";

/** One comparison of a filter: the way to the field, and what it is compared with. */
interface Leaf {
  path: string[];
  /** Absent for `name?` and for numbers compared with < and >. */
  text?: string;
  isComparison: boolean;
}

/** The fields that a filter asks about, dotted as in `fields`, as far as they may be read. */
export function fieldsInFilter(filter: string): string[] {
  const paths = leavesOf(filter).map(({ path }) => path.join("."));
  return [...new Set(paths)].filter((path) => secretPart(path) === undefined);
}

/**
 * Why a filter may not have meant what it says. XO answers a wrong field name, an open quote and
 * `flag:true` with an empty list and no word, which reads like "there are none"; and with everything
 * when they stand behind a `!`.
 * @param rows the answer, if it has the filter's fields: a field that is in it needs no second look
 */
export async function adviseOnFilter(
  xo: Xo,
  collection: Collection,
  filter: string,
  rows: readonly Row[],
): Promise<string[]> {
  const suspects = leavesOf(filter).filter(
    ({ path, text }) =>
      isBoolean(text) || rows.every((row) => valueAt(row, path.join(".")) === undefined),
  );
  const advice = hasOpenQuote(filter)
    ? [
        "The filter has an opening quote without a closing one: XO takes all that follows it as one text.",
      ]
    : [];
  if (suspects.length === 0) return advice;
  const asked = suspects
    .map(({ path }) => path.join("."))
    .filter((path) => secretPart(path) === undefined);
  const all = await xo.rows(collection, [...new Set(asked)]);
  for (const leaf of all.length === 0 ? [] : suspects) {
    const found = await adviseOnLeaf(xo, collection, leaf, all, rows.length === 0);
    if (found !== undefined) advice.push(found);
  }
  return [...new Set(advice)];
}

async function adviseOnLeaf(
  xo: Xo,
  collection: Collection,
  { path, text, isComparison }: Leaf,
  all: readonly Row[],
  isEmpty: boolean,
): Promise<string | undefined> {
  const [name = ""] = path;
  const shown = path.join(":");
  // Asked for as a field it would be found: a projection follows dots, a filter does not.
  const dotted = path.find((part) => part.includes("."));
  if (dotted !== undefined) {
    return `The filter's ${dotted} matches nothing: a nested field is written ${dotted.replaceAll(".", ":")}.`;
  }
  const values = all
    .map((row) => valueAt(row, path.join(".")))
    .filter((value) => value !== undefined);
  if (values.length === 0) {
    const known = await knownFields(xo, collection);
    return known.has(name)
      ? `No record in ${collection} has ${shown}, so this part of the filter matches nothing.`
      : `No record in ${collection} has a field ${name}, so this part of the filter matches nothing. ${hintForField(name, known)}`;
  }
  if (isBoolean(text) && values.some((value) => typeof value === "boolean")) {
    return `${shown}:true and ${shown}:false match nothing in XO: ask ${shown}? or !${shown}? instead.`;
  }
  const texts = [...new Set(values)].filter((value) => typeof value === "string");
  if (!isEmpty || texts.length === 0) return undefined;
  if (isComparison) return `${shown} holds text, and < and > compare numbers only.`;
  // A misspelt value of a field that has but a few.
  const matches = texts.some((value) => value.toLowerCase().includes(text?.toLowerCase() ?? ""));
  return matches || texts.length > 8
    ? undefined
    : `${shown} is one of ${texts.map(quoted).toSorted().join(", ")}.`;
}

/** A value is for recognising what was misspelt. */
function quoted(value: string): string {
  return cleanText(withoutCredentials(value), 60);
}

function leavesOf(filter: string): Leaf[] {
  const parsed = parseFilter(filter);
  return "terms" in parsed ? parsed.terms.flatMap((term) => leavesIn(term, [])) : [];
}

function leavesIn(term: Term, path: string[]): Leaf[] {
  switch (term.kind) {
    case "terms":
      return term.terms.flatMap((inner) => leavesIn(inner, path));
    case "property":
      return term.term === undefined
        ? [{ path: [...path, term.name], isComparison: false }]
        : leavesIn(term.term, [...path, term.name]);
    case "comparison":
      return path.length === 0 ? [] : [{ path, isComparison: true }];
    case "value":
      return path.length === 0 ? [] : [{ path, text: term.text, isComparison: false }];
    // What an id stands for is another object, of which nothing is known here.
    case "reference":
      return [];
  }
}

function isBoolean(text: string | undefined): boolean {
  return text === "true" || text === "false";
}

/** Patterns may hold a quote; outside of them each opening quote needs its closing one. */
function hasOpenQuote(filter: string): boolean {
  return filter
    .replace(/"(?:[^"\\]|\\.)*"/g, "_")
    .replace(/:\/(?:[^/\\]|\\.)*\/[a-z]*/g, ":_")
    .includes('"');
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
