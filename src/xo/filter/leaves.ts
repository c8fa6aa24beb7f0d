import { parseFilter, type Term } from "./terms.ts";

type Comparison = Extract<Term, { kind: "comparison" }>;
export type Value = Extract<Term, { kind: "value" }>;

/** One condition of a filter: the way to the field, and what is asked of it. */
export interface Leaf {
  path: string[];
  /** `name?` asks whether it is set. */
  asked: { kind: "set" } | Comparison | Value;
}

/** Every condition about a field. */
export function leavesOf(filter: string): Leaf[] {
  const parsed = parseFilter(filter);
  return "terms" in parsed ? parsed.terms.flatMap((term) => leavesIn(term, [])) : [];
}

/** The conditions of which the opposite is asked. */
export function deniedLeavesOf(filter: string): Leaf[] {
  const parsed = parseFilter(filter);
  return "terms" in parsed ? parsed.terms.flatMap(deniedIn) : [];
}

function deniedIn(term: Term): Leaf[] {
  switch (term.kind) {
    case "not":
      return leavesIn(term.term, []);
    case "terms":
      return term.terms.flatMap(deniedIn);
    default:
      return [];
  }
}

function leavesIn(term: Term, path: string[]): Leaf[] {
  switch (term.kind) {
    case "terms":
      return term.terms.flatMap((inner) => leavesIn(inner, path));
    case "not":
      return leavesIn(term.term, path);
    case "property": {
      const below = [...path, term.name];
      return term.term === undefined
        ? [{ path: below, asked: { kind: "set" } }]
        : leavesIn(term.term, below);
    }
    case "comparison":
    case "value":
      return path.length === 0 ? [] : [{ path, asked: term }];
    // What an id stands for is another object, of which nothing is known here.
    case "reference":
      return [];
  }
}

/** The way to a field as a filter has it. */
export function written(path: readonly string[]): string {
  return path.map((name) => (/^[\p{L}\w.$-]+$/u.test(name) ? name : inQuotes(name))).join(":");
}

/** A condition as it was written, but for blanks. */
export function writtenLeaf({ path, asked }: Leaf): string {
  const name = written(path);
  if (asked.kind === "set") return `${name}?`;
  return `${name}:${asked.kind === "value" ? asked.source : asked.sign + asked.limit}`;
}

/** A text in double quotes. */
export function inQuotes(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&")}"`;
}
