/**
 * Writes src/xo/collections.json, which collections are read, and src/xo/filter/fields.json: which
 * fields of each are shown and of what kind each is, and which are left out and why. Kinds come from
 * the OpenAPI file of the test XO's REST API, the choice from test/xo/collections, where somebody has
 * made it: of a field that is in neither list this says so and writes nothing. Run it after a
 * collection is new, or that package:
 *
 *     bun test/xo/write-fields.ts
 */
import { isScalar, kindAt, namesIn, version } from "./fields/open-api.ts";
import { hiddenEverywhere } from "./fields/reasons.ts";
import type { RestCollection } from "./rest-collection.ts";
import { restCollections } from "./rest-collections.ts";

interface Lists {
  /** By the dotted name, in which * is any key or entry, and ** all that is below. */
  shown: Record<string, string>;
  hidden: Record<string, string>;
  read: Record<string, string>;
}

function listsOf(collection: string, told: RestCollection["told"]): Lists {
  const { hidden = {}, read = {} } = told;
  const shown = new Map<string, string>();
  for (const word of told.shown.trim().split(/\s+/)) {
    const [name = "", given] = word.split("=");
    const parts = name.split(".");
    for (const [at] of parts.entries()) {
      const part = parts.slice(0, at + 1).join(".");
      const isLast = at === parts.length - 1;
      const kind =
        given === "said?" && isLast
          ? given
          : (kindAt(collection, part) ?? (isLast ? given : "map?"));
      if (kind === undefined) throw new Error(`${collection}: of what kind is ${name}?`);
      if (isLast || !shown.has(part))
        shown.set(part, parts[at + 1] === "**" ? "list|map|text?" : kind);
    }
  }
  requireJudged(collection, shown, hidden);
  return { shown: sorted(shown), hidden, read };
}

/** @throws where the OpenAPI file has a field that nobody has looked at */
function requireJudged(
  collection: string,
  shown: ReadonlyMap<string, string>,
  reasons: Record<string, string>,
): void {
  const unjudged = (path: string): string[] => {
    if (reasons[path] !== undefined) return [];
    if (!shown.has(path)) return [path];
    if (/\bsaid\b/.test(shown.get(path) ?? "") || shown.has(`${path}.**`)) return [];
    const entry = `${path}.*`;
    const isList = /\blist\b/.test(shown.get(path) ?? "") && isScalar(collection, entry);
    // Where any key may hold anything there is nothing to look at: what has no name is left out.
    const inside = kindAt(collection, entry) === undefined || isList ? [] : [entry];
    inside.push(...namesIn(collection, path).map((name) => `${path}.${name}`));
    return inside.flatMap(unjudged);
  };
  const found = namesIn(collection, "").flatMap(unjudged);
  if (found.length > 0) {
    throw new Error(`${collection}: shown or left out, and why? ${found.join(", ")}`);
  }
}

function sorted(map: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...map].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The text of the data file. */
export function fieldsFile(): string {
  const lists = [...restCollections].map(([name, told]) => [name, listsOf(name, told)]);
  const file = { restApi: version, hiddenEverywhere, collections: Object.fromEntries(lists) };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** The text of the list of collections: what their objects are called, and what is told of them. */
export function collectionsFile(): string {
  const known = [...restCollections].map(([name, { noun, standard, sort = "name_label" }]) => [
    name,
    { noun, fields: standard, sort },
  ]);
  return `${JSON.stringify(Object.fromEntries(known), undefined, 2)}\n`;
}

if (import.meta.main) {
  const xo = `${import.meta.dir}/../../src/xo`;
  await Bun.write(`${xo}/filter/fields.json`, fieldsFile());
  await Bun.write(`${xo}/collections.json`, collectionsFile());
}
