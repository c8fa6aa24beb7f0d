/**
 * A filter taken apart as XO's own parser (complex-matcher) does it, so that what is decided about a
 * filter here is true there. What this does not know is no filter.
 */
export type Term =
  /** (a b), or |(a b) for any of them */
  | { kind: "terms"; terms: Term[]; any: boolean }
  /** !a */
  | { kind: "not"; term: Term }
  /** >5; `limit` is what stands behind the sign, a number or not. */
  | { kind: "comparison"; sign: string; limit: string; start: number; end: number }
  /** name:term, name? */
  | { kind: "property"; name: string; term?: Term; start: number; end: number }
  /** [resolve]:term, which goes on in the object that an id stands for. */
  | { kind: "reference"; term: Term }
  /** A text, pattern or number; `source` says the same wherever it is put, `text` is for reading. */
  | {
      kind: "value";
      form: "plain" | "quoted" | "pattern";
      text: string;
      source: string;
      start: number;
      end: number;
    };

interface Parsed<T> {
  value: T;
  end: number;
}

/** The terms of a whole filter, or the position from which on it is none. */
export function parseFilter(text: string): { terms: Term[] } | { failedAt: number } {
  const { value, end } = terms(text, blanks(text, 0));
  return end === text.length ? { terms: value } : { failedAt: end };
}

function terms(text: string, start: number): Parsed<Term[]> {
  const found: Term[] = [];
  let end = start;
  for (let next = term(text, end); next !== undefined; next = term(text, end)) {
    found.push(next.value);
    end = blanks(text, next.end);
  }
  return { value: found, end };
}

/** The alternatives in XO's order: the first that fits counts. */
function term(text: string, start: number): Parsed<Term> | undefined {
  return (
    group(text, start) ??
    negation(text, start) ??
    comparison(text, start) ??
    reference(text, start) ??
    property(text, start) ??
    value(text, start)
  );
}

function group(text: string, start: number): Parsed<Term> | undefined {
  const opening = match(/\(|\|\s*\(/y, text, start);
  if (opening === undefined) return undefined;
  const inner = terms(text, blanks(text, start + opening.length));
  if (inner.value.length === 0 || text[inner.end] !== ")") return undefined;
  const any = opening.startsWith("|");
  return { value: { kind: "terms", terms: inner.value, any }, end: inner.end + 1 };
}

function negation(text: string, start: number): Parsed<Term> | undefined {
  const inner = text[start] === "!" ? term(text, blanks(text, start + 1)) : undefined;
  return inner && { value: { kind: "not", term: inner.value }, end: inner.end };
}

function comparison(text: string, start: number): Parsed<Term> | undefined {
  const sign = match(/[<>]=?/y, text, start);
  const limit = sign === undefined ? undefined : rawText(text, start + sign.length);
  if (sign === undefined || limit === undefined) return undefined;
  const { value: number, end } = limit;
  return { value: { kind: "comparison", sign, limit: number, start, end }, end };
}

function reference(text: string, start: number): Parsed<Term> | undefined {
  const head = match(/\[resolve(?::all)?\]:\s*/y, text, start);
  const inner = head === undefined ? undefined : term(text, start + head.length);
  return inner && { value: { kind: "reference", term: inner.value }, end: inner.end };
}

function property(text: string, start: number): Parsed<Term> | undefined {
  const name = quoted(text, start) ?? rawText(text, start);
  if (name === undefined) return undefined;
  const colon = match(/\s*:\s*/y, text, name.end);
  const inner = colon === undefined ? undefined : term(text, name.end + colon.length);
  if (inner !== undefined) {
    const { value: found, end } = inner;
    return { value: { kind: "property", name: name.value, term: found, start, end }, end };
  }
  if (text[name.end] !== "?") return undefined;
  const end = name.end + 1;
  return { value: { kind: "property", name: name.value, start, end }, end };
}

function value(text: string, start: number): Parsed<Term> | undefined {
  const string = quoted(text, start);
  if (string !== undefined) {
    // Written anew, for XO takes an open quote as closed by the end.
    const source = `"${string.value.replace(/[\\"]/g, "\\$&")}"`;
    const { value: plain, end } = string;
    return { value: { kind: "value", form: "quoted", text: plain, source, start, end }, end };
  }
  const regex = pattern(text, start);
  const end = regex ?? rawText(text, start, "*")?.end;
  if (end === undefined) return undefined;
  const source = text.slice(start, end);
  const form = regex === undefined ? "plain" : "pattern";
  return { value: { kind: "value", form, text: source, source, start, end }, end };
}

function quoted(text: string, start: number): Parsed<string> | undefined {
  if (text[start] !== '"') return undefined;
  let string = "";
  let at = start + 1;
  while (at < text.length && text[at] !== '"') {
    if (text[at] === "\\") at += 1;
    string += text[at] ?? "";
    at += 1;
  }
  return { value: string, end: Math.min(at + 1, text.length) };
}

/** The end of a regular expression. A backslash escapes the next slash even if it is itself escaped. */
function pattern(text: string, start: number): number | undefined {
  const whole = match(/\/(?:[^/]|(?<=\\)\/)*(?<!\\)\/i?/y, text, start);
  return whole === undefined ? undefined : start + whole.length;
}

/** Letters, digits and a few signs. Letters are what has a case. */
function rawText(text: string, start: number, also = ""): Parsed<string> | undefined {
  let end = start;
  for (; end < text.length; end += 1) {
    const char = text.charAt(end);
    const cased = char !== char.toUpperCase() || char !== char.toLowerCase();
    if (!cased && !/[0-9_.$-]/.test(char) && char !== also) break;
  }
  return end === start ? undefined : { value: text.slice(start, end), end };
}

function blanks(text: string, start: number): number {
  return start + (match(/\s*/y, text, start)?.length ?? 0);
}

function match(sticky: RegExp, text: string, start: number): string | undefined {
  sticky.lastIndex = start;
  return sticky.exec(text)?.[0];
}
