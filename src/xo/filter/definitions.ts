import type { Collection } from "../routes.ts";
import { type Field, fieldTree, hiddenNames, type Kind } from "./field-list.ts";

export type { Kind };

/** What the list of a collection's fields tells of one place in its records. */
export type Place =
  /** Shown. */
  | {
      is: "known";
      kinds: Kind[];
      /** It may be missing or null. */
      optional: boolean;
      /** The fields in a map, if they are fixed. */
      names: string[];
      /** All that is inside is shown too: one value, a list of such, a map that may be searched. */
      whole: boolean;
      /** A key of a map in which any may stand. */
      free: boolean;
    }
  /** Left out, for what it holds. */
  | { is: "hidden"; field: string; why: string }
  /** Below a map that has other fields. */
  | { is: "absent"; map: string[]; names: string[] }
  /** Below something in which nothing stands. */
  | { is: "inside"; of: string[]; kinds: Kind[] }
  /** Not on the list: a field of a newer XO, or of none. */
  | { is: "untold" };

/** The list of one collection. */
export interface Definitions {
  /** The record itself, to go down from. */
  readonly top: Field;
  /** The names that stand in a record. */
  readonly names: ReadonlySet<string>;
  /** Those that are left out, but read for what is told beside them. */
  readonly read: readonly string[];
  at(path: readonly string[]): Place;
}

/** One value, or a whole map. */
function knownAs(kinds: Kind[], optional = false): Place {
  return { is: "known", kinds, optional, names: [], whole: true, free: false };
}

const known = new Map<Collection, Promise<Definitions>>();

/** What may be shown of a collection, and of what kind it is; the list is read when it is asked for. */
export function definitionsOf(collection: Collection): Promise<Definitions> {
  const definitions = known.get(collection) ?? readDefinitions(collection);
  known.set(collection, definitions);
  return definitions;
}

async function readDefinitions(collection: Collection): Promise<Definitions> {
  const [top, elsewhere] = await Promise.all([fieldTree(collection), hiddenNames()]);
  return {
    top,
    names: new Set(namesIn(top)),
    read: [...top.inside].flatMap(([name, { isRead }]) => (isRead ? [name] : [])),
    at(path) {
      const place = placeBelow(top, path);
      if (place.is === "known" || place.is === "hidden") return place;
      // A filter and a projection have several ways to write one field.
      const parts = path.flatMap((part) => part.split(/[.[\]"'`\s]+/));
      const secret = parts.find((part) => elsewhere.has(part));
      if (secret === undefined) return place;
      return { is: "hidden", field: secret, why: elsewhere.get(secret) ?? "" };
    },
  };
}

function placeBelow(top: Field, path: readonly string[]): Place {
  let field = top;
  for (const [at, name] of path.entries()) {
    const next = fieldIn(field, name);
    if (next === undefined) return below(field, path.slice(0, at), path.slice(at));
    if (next.hidden !== undefined) return hiddenPlace(next, next.hidden);
    if (next.path.at(-1) === "**") return knownAs([], true);
    field = next;
  }
  const { kinds, optional } = field;
  const free = field.path.at(-1) === "*";
  return { is: "known", kinds, optional, names: namesIn(field), whole: isWhole(field), free };
}

/** The field of this name in a map, or of this number in a list. */
export function fieldIn({ kinds, inside }: Field, name: string): Field | undefined {
  if (kinds.join() === "list" && !/^\d+$/.test(name)) return undefined;
  return inside.get(name) ?? inside.get("*") ?? inside.get("**");
}

function hiddenPlace(field: Field, why: string): Place {
  return { is: "hidden", field: nameOf(field.path), why };
}

/** A field as an answer names it, whichever entry of a list it stands in. */
export function nameOf(path: readonly string[]): string {
  return path.filter((part) => part !== "*").join(".");
}

function namesIn({ inside }: Field): string[] {
  const shown = [...inside].filter(([, { hidden }]) => hidden === undefined);
  return shown.map(([name]) => name).filter((name) => !name.startsWith("*"));
}

/** Whether XO may look through all that stands at a field: it does not stop at what is hidden there. */
function isWhole({ kinds, inside }: Field): boolean {
  if (kinds.includes("said")) return false;
  if (inside.has("**")) return true;
  const entry = inside.get("*");
  if (entry !== undefined) return inside.size === 1 && entry.hidden === undefined && isWhole(entry);
  return !kinds.includes("map");
}

function below({ kinds, inside }: Field, above: string[], rest: readonly string[]): Place {
  if (above.length === 0) return { is: "untold" };
  if (kinds.includes("map")) {
    const names = [...inside.keys()].filter((name) => name !== "*");
    return { is: "absent", map: above, names };
  }
  const [first = ""] = rest;
  // XO's records are JavaScript's: lists and texts have a length, and their entries a number.
  const counted = kinds.includes("list") || kinds.includes("text");
  if (counted && first === "length" && rest.length === 1) return knownAs(["number"]);
  if (kinds.includes("list") && inside.size === 0 && /^\d+$/.test(first)) {
    return rest.length === 1 ? knownAs([], true) : { is: "untold" };
  }
  return { is: "inside", of: above, kinds };
}
