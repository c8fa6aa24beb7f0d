import { XoError } from "../../errors.ts";
import { Filter } from "../filter.ts";
import { parseFilter, type Term } from "./terms.ts";
import { isContainer, requireShown } from "../redact.ts";
import { misunderstoodFilter } from "../refusal.ts";

/** Where a word without a field is looked for. */
const searched = [
  "id",
  "name_label",
  "name_description",
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

/**
 * The caller's filter as it may be sent. XO matches it against its whole records, so that the number
 * of matches would tell a secret field letter by letter: to ask for such a field is refused, and a
 * word without a field, which XO looks for in all of them, is looked for in the fields above.
 * @throws XoError `usage`
 */
export function guardFilter(filter: string, warn: (text: string) => void): Filter {
  if (filter.length > longest) {
    throw new XoError("usage", `The filter is longer than ${longest} characters.`, "Ask in parts.");
  }
  const parsed = parseFilter(filter);
  // Never sent on: what is not understood here cannot be judged.
  if ("failedAt" in parsed) throw misunderstoodFilter(filter.slice(parsed.failedAt));
  const words = parsed.terms.flatMap((term) => looseValues(term));
  if (words.length === 0) return Filter.parse(filter);
  warn(
    `Words without a field were looked for in ${searched.join(", ")}; for another field write field:word.`,
  );
  return Filter.parse(
    words.reduceRight(
      (text, { start, end, source }) =>
        `${text.slice(0, start)}|(${searched.map((name) => `${name}:${source}`).join(" ")})${text.slice(end)}`,
      filter,
    ),
  );
}

type Value = Extract<Term, { kind: "value" }>;

// Inside a container, what may be searched: each of these is one text or number.
const leaves =
  /^(?:id|\w+Id|name|type|status|message|method|objectType|code|mode|start|end|progress)$/;

/** The values that would be looked for in a whole record, in the order in which they stand. */
function looseValues(term: Term, path: readonly string[] = []): Value[] {
  switch (term.kind) {
    case "value":
      if (path.length === 0) return [term];
      requireNarrow(path);
      return [];
    case "terms":
      return term.terms.flatMap((inner) => looseValues(inner, path));
    case "not":
      return looseValues(term.term, path);
    case "comparison":
      return [];
    case "reference":
      return looseValues(term.term);
    case "property":
      requireShown("filter", term.name);
      return term.term === undefined ? [] : looseValues(term.term, [...path, term.name]);
  }
}

function requireNarrow(path: readonly string[]): void {
  if (!path.some(isContainer) || leaves.test(path.at(-1) ?? "")) return;
  throw new XoError(
    "usage",
    `filter: a word in ${path.join(":")} would be looked for in all that is inside, and some of it may hold credentials.`,
    `Name the field inside, as ${path.find(isContainer)}:name:word`,
  );
}
