import { expression, listed, quoted, say, type Sentence } from "../../sentence.ts";
import { nearest } from "../../nearest.ts";
import type { Xo } from "../client.ts";
import type { Collection } from "../routes.ts";
import { type Row, valueAt } from "../row.ts";
import { type Definitions, definitionsOf, type Place } from "./definitions.ts";
import { type Leaf, leavesOf, written } from "./leaves.ts";

/** The fields that a filter asks about, dotted as in `fields`, as far as they may be read. */
export function fieldsInFilter(filter: string, { at }: Definitions): string[] {
  const shown = leavesOf(filter).filter(({ path }) => at(path).is === "known");
  return [...new Set(shown.map(({ path }) => path.join(".")))];
}

/** What is left of a list by its filter. */
interface Left {
  isEmpty: boolean;
  /** XO's own records, if there are any: a field that is in them needs no second look. */
  rows: readonly Row[];
  /** The fields that items have by our work alone; no filter of XO's knows them. */
  ownFields?: ReadonlySet<string>;
}

/**
 * Why a filter may not have meant what it says. XO answers a wrong field name, an open quote and
 * `flag:true` with an empty list and no word, which reads like "there are none"; and with everything
 * when they stand behind a `!`. XO is asked once more only for what its definitions do not tell.
 */
export async function adviseOnFilter(
  xo: Xo,
  collection: Collection,
  filter: string,
  { isEmpty, rows, ownFields = new Set() }: Left,
): Promise<Sentence[]> {
  const advice = hasOpenQuote(filter)
    ? [
        say`The filter has an opening quote without a closing one: XO takes all that follows it as one text.`,
      ]
    : [];
  const definitions = await definitionsOf(collection);
  const suspects: Leaf[] = [];
  for (const leaf of leavesOf(filter)) {
    const place = definitions.at(leaf.path);
    const isTold = place.is === "known" && place.optional;
    const isSeen =
      place.is === "known" && rows.some((row) => valueAt(row, leaf.path.join(".")) !== undefined);
    if (isFlagAsked(leaf) && place.is === "known" && place.kinds.join() === "flag") {
      advice.push(askFlag(leaf));
    } else if (isEmpty || isFlagAsked(leaf) || !(isSeen || isTold || isDefined(place, rows))) {
      suspects.push(leaf);
    }
  }
  if (suspects.length === 0) return advice;
  const isShown = ({ path }: Leaf) => definitions.at(path).is === "known";
  const asked = suspects.filter(isShown).map(({ path }) => path.join("."));
  const all = await xo.raw(collection, ["id", ...new Set(asked)]);
  for (const leaf of all.length === 0 ? [] : suspects) {
    const values = all
      .map((row) => (isShown(leaf) ? valueAt(row, leaf.path.join(".")) : undefined))
      .filter((value) => value !== undefined);
    const found =
      values.length === 0
        ? adviseOnName(collection, leaf, definitions, ownFields)
        : adviseOnValue(leaf, values, isEmpty);
    if (found !== undefined) advice.push(found);
  }
  return [...new Set(advice)];
}

/** Where records were made into other items, what XO's definition tells must do. */
function isDefined(place: Place, rows: readonly Row[]): boolean {
  return place.is === "known" && rows.length === 0;
}

/** Of a field that no record has. */
function adviseOnName(
  collection: Collection,
  { path }: Leaf,
  { at, names: known }: Definitions,
  ownFields: ReadonlySet<string>,
): Sentence {
  const place = at(path);
  const [name = ""] = path;
  const dotted = path.find((part) => part.includes(".") && at(part.split(".")).is === "known");
  if (dotted !== undefined) {
    return say`The filter's ${quoted(dotted)} matches nothing: a nested field is written ${expression(dotted.replaceAll(".", ":"))}.`;
  }
  if (ownFields.has(name)) {
    return say`No record in ${collection} has a field ${quoted(name)}: it is worked out for this list, so sort and fields take it and a filter does not. The tool may have a parameter for it.`;
  }
  const nothing = say`so this part of the filter matches nothing.`;
  if (!known.has(name)) {
    return say`No record in ${collection} has a field ${quoted(name)}, ${nothing} ${hintForField(name, known)}${
      ownFields.size === 0 ? "" : " What this list works out itself no filter knows."
    }`;
  }
  const inside =
    place.is === "absent"
      ? say` ${expression(place.map.join(":"))} has ${listed(place.names)}.`
      : "";
  return say`No record in ${collection} has ${expression(written(path))}, ${nothing}${inside}`;
}

/** Of a field whose values today let nothing, or everything, through. */
function adviseOnValue(
  leaf: Leaf,
  values: readonly unknown[],
  isEmpty: boolean,
): Sentence | undefined {
  const { path, asked } = leaf;
  if (isFlagAsked(leaf) && values.some((value) => typeof value === "boolean")) return askFlag(leaf);
  const texts = [...new Set(values)].filter((value) => typeof value === "string");
  if (!isEmpty || texts.length === 0) return undefined;
  const shown = expression(written(path));
  if (asked.kind === "comparison") {
    return say`${shown} holds text, and < and > compare numbers only.`;
  }
  // A misspelt value of a field that has but a few.
  const text = asked.kind === "value" ? asked.text.toLowerCase() : "";
  const matches = texts.some((value) => value.toLowerCase().includes(text));
  return matches || texts.length > 8
    ? undefined
    : say`${shown} is one of ${listed(texts.toSorted(), 60)}.`;
}

function isFlagAsked({ asked }: Leaf): boolean {
  return asked.kind === "value" && (asked.source === "true" || asked.source === "false");
}

function askFlag({ path }: Leaf): Sentence {
  const name = expression(written(path));
  return say`${name}:true and ${name}:false match nothing in XO: ask ${name}? or !${name}? instead.`;
}

/** Patterns may hold a quote; outside of them each opening quote needs its closing one. */
function hasOpenQuote(filter: string): boolean {
  return filter
    .replace(/"(?:[^"\\]|\\.)*"/g, "_")
    .replace(/:\/(?:[^/\\]|\\.)*\/[a-z]*/g, ":_")
    .includes('"');
}

/** What to write instead of a field that there is not: the one that is probably meant, else all. */
export function hintForField(name: string, known: ReadonlySet<string>): Sentence {
  const meant = nearest(name, known);
  return meant === undefined
    ? say`There are: ${listed([...known].toSorted())}.`
    : say`Did you mean ${quoted(meant)}?`;
}
