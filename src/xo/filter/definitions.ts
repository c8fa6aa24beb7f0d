import type { Collection } from "../routes.ts";

const kindNames = ["flag", "list", "map", "milliseconds", "number", "seconds", "text"] as const;

/** What a field holds by XO's own definition; a time is a number of seconds or milliseconds since 1970. */
export type Kind = (typeof kindNames)[number];

/** What the definition of a collection's records tells of one place in them. */
export type Place =
  /** `optional`: it may be missing or null. `names` are the fields in a map, if they are fixed. */
  | { is: "known"; kinds: Kind[]; optional: boolean; names: string[] }
  /** Below a map that has other fields. */
  | { is: "absent"; map: string[]; names: string[] }
  /** Below something in which nothing stands. */
  | { is: "inside"; of: string[]; kinds: Kind[] }
  /** Not told: a field of a newer XO, or in a map with free keys. */
  | { is: "untold" };

/** The definition of one collection. */
export type Definitions = (path: readonly string[]) => Place;

const number: Place = { is: "known", kinds: ["number"], optional: false, names: [] };

/** What XO's OpenAPI file tells of the fields of a collection; the file is read when it is asked for. */
export async function definitionsOf(collection: Collection): Promise<Definitions> {
  const { default: file } = await import("./fields.json");
  const all: Record<Collection, Record<string, string>> = file;
  const fields = new Map(Object.entries(all[collection]));

  const namesIn = (path: readonly string[]): string[] => {
    const before = `${path.join(".")}.`;
    const names = [...fields.keys()].filter((name) => name.startsWith(before));
    return [...new Set(names.map((name) => name.slice(before.length).split(".")[0] ?? ""))];
  };

  return (path) => {
    for (let length = path.length; length > 0; length -= 1) {
      const known = path.slice(0, length);
      const text = fields.get(known.join("."));
      // A dot in a name is a way down that XO does not know.
      if (text === undefined || known.some((part) => part.includes("."))) continue;
      const kinds = kindNames.filter((kind) => text.replace("?", "").split("|").includes(kind));
      const names = namesIn(known);
      if (length === path.length) {
        return { is: "known", kinds, optional: text.endsWith("?"), names };
      }
      return below(known, path.slice(length), kinds, names);
    }
    return { is: "untold" };
  };
}

function below(known: string[], rest: readonly string[], kinds: Kind[], names: string[]): Place {
  if (kinds.includes("map")) {
    return names.length === 0 ? { is: "untold" } : { is: "absent", map: known, names };
  }
  const [first = ""] = rest;
  // XO's records are JavaScript's: lists and texts have a length, and their entries a number.
  const counted = kinds.includes("list") || kinds.includes("text");
  if (counted && first === "length" && rest.length === 1) return number;
  if (kinds.includes("list") && /^\d+$/.test(first)) return { is: "untold" };
  return { is: "inside", of: known, kinds };
}
