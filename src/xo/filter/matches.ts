import { expression, listed, quoted, say, type Sentence } from "../../sentence.ts";
import type { Xo } from "../client.ts";
import type { Collection } from "../routes.ts";
import { type Row, valueAt } from "../row.ts";
import type { Definitions } from "./definitions.ts";
import { guardFilter } from "./guard.ts";
import { deniedLeavesOf, type Leaf, leavesOf, type Value, written, writtenLeaf } from "./leaves.ts";
import { parseFilter, type Term } from "./terms.ts";

/** Fields that an answer needs beside the filter's own for what is said of its matches. */
export function fieldsForMatches(collection: Collection, filter: string): string[] {
  const comparisons = leavesOf(filter).filter(({ asked }) => asked.kind === "comparison");
  const asksStart = collection === "vms" && comparisons.some(isStart);
  return asksStart ? ["power_state"] : [];
}

/**
 * What is among the matches of a filter that its words do not tell: values that hold the text asked
 * for only as a part, and no value, which XO takes for less than every number.
 * @param rows XO's records that match, with the filter's fields
 */
export function describeMatches(
  filter: string,
  rows: readonly Row[],
  definitions: Definitions,
): Sentence[] {
  const isShown = ({ path }: Leaf) => definitions.at(path).is === "known";
  const leaves = leavesOf(filter).filter(isShown);
  const comparisons = leaves.filter(({ asked }) => asked.kind === "comparison");
  return [
    ...partial(filter, leaves, rows),
    ...withoutValue(comparisons, rows),
    ...(comparisons.some(isStart) ? lastStarts(rows) : []),
  ];
}

/** Of tags:prod, those that have non-prod and not prod. */
function partial(filter: string, shown: readonly Leaf[], rows: readonly Row[]): Sentence[] {
  const parsed = parseFilter(filter);
  if (!("terms" in parsed) || rows.length === 0) return [];
  const leaves = shown.filter((leaf) => isWholeMeant(leaf, rows));
  if (leaves.length === 0) return [];
  const exact = new Set(leaves.flatMap(({ asked }) => (asked.kind === "value" ? asked.start : [])));
  const only = rows.filter((row) => !parsed.terms.every((term) => holds(term, [row], exact)));
  return leaves.flatMap((leaf) => {
    const { count, shown } = partsOf(leaf, only);
    return count === 0
      ? []
      : say`${count} of ${rows.length} have ${quoted(textOf(leaf))} only as a part (${shown}): ${expression(writtenLeaf(leaf))} matches parts of a text; exact is ${expression(exactly(leaf))}`;
  });
}

/**
 * Of !tags:prod, what it leaves out because non-prod has prod as a part. XO is asked for what a
 * condition matches only where a text is denied.
 */
export async function describeDenied(
  xo: Xo,
  collection: Collection,
  asked: string,
  { at }: Definitions,
): Promise<Sentence[]> {
  const told = await Promise.all(
    deniedLeavesOf(asked).map(async (leaf) => {
      const field = leaf.path.join(".");
      if (leaf.asked.kind !== "value" || at(leaf.path).is !== "known") return [];
      const filter = await guardFilter(xo, collection, writtenLeaf(leaf), () => {});
      const rows = await xo.raw(collection, [field], filter);
      if (!isWholeMeant(leaf, rows)) return [];
      const { count, shown } = partsOf(leaf, rows);
      return count === 0
        ? []
        : say`${count} are left out that have ${quoted(textOf(leaf))} only as a part (${shown}): !${expression(writtenLeaf(leaf))} denies parts of a text too; exact is !${expression(exactly(leaf))}`;
    }),
  );
  return told.flat();
}

/** Those whose texts hold what is asked for as a part alone, and the first of the texts. */
function partsOf({ path, asked }: Leaf, rows: readonly Row[]): { count: number; shown: Sentence } {
  if (asked.kind !== "value") return { count: 0, shown: say`` };
  const parts = rows
    .map((row) => textsAt(valueAt(row, path.join("."))))
    .filter((texts) => texts.some((text) => includes(text, asked)))
    .filter((texts) => !texts.some((text) => equals(text, asked)));
  const longer = [...new Set(parts.flat().filter((text) => includes(text, asked)))];
  const more = longer.length > 3 ? ", …" : "";
  return { count: parts.length, shown: say`${listed(longer.slice(0, 3), 60)}${more}` };
}

function textOf({ asked }: Leaf): string {
  return asked.kind === "value" ? asked.text : "";
}

function exactly(leaf: Leaf): string {
  return `${written(leaf.path)}:/^${escapePattern(textOf(leaf))}$/`;
}

/** Whether a text that is asked for is probably a whole one: an entry of a list, an address, a value that there is. */
function isWholeMeant({ path, asked }: Leaf, rows: readonly Row[]): boolean {
  if (asked.kind !== "value" || asked.form === "pattern" || asked.text === "") return false;
  if (asked.form === "plain" && asked.text.includes("*")) return false;
  if (/^\d+(?:\.\d+){3}$/.test(asked.text)) return true;
  return rows.some((row) => {
    const value = valueAt(row, path.join("."));
    return Array.isArray(value) || (typeof value === "string" && equals(value, asked));
  });
}

/** Whether a record would match if the texts that begin at `exact` had to be whole. */
function holds(term: Term, values: readonly unknown[], exact: ReadonlySet<number>): boolean {
  switch (term.kind) {
    case "terms":
      return term.any
        ? term.terms.some((inner) => holds(inner, values, exact))
        : term.terms.every((inner) => holds(inner, values, exact));
    case "property":
      return (
        term.term === undefined ||
        holds(
          term.term,
          values.map((value) => valueAt({ value }, `value.${term.name}`)),
          exact,
        )
      );
    case "value": {
      const texts = values.flatMap(textsAt);
      return (
        !exact.has(term.start) || texts.length === 0 || texts.some((text) => equals(text, term))
      );
    }
    // What else is asked holds, or the record would not be there.
    default:
      return true;
  }
}

function textsAt(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}

function includes(text: string, { text: asked }: Value): boolean {
  return text.toLowerCase().includes(asked.toLowerCase());
}

function equals(text: string, { text: asked }: Value): boolean {
  return text.toLowerCase() === asked.toLowerCase();
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

/** null < 5 is true in XO (complex-matcher's Comparison compares as JavaScript does). */
function withoutValue(comparisons: readonly Leaf[], rows: readonly Row[]): Sentence[] {
  return comparisons.flatMap((leaf) => {
    const name = expression(written(leaf.path));
    const empty = rows.filter((row) => valueAt(row, leaf.path.join(".")) === null).length;
    return empty === 0
      ? []
      : say`${empty} of ${rows.length} have no ${name}, which XO takes for less than any number: add ${name}? to leave them out.`;
  });
}

/** Nothing takes back the start of a VM that was shut down. */
function lastStarts(rows: readonly Row[]): Sentence[] {
  const off = rows.filter(
    ({ power_state, startTime }) => power_state === "Halted" && typeof startTime === "number",
  ).length;
  return off === 0
    ? []
    : [
        say`${off} of ${rows.length} are off, and startTime tells when they were last started: add power_state:Running for those that run.`,
      ];
}

function isStart({ path }: Leaf): boolean {
  return path.join() === "startTime";
}
