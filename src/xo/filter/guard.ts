import { XoError } from "../../errors.ts";
import { listed, quoted, say, type Sentence } from "../../sentence.ts";
import type { Xo } from "../client.ts";
import { Filter } from "../filter.ts";
import { requireShown } from "../redact.ts";
import { misunderstoodFilter } from "../refusal.ts";
import type { Collection } from "../routes.ts";
import { type Definitions, definitionsOf } from "./definitions.ts";
import { written } from "./leaves.ts";
import { parseFilter, type Term } from "./terms.ts";
import { requireUnused } from "./unlisted.ts";

/** Where a word without a field is looked for, as far as a collection has it. */
const searched = [
  "id",
  "name_label",
  "name_description",
  "name",
  "label",
  "tags",
  "notes",
  "power_state",
  "mainIpAddress",
  "addresses",
  "address",
  "hostname",
  "os_version",
  "productBrand",
  "version",
];

const longest = 4_000;

/** A pattern that no text has, whatever it is put to. */
const never = "/(?!)/";

/**
 * The caller's filter as it may be sent. XO matches it against its whole records, so that the number
 * of matches would tell a secret field letter by letter: it only meets fields that are on the list.
 * To ask for one that is left out is refused. A name that no record has matches nothing, and is not
 * sent to find that out. A word without a field, which XO looks for in all of them, is looked for in
 * the fields above.
 * @throws XoError `usage`
 */
export async function guardFilter(
  xo: Xo,
  collection: Collection,
  filter: string,
  warn: (text: Sentence) => void,
): Promise<Filter> {
  if (filter.length > longest) {
    throw new XoError(
      "usage",
      say`The filter is longer than ${longest} characters.`,
      say`Ask in parts.`,
    );
  }
  const parsed = parseFilter(filter);
  // Never sent on: what is not understood here cannot be judged.
  if ("failedAt" in parsed) throw misunderstoodFilter(filter.slice(parsed.failedAt));
  const fields = await definitionsOf(collection);
  const edits = parsed.terms.flatMap((term) => editsOf(term, [], fields));
  await requireUnused(
    xo,
    collection,
    edits.flatMap(({ unlisted }) => (unlisted === undefined ? [] : [unlisted])),
  );
  const inAll = searched.filter((name) => fields.names.has(name));
  if (edits.some(({ word }) => word !== undefined)) {
    warn(
      say`Words without a field were looked for in ${listed(inAll)}; for another field write field:word.`,
    );
  }
  const inEach = (word: string) => `|(${inAll.map((name) => `${name}:${word}`).join(" ")})`;
  return Filter.parse(
    edits.reduceRight(
      (text, { start, end, word, instead }) =>
        text.slice(0, start) + (word === undefined ? instead : inEach(word)) + text.slice(end),
      filter,
    ),
  );
}

/** What is written instead of a part of a filter, in the order in which the parts stand. */
interface Edit {
  start: number;
  end: number;
  /** A word that would be looked for in a whole record. */
  word?: string;
  instead?: string;
  /** The field that is not on the list. */
  unlisted?: readonly string[];
}

function editsOf(term: Term, path: readonly string[], fields: Definitions): Edit[] {
  switch (term.kind) {
    case "terms":
      return term.terms.flatMap((inner) => editsOf(inner, path, fields));
    case "not":
      return editsOf(term.term, path, fields);
    case "property": {
      const below = [...path, term.name];
      if (term.term !== undefined) return editsOf(term.term, below, fields);
      const unlisted = isUnlisted(below, fields);
      return unlisted ? [{ ...term, instead: `id:${never}`, unlisted: below }] : [];
    }
    case "reference":
      throw new XoError(
        "usage",
        say`filter: [resolve] goes on in another object, of which any field may hold credentials, so xo-mcp does not follow it.`,
        say`Ask for the other object with a filter of its own.`,
      );
    case "comparison":
    case "value": {
      const { start, end } = term;
      if (path.length === 0) {
        return term.kind === "value" ? [{ start, end, word: term.source }] : [];
      }
      if (isUnlisted(path, fields)) return [{ start, end, instead: never, unlisted: path }];
      requireWhole(path, fields);
      return [];
    }
  }
}

/** @throws XoError `usage` for a field that is left out */
function isUnlisted(path: readonly string[], fields: Definitions): boolean {
  requireShown("filter", fields, path);
  const { is } = fields.at(path);
  return is === "untold" || is === "absent";
}

/** XO goes through all that stands at a field, and some of it may not be shown. */
function requireWhole(path: readonly string[], { at }: Definitions): void {
  const place = at(path);
  if (place.is !== "known" || place.whole) return;
  const name = written(path);
  if (place.kinds.includes("said")) {
    throw new XoError(
      "usage",
      say`filter: ${quoted(name)} is an error, which may hold credentials: it is told without them, and not searched.`,
      say`${quoted(name)}? asks whether there is one.`,
    );
  }
  const [inner = "name"] = place.names;
  throw new XoError(
    "usage",
    say`filter: a word in ${quoted(name)} would be looked for in all that is inside, and some of it may hold credentials.`,
    say`Name the field inside, as ${quoted(name)}:${quoted(inner)}:word`,
  );
}
