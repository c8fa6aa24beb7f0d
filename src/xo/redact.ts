import { XoError } from "../errors.ts";
import { ours, quoted, say } from "../sentence.ts";
import { cleanText, withoutCredentials } from "../untrusted.ts";
import { type Definitions, fieldIn, nameOf } from "./filter/definitions.ts";
import type { Field } from "./filter/field-list.ts";
import { problemOf, wordsOf } from "./said.ts";
import { isRow, type Row } from "./row.ts";

/** So many names say what kind of thing is left out; a hostile record has any number. */
const mostNames = 30;
const longestName = 60;

/** What was left out of records, to be named beside them. */
export class LeftOut {
  readonly #names = new Set<string>();

  /** A field that is left out for what it holds. */
  hidden(name: string): void {
    this.#names.add(name);
  }

  /** A field that is not on the list. */
  unknown(name: string): void {
    this.#names.add(`${cleanText(name, longestName)} (not known to this version)`);
  }

  names(): string[] | undefined {
    const names = [...this.#names];
    if (names.length === 0) return undefined;
    const more = names.length - mostNames;
    return more > 0 ? [...names.slice(0, mostNames), `and ${more} more`] : names;
  }
}

/**
 * A record of XO's with the fields that are on the list, and no others.
 * @param texts of the record that are not shown, and that its errors may say again
 */
export function redact(
  row: Row,
  { top }: Pick<Definitions, "top">,
  left: LeftOut,
  texts: readonly string[] = [],
): Row {
  const { href: _href, ...own } = row;
  return shownMap(own, top, { left, texts });
}

interface Round {
  left: LeftOut;
  texts: readonly string[];
}

function shownMap(map: Row, field: Field, round: Round): Row {
  const entries = Object.entries(map).flatMap(([key, value]): [string, unknown][] => {
    if (value === undefined) return [];
    const own = fieldIn(field, key);
    const isCount = key === "length" && typeof value === "number" && field.kinds.includes("list");
    const shown = isCount ? value : own && shownValue(value, own, round);
    if (own === undefined && !isCount && value !== null) {
      round.left.unknown(nameOf([...field.path, key]));
    }
    return shown === undefined ? [] : [[key, shown]];
  });
  return Object.fromEntries(entries);
}

/** Nothing where XO sends something else than the list says: nobody knows what that may hold. */
function shownValue(value: unknown, field: Field, round: Round): unknown {
  const { kinds, inside, hidden } = field;
  if (value === null || value === undefined) return value;
  if (hidden !== undefined) {
    round.left.hidden(nameOf(field.path));
    return undefined;
  }
  if (inside.has("**") || field.path.at(-1) === "**") return withoutSignIns(value);
  if (kinds.includes("said")) return said(value, round.texts);
  if (Array.isArray(value) && kinds.includes("list")) {
    const entry = inside.get("*") ?? { ...field, kinds: ["text"], inside: new Map() };
    const shown = value.map((item) => shownValue(item, entry, round));
    return shown.filter((item) => item !== undefined);
  }
  // An entry that was asked for by its number stands in a map.
  if (isRow(value) && (kinds.includes("map") || kinds.includes("list"))) {
    return shownMap(value, field, round);
  }
  if (typeof value !== "object" && !(kinds.length > 0 && kinds.every(holdsMore))) {
    return typeof value === "string" ? withoutCredentials(value) : value;
  }
  round.left.unknown(nameOf(field.path));
  return undefined;
}

function holdsMore(kind: string): boolean {
  return kind === "map" || kind === "list";
}

/** Of what is shown whole, at any depth. */
function withoutSignIns(value: unknown): unknown {
  if (typeof value === "string") return withoutCredentials(value);
  if (Array.isArray(value)) return value.map(withoutSignIns);
  if (!isRow(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withoutSignIns(item)]),
  );
}

function said(value: unknown, texts: readonly string[]): string | undefined {
  const problem = problemOf(value);
  return problem && wordsOf(problem, texts);
}

/** The fields to ask for beside these: what an error among them may say again. */
export function besideErrors(
  { top, read }: Definitions,
  names: readonly string[],
): readonly string[] {
  const isError = names.some((name) => top.inside.get(name)?.kinds.includes("said"));
  return isError ? read : [];
}

/** The texts of a record that are not shown, for its errors to be told without them. */
export function hiddenTexts(row: Row, { read }: Definitions): string[] {
  return read.map((name) => row[name]).filter((value) => typeof value === "string");
}

/** The name of what is left out on the way to a field, however XO lets one write it. */
export function hiddenOn({ at }: Definitions, field: string): string | undefined {
  const place = at(field.split("."));
  return place.is === "hidden" ? place.field : undefined;
}

/**
 * A field that is never shown must not be found out in another way either: its values, by a filter;
 * their order, by a sort.
 * @throws XoError `usage`
 */
export function requireShown(
  parameter: "filter" | "sort" | "group_by",
  { at }: Definitions,
  path: readonly string[],
): void {
  const place = at(path);
  if (place.is !== "hidden") return;
  throw new XoError(
    "usage",
    say`${parameter}: ${quoted(place.field)} may hold credentials (${ours(place.why)}), so xo-mcp neither shows it nor lets it be searched.`,
    say`Use another field; fields=* shows those that there are.`,
  );
}
