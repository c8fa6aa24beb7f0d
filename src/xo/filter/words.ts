import { expression, quoted, say, type Sentence } from "../../sentence.ts";
import { type Leaf, written } from "./leaves.ts";
import type { Objection } from "./objections.ts";
import type { Term } from "./terms.ts";

/** What is wrong between the conditions of a filter: words for operators, comparisons of nothing. */
export interface Flaws {
  objections: Objection[];
  warnings: Sentence[];
}

const operators = "a blank is AND, |(a b) is OR, !a is NOT";

/** `and`, `or` and `not` as words, and comparisons that stand without a field. */
export function flawsBetween(terms: readonly Term[], path: readonly string[] = []): Flaws {
  const found: Flaws = { objections: [], warnings: [] };
  const add = ({ objections, warnings }: Flaws) => {
    found.objections.push(...objections);
    found.warnings.push(...warnings);
  };
  for (const [at, term] of terms.entries()) {
    if (term.kind === "comparison" && path.length === 0) {
      found.objections.push(objectionToLoose(term, terms[at - 1]));
    }
    const operator = operatorIn(term);
    if (operator !== undefined) {
      const isMeant = path.length === 0 && joinsFields(operator, terms, at);
      const because = say`${quoted(operator)} is looked for as a word`;
      if (isMeant) found.objections.push({ because, write: say`a sign for it: ${operators}` });
      else {
        found.warnings.push(
          say`The filter's ${because}: ${operators}. A text of several words stands in double quotes.`,
        );
      }
    }
    if (term.kind === "terms") add(flawsBetween(term.terms, path));
    if (term.kind === "not") add(flawsBetween([term.term], path));
    if (term.kind === "property" && term.term !== undefined) {
      add(flawsBetween([term.term], [...path, term.name]));
    }
  }
  return found;
}

/** A word that in other languages joins conditions; in quotes it is a text. */
function operatorIn(term: Term): string | undefined {
  if (term.kind !== "value" || term.form !== "plain") return undefined;
  return /^(?:and|or|not)$/i.test(term.text) ? term.text : undefined;
}

/** Between two words it may be one of a text: Research and Development. */
function joinsFields(operator: string, terms: readonly Term[], at: number): boolean {
  const after = terms.slice(at + 1).find((term) => operatorIn(term) === undefined);
  if (operator.toLowerCase() === "not") return after !== undefined && hasField(after);
  const before = terms.slice(0, at).findLast((term) => operatorIn(term) === undefined);
  return before !== undefined && after !== undefined && hasField(before) && hasField(after);
}

function hasField(term: Term): boolean {
  if (term.kind === "terms") return term.terms.some(hasField);
  return term.kind === "not" ? hasField(term.term) : term.kind !== "value";
}

/** CPUs:number>4, where XO reads CPUs:number, and beside it >4 of the whole record. */
function objectionToLoose(
  { sign, limit, start }: Extract<Term, { kind: "comparison" }>,
  before: Term | undefined,
): Objection {
  const way = before === undefined ? undefined : lastWay(before, []);
  const field = way?.end === start ? way.path : undefined;
  return {
    because: say`${expression(`${sign}${limit}`)} stands without a field, so it never holds`,
    write: expression(`${field === undefined ? "name" : written(field)}:${sign}${limit}`),
  };
}

/** The names before a comparison, and where they end. */
function lastWay(term: Term, path: string[]): { path: Leaf["path"]; end: number } | undefined {
  if (term.kind === "not") return lastWay(term.term, path);
  if (term.kind === "property" && term.term !== undefined) {
    return lastWay(term.term, [...path, term.name]);
  }
  if (term.kind !== "value") return undefined;
  // The dots of other languages are ways down as well.
  return { path: [...path, ...term.text.split(".")], end: term.end };
}
