import type { Collection } from "../routes.ts";

const kindNames = [
  "flag",
  "list",
  "map",
  "milliseconds",
  "number",
  "said",
  "seconds",
  "text",
] as const;

/**
 * What a field holds by XO's own definition; a time is a number of seconds or milliseconds since
 * 1970, and `said` is an error, which is told in one line.
 */
export type Kind = (typeof kindNames)[number];

/** One field on the list, or a map above one. */
export interface Field {
  /** Its names from the top, * for any key or entry. */
  path: readonly string[];
  kinds: Kind[];
  /** It may be missing or null. */
  optional: boolean;
  /** What it holds, of a field that is left out. */
  hidden?: string;
  /** Left out, but read for what is told beside it. */
  isRead: boolean;
  /** By name; * for any key or entry, ** for all that is below. */
  inside: Map<string, Field>;
}

interface Lists {
  shown: Record<string, string>;
  hidden: Record<string, string>;
  /** What tools read by name of what is left out, and why. */
  read: Record<string, string>;
}

interface File {
  restApi: string;
  hiddenEverywhere: Record<string, string>;
  collections: Record<Collection, Lists>;
}

/** The list is read when it is first asked for: `serve` starts without it. */
async function readFile(): Promise<File> {
  const { default: file } = await import("./fields.json");
  return file;
}

/** The version of XO's REST API that the list was made from. */
export async function listedRestApi(): Promise<string> {
  return (await readFile()).restApi;
}

/** The fields of a collection as a tree; its top is the record itself. */
export async function fieldTree(collection: Collection): Promise<Field> {
  const { collections } = await readFile();
  const { shown, hidden, read } = collections[collection];
  const top = newField([]);
  for (const [name, text] of Object.entries(shown)) {
    const field = fieldAt(top, name);
    field.kinds = kindNames.filter((kind) => text.replace("?", "").split("|").includes(kind));
    field.optional = text.endsWith("?");
  }
  for (const [name, why] of Object.entries(hidden)) fieldAt(top, name).hidden = why;
  for (const name of Object.keys(read)) {
    const field = top.inside.get(name);
    if (field !== undefined) field.isRead = true;
  }
  return top;
}

function newField(path: readonly string[]): Field {
  return { path, kinds: ["map"], optional: true, isRead: false, inside: new Map() };
}

function fieldAt(top: Field, name: string): Field {
  let field = top;
  for (const part of name.split(".")) {
    const next = field.inside.get(part) ?? newField([...field.path, part]);
    field.inside.set(part, next);
    field = next;
  }
  return field;
}

/** What is left out of one collection is left out wherever its name turns up: name, and what it holds. */
export async function hiddenNames(): Promise<ReadonlyMap<string, string>> {
  const { collections, hiddenEverywhere } = await readFile();
  const all = [...Object.values(collections).map(({ hidden }) => hidden), hiddenEverywhere];
  const named = all.flatMap((hidden) => Object.entries(hidden));
  return new Map(named.filter(([name]) => !name.includes(".")));
}
