import * as z from "zod";
import { type Sentence, quoted, say, together } from "../sentence.ts";
import { commonLength, countWithin, fitting, sizeOf, sum } from "./lengths.ts";
import { type Cut, leastValue, type Place, shorten, shortenMap } from "./shorten.ts";
import type { Warnings } from "./warnings.ts";

type Answer = Record<string, unknown>;

export interface Limits {
  /** Characters that the whole answer may have as JSON. */
  budget: number;
  /** Whether its tool has the parameter `fields`. */
  takesFields: boolean;
  /** What the call asked. */
  args: unknown;
  /** The parts that every answer of the tool has: the others go before them. */
  required: ReadonlySet<string>;
}

/** What a call says of the list that it asks for. */
const Asked = z.object({ offset: z.number().catch(0), fields: z.string().catch("") });

/** The lists whose ends may be asked for. */
const pages = ["items", "rows"];

/** Characters for the sentence that tells what was cut. */
const reserve = 500;

/** Cuts that are named in it, and characters of each path. */
const named = { cuts: 3, path: 60 };

/** Characters for the warnings of an answer: the data has the rest. */
export function roomForWarnings(budget: number): number {
  return budget / 2;
}

/**
 * An answer with its warnings, no longer than its budget: a page loses its last items, and what is
 * still too long its longest lists and texts, each with a mark.
 */
export function fitToBudget(answer: Answer, warnings: Warnings, limits: Limits): Answer {
  const { budget } = limits;
  const told = warnings.within(roomForWarnings(budget));
  const whole = compose(answer, told);
  if (budget === Number.POSITIVE_INFINITY || sizeOf(whole) <= budget) return whole;
  const cuts: Cut[] = [];
  const room = budget - sizeOf({ warnings: told }) - reserve;
  const shorter = cutAnswer(answer, room, limits, cuts);
  return compose(shorter, [...told, tell(cuts, limits)]);
}

/** The items come last, so that a reader who stops early has seen the warnings. */
function compose({ items, ...rest }: Answer, warnings: readonly string[]): Answer {
  return {
    ...rest,
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(items === undefined ? {} : { items }),
  };
}

function cutAnswer(answer: Answer, room: number, limits: Limits, cuts: Cut[]): Answer {
  const { offset, fields } = Asked.parse(limits.args ?? {});
  const place = {
    alone: limits.takesFields ? besides(fields) : noWay,
    cut: (one: Cut) => void cuts.push(one),
  };
  const parts = keptParts(answer, room, limits.required, place.cut);
  const names = sum(parts.map(([key]) => sizeOf(key) + 2));
  const most = commonLength(
    parts.map(([, value]) => sizeOf(value)),
    room - names,
  );
  const shown = parts.map(([key, value]): [string, unknown] => {
    const here = { ...place, path: key };
    const isPage = Array.isArray(value) && pages.includes(key);
    return [key, isPage ? cutPage(value, most, here) : shorten(value, most, here)];
  });
  return recount(answer, Object.fromEntries(shown), offset);
}

/** The parts of an answer that have room for the least, in its order. */
function keptParts(
  answer: Answer,
  room: number,
  required: ReadonlySet<string>,
  cut: Place["cut"],
): [string, unknown][] {
  const all = Object.entries(answer);
  const byNeed = all.toSorted(([a], [b]) => Number(required.has(b)) - Number(required.has(a)));
  const kept = countWithin(
    byNeed,
    room,
    ([key, value]) => sizeOf(key) + 2 + Math.min(sizeOf(value), leastValue),
  );
  if (kept === all.length) return all;
  cut({ path: "parts of the answer", kept, of: all.length });
  const names = new Set(byNeed.slice(0, kept).map(([key]) => key));
  return all.filter(([key]) => names.has(key));
}

/** The first items that fit, whole; a first one that is too long by itself is shortened. */
function cutPage(page: readonly unknown[], room: number, place: Place): unknown[] {
  if (page.length === 0) return [];
  const kept = Math.max(1, fitting(page, room - 2));
  if (kept < page.length) place.cut({ path: place.path, kept, of: page.length });
  const [first, ...rest] = page.slice(0, kept);
  return [shortenItem(first, room - 2, place), ...rest];
}

/** A row keeps its cells, as an object keeps its keys. */
function shortenItem(item: unknown, room: number, place: Place): unknown {
  if (!Array.isArray(item) || sizeOf(item) <= room) return shorten(item, room, place);
  const cells: unknown[] = Object.values(shortenMap({ ...item }, room, place));
  return cells;
}

/** The counts of a page that has lost its end, and where the next begins. */
function recount(before: Answer, after: Answer, offset: number): Answer {
  for (const key of pages) {
    const [all, kept] = [before[key], after[key]];
    if (!Array.isArray(all) || !Array.isArray(kept) || kept.length === all.length) continue;
    const next = "total" in before && key === "items" ? { next_offset: offset + kept.length } : {};
    return { ...after, returned: kept.length, ...next };
  }
  return after;
}

const noWay = () => "";

/** How a field of a list's items is asked for alone, unless that is what was asked. */
function besides(fields: string): (path: string) => string {
  const asked = new Set(fields.split(",").map((field) => field.trim()));
  return (path) => {
    const [, field] = /^items\.([^[\]]+)$/.exec(path) ?? [];
    return field === undefined || asked.has(field) ? "" : `fields=${field}`;
  };
}

function tell(cuts: readonly Cut[], { takesFields }: Limits): Sentence {
  const byPath = new Map(cuts.map((cut) => [cut.path, cut]));
  const first = [...byPath.values()]
    .slice(0, named.cuts)
    .map(({ path, kept, of }) => say`${quoted(path, named.path)} (${kept} of ${of})`);
  const more = byPath.size - first.length;
  const others = more > 0 ? say` and ${more} more` : "";
  const alone = takesFields ? "Ask for one field alone with fields. " : "";
  return say`Cut, for the answer would be too long: ${together(first, ", ")}${others}. ${alone}xo-mcp call at a shell cuts nothing.`;
}
