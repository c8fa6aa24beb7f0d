import { type Sentence, listed, say } from "../sentence.ts";
import { isRow } from "../xo/row.ts";
import type { Needs, Unshown } from "./needs.ts";
import type { Seen } from "./nouns.ts";
import type { Sight } from "./sight.ts";

type Row = Record<string, unknown>;

/** What a tool came to, before it is known what of it may be said. */
export type Draft = Row & { unshown?: Unshown | undefined };

/** What becomes of a part that needs more than is seen. */
const fates = {
  "left out": "Not told",
  short: "Perhaps not all of",
  unlisted: "That nothing is listed does not say that there is nothing",
} as const;

interface Note {
  fate: keyof typeof fates;
  path: string;
  reason: Sentence;
}

/** Of a list that is cut to what the account sees. */
export const ofSeen = "what this account may see";

/**
 * An answer without what the account sees too little for, and a sentence on each part that is left
 * out or may be short. A part that the answer does not have is not spoken of: one that is there
 * without a value is, for that may mean "none".
 */
export function tellSeen({ unshown = {}, ...draft }: Draft, needs: Needs, sight: Sight) {
  const { parts = {}, rankings = {}, lookups = {}, pools = {} } = needs;
  const all = [parts, rankings, lookups].flatMap((each) => Object.values(each).flat());
  // Of one pool no less is seen than of all.
  if (sight.lack(all) === undefined) return { answer: draft, said: [] };
  const answer: Row = structuredClone(draft);
  const notes: Note[] = [];
  const lacking = (path: string, needed: readonly Seen[]) =>
    placesOf(answer, path, pools).flatMap(({ poolId, ...place }) => {
      const lack = sight.lack(needed, poolId);
      return lack === undefined ? [] : [{ ...place, lack }];
    });
  const leaveOut = ({ parent, key }: Place, path: string, reason: Sentence) => {
    delete parent[key];
    notes.push({ fate: "left out", path, reason });
  };
  for (const [path, needed] of Object.entries(parts)) {
    for (const { lack, ...place } of lacking(path, needed)) {
      const value = place.parent[place.key];
      const isList = Array.isArray(value) && value.length > 0;
      const isTold = path in unshown;
      if (path === "items") {
        answer["of"] = ofSeen;
        if (!isList) notes.push({ fate: "unlisted", path, reason: lack });
      } else if (isTold && unshown[path] === undefined) {
        // By its ids all of this part are shown, whatever of others is not.
        continue;
      } else if (isList) {
        notes.push({ fate: "short", path, reason: unshown[path] ?? lack });
      } else leaveOut(place, path, unshown[path] ?? lack);
    }
  }
  for (const [path, needed] of Object.entries(rankings)) {
    for (const { lack, ...place } of lacking(path, needed)) leaveOut(place, path, lack);
  }
  for (const [path, needed] of Object.entries(lookups)) {
    for (const { parent, key, lack } of lacking(path, needed)) {
      if (parent[key] == null) notes.push({ fate: "left out", path, reason: lack });
    }
  }
  return { answer: withoutEmptied(answer, draft), said: sentencesOf(notes) };
}

/** Without the objects that nothing is left of. */
function withoutEmptied(answer: Row, draft: Row): Row {
  return Object.fromEntries(
    Object.entries(answer).filter(
      ([key, value]) => !(isRow(value) && Object.keys(value).length === 0 && isFull(draft[key])),
    ),
  );
}

function isFull(value: unknown): boolean {
  return isRow(value) && Object.keys(value).length > 0;
}

/** Whether an answer has any of the parts that need something: else nobody has to ask what is seen. */
export function hasParts(draft: Row, { parts, rankings, lookups }: Needs): boolean {
  const paths = Object.keys({ ...parts, ...rankings, ...lookups });
  return paths.some((path) => placesOf(draft, path, {}).length > 0);
}

/** One for each reason, with all parts that it holds for. */
function sentencesOf(notes: readonly Note[]): Sentence[] {
  const groups = Map.groupBy(notes, ({ fate, reason }) => `${fate} ${reason}`);
  return [...groups.values()].flatMap((members) => {
    const [first] = members;
    if (first === undefined) return [];
    const paths = listed(new Set(members.map(({ path }) => path)));
    const which = first.fate === "unlisted" ? "" : say`: ${paths}`;
    return [say`${fates[first.fate]}${which} (${first.reason}).`];
  });
}

interface Place {
  parent: Row;
  key: string;
}

/** The objects of an answer that have the last key of a path, with the pool that they are about, if one. */
function placesOf(answer: Row, path: string, pools: Required<Needs>["pools"]) {
  const keys = path.split(".");
  const walk = (
    value: unknown,
    at: number,
    around: string | undefined,
  ): (Place & { poolId: string | undefined })[] => {
    if (Array.isArray(value)) return value.flatMap((item) => walk(item, at, around));
    if (!isRow(value)) return [];
    const own = pools[keys.slice(0, at).join(".")];
    const poolId = (own === undefined ? undefined : textAt(value, own.split("."))) ?? around;
    const key = keys[at] ?? "";
    if (!Object.hasOwn(value, key)) return [];
    return at < keys.length - 1
      ? walk(value[key], at + 1, poolId)
      : [{ parent: value, key, poolId }];
  };
  return walk(answer, 0, undefined);
}

function textAt(value: unknown, [key = "", ...rest]: readonly string[]): string | undefined {
  const inner = isRow(value) ? value[key] : undefined;
  if (rest.length > 0) return textAt(inner, rest);
  return typeof inner === "string" ? inner : undefined;
}
