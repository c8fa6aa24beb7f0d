import { commonLength, countWithin, sizeOf, sum } from "./lengths.ts";

/** What is left of a list, a text or a map. */
export interface Cut {
  /** From the top of the answer, with dots: items.tasks[].message. */
  path: string;
  kept: number;
  /** Entries, or characters of a text. */
  of: number;
}

/** Where a value stands. */
export interface Place {
  path: string;
  /** How the whole of a path is asked for alone, to stand in its mark; empty if there is no way. */
  alone(path: string): string;
  /** Hears of each cut. */
  cut(cut: Cut): void;
}

/** Characters that make an entry of a list worth keeping: with less for each, the list loses its end. */
const leastEntry = 1_000;

/** Characters that a value may always have: of the longest mark, with its brackets and quotes. */
export const leastValue = 60;

/**
 * A value in so many characters of JSON: its longest lists, texts and maps are brought down to one
 * length, with a mark in each, and what is shorter stays whole.
 * @param room from `leastValue`
 */
export function shorten(value: unknown, room: number, place: Place): unknown {
  if (sizeOf(value) <= Math.max(room, leastValue)) return value;
  if (typeof value === "string") return shortenText(value, room, place);
  if (Array.isArray(value)) return shortenList(value, room, place);
  if (typeof value === "object" && value !== null) return shortenMap(value, room, place);
  return value;
}

function shortenText(text: string, room: number, { path, alone, cut }: Place): string {
  // Who cut it before has said how long it was.
  const [earlier = "", length = text.length] =
    /… \[cut, (\d+) characters in all\]$/.exec(text) ?? [];
  const said = marked(`… [cut, ${length} characters in all`, alone(path), room);
  let kept = text.slice(0, Math.min(room, text.length - earlier.length));
  // What is escaped takes more room than it has characters.
  for (let excess = 1; kept !== "" && excess > 0;) {
    excess = sizeOf(kept + said) - room;
    if (excess > 0) kept = kept.slice(0, Math.max(0, kept.length - excess));
  }
  cut({ path, kept: kept.length, of: Number(length) });
  return kept.toWellFormed() + said;
}

function shortenList(list: readonly unknown[], room: number, place: Place): unknown[] {
  const said = marked(`… [${list.length} in all`, place.alone(place.path), room);
  const inside = room - sizeOf([said]) - 1;
  const least = Math.min(leastEntry, Math.max(leastValue, inside));
  // Each has a comma.
  const sizes = list.map((entry) => sizeOf(entry) + 1);
  const kept = countWithin(sizes, inside, (size) => Math.min(size, least));
  const most = commonLength(sizes.slice(0, kept), inside) - 1;
  const inEntry = { ...place, path: `${place.path}[]` };
  const shown = list.slice(0, kept).map((entry) => shorten(entry, most, inEntry));
  if (kept === list.length) return shown;
  place.cut({ path: place.path, kept, of: list.length });
  return [...shown, said];
}

/** The same of an object that is too long: its keys go last of all. */
export function shortenMap(map: object, room: number, place: Place): object {
  const entries: [string, unknown][] = Object.entries(map);
  const said = `[${entries.length} in all]`;
  const inside = room - sizeOf({ "…": said }) - 1;
  // Each has a colon and a comma.
  const names = entries.map(([key]) => sizeOf(key) + 2);
  const sizes = entries.map(([, value]) => sizeOf(value));
  const kept = countWithin(
    sizes,
    inside,
    (size, at) => Math.min(size, leastValue) + (names[at] ?? 0),
  );
  const most = commonLength(sizes.slice(0, kept), inside - sum(names.slice(0, kept)));
  const shown = entries.slice(0, kept).map(([key, value]): [string, unknown] => {
    const path = place.path === "" ? key : `${place.path}.${key}`;
    return [key, shorten(value, most, { ...place, path })];
  });
  if (kept === entries.length) return Object.fromEntries(shown);
  place.cut({ path: place.path, kept, of: entries.length });
  return Object.fromEntries([...shown, ["…", said]]);
}

/** A mark with the way to the whole, where that takes no more than half of the room. */
function marked(said: string, alone: string, room: number): string {
  return alone !== "" && said.length + alone.length < room / 2 ? `${said}: ${alone}]` : `${said}]`;
}
