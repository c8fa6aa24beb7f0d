import { XoError } from "../errors.ts";
import { parseFilter, type Term } from "./filter-terms.ts";
import { requireShown } from "./redact.ts";
import { misunderstoodFilter } from "./refusal.ts";

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
export function guardFilter(filter: string, warn: (text: string) => void): string {
  if (filter.length > longest) {
    throw new XoError("usage", `The filter is longer than ${longest} characters.`, "Ask in parts.");
  }
  const parsed = parseFilter(filter);
  // Never sent on: what is not understood here cannot be judged.
  if ("failedAt" in parsed) throw misunderstoodFilter(filter.slice(parsed.failedAt));
  const words = parsed.terms.flatMap((term) => looseValues(term));
  if (words.length === 0) return filter;
  warn(
    `Words without a field were looked for in ${searched.join(", ")}; for another field write field:word.`,
  );
  return words.reduceRight(
    (text, { start, end, source }) =>
      `${text.slice(0, start)}|(${searched.map((name) => `${name}:${source}`).join(" ")})${text.slice(end)}`,
    filter,
  );
}

type Value = Extract<Term, { kind: "value" }>;

/** The values that would be looked for in a whole record, in the order in which they stand. */
function looseValues(term: Term, inProperty = false): Value[] {
  switch (term.kind) {
    case "value":
      return inProperty ? [] : [term];
    case "terms":
      return term.terms.flatMap((inner) => looseValues(inner, inProperty));
    case "reference":
      return looseValues(term.term, false);
    case "property":
      requireShown("filter", term.name);
      return term.term === undefined ? [] : looseValues(term.term, true);
  }
}
