import { describe, expect, test } from "bun:test";
import { createRequire } from "node:module";
import * as z from "zod";
import { parseFilter, type Term } from "../src/xo/filter/terms.ts";
import { Random } from "./xo/estate/random.ts";

// XO's own parser, in the version that XO has.
const theirs = z
  .object({ parse: z.custom<(text: string) => object>((value) => typeof value === "function") })
  .parse(createRequire(import.meta.url)("./xo/stand-ins/complex-matcher/index.js"));

const names = ["name_label", "tags", "$pool", "memory.size", "-x", "9", "é", "CPUs", '"a b"'];
const values = ["prod", "*", "app-*", "4", "0x10", "-1.5", "1e3", "Infinity", "straße", "日"];
const texts = ['"a b"', '"a\\"b"', '"\\\\"', '""', "/^a$/", "/a\\/b/i", "//", "/[a-z]+/"];
const blanks = ["", "", " ", "\n", "\t ", "\u00a0"];
const noise = [..."()|!:?<>=\"*/\\ i\n\u00a0[]{}é9.-_$&,'", "|(", "!(", ":(", "?)", ">=", "^"];

/** A filter as one writes it, of any depth. */
function written(random: Random, depth: number): string {
  const gap = () => random.pick(blanks);
  const inner = () => written(random, depth - 1);
  const several = () =>
    Array.from({ length: random.int(1, 3) }, inner).join(random.pick([" ", "  ", "\n", ""]));
  const kind = depth === 0 ? random.int(5, 9) : random.int(0, 9);
  if (kind === 0) return `(${gap()}${several()}${gap()})`;
  if (kind === 1) return `|${gap()}(${gap()}${several()}${gap()})`;
  if (kind === 2) return `!${gap()}${inner()}`;
  if (kind <= 4) return `${random.pick(names)}${gap()}:${gap()}${inner()}`;
  if (kind === 5) return `${random.pick(names)}?`;
  if (kind === 6) return `${random.pick([">", ">=", "<", "<="])}${random.pick(["4", "-2.5", "a"])}`;
  return random.pick(kind === 7 ? texts : values);
}

/** The same with a few characters too many, too few or others. */
function broken(random: Random, text: string): string {
  let changed = text;
  for (let times = random.int(1, 3); times > 0; times--) {
    const at = random.int(0, changed.length);
    const out = random.int(0, 1);
    const into = random.chance(0.7) ? random.pick(noise) : "";
    changed = changed.slice(0, at) + into + changed.slice(at + out);
  }
  return changed;
}

type Tree = string | Tree[];

/** Several terms of which all or any must hold; of one term it is that. */
function joined(kind: string, terms: readonly Tree[]): Tree {
  const [first] = terms;
  return terms.length === 1 && first !== undefined ? first : [kind, ...terms];
}

/** What XO's parser reads, or why it is none. */
function readByXo(text: string): Tree | Error {
  try {
    return treeOfXo(theirs.parse(text));
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

const nodes = z.array(z.custom<object>((node) => typeof node === "object"));

function treeOfXo(node: object): Tree {
  const { children = [], child, name, value, re, _operator, _value } = Object(node);
  const kind = node.constructor.name;
  switch (kind) {
    case "And":
    case "Or":
      return [kind, ...nodes.parse(children).map(treeOfXo)];
    case "Not":
      return [kind, treeOfXo(child)];
    case "Property":
      return [kind, String(name), treeOfXo(child)];
    case "TruthyProperty":
      return [kind, String(name)];
    case "Comparison":
      return [kind, String(_operator), String(_value)];
    case "RegExpNode":
      return [kind, String(re)];
    default:
      return [kind, String(value ?? "")];
  }
}

/** What this program's reads, in the same words. */
function readHere(text: string): Tree | undefined {
  const parsed = parseFilter(text);
  if (!("terms" in parsed)) return undefined;
  return parsed.terms.length === 0 ? ["Null", ""] : joined("And", parsed.terms.map(treeOf));
}

function treeOf(term: Term): Tree {
  switch (term.kind) {
    case "terms":
      return joined(term.any ? "Or" : "And", term.terms.map(treeOf));
    case "not":
      return ["Not", treeOf(term.term)];
    case "comparison":
      return ["Comparison", term.sign, String(Number(term.limit))];
    case "property":
      return term.term === undefined
        ? ["TruthyProperty", term.name]
        : ["Property", term.name, treeOf(term.term)];
    case "reference":
      return ["reference", treeOf(term.term)];
    case "value":
      return valueOf(term);
  }
}

function valueOf({ form, text }: Extract<Term, { kind: "value" }>): Tree {
  if (form === "quoted") return ["StringNode", text];
  if (form === "pattern") {
    const end = text.lastIndexOf("/");
    return ["RegExpNode", String(new RegExp(text.slice(1, end), text.slice(end + 1)))];
  }
  if (!Number.isNaN(Number(text))) return ["NumberOrStringNode", text];
  return [text.includes("*") ? "GlobPattern" : "StringNode", text];
}

/** What XO alone takes: a last slash that closes a pattern although it is escaped. */
const endsEscaped = /\\\/$/;

/** What this program alone takes, for older servers: it goes on in the object that an id stands for. */
const resolves = /\[resolve/;

/** Whether XO reads a filter and then refuses what stands in it: a wrong pattern, no number. */
const isRefusedInside = (error: Error) => !error.message.startsWith("parse error");

describe("a filter is read as XO's own parser reads it", () => {
  const expressions = Array.from({ length: 6_000 }, (_, number) => {
    const random = new Random(`filter/${number}`);
    const text = Array.from({ length: random.int(1, 3) }, () => written(random, 3)).join(" ");
    return number % 3 === 0 ? text : broken(random, text);
  });

  test("of 6,000, each to the same terms or not at all", () => {
    let taken = 0;
    let refused = 0;
    const wrong: unknown[] = [];
    for (const text of expressions) {
      if (endsEscaped.test(text) || resolves.test(text)) continue;
      const truth = readByXo(text);
      if (truth instanceof Error && isRefusedInside(truth)) continue;
      const ours = readHere(text);
      if (truth instanceof Error) refused += 1;
      else taken += 1;
      const same = truth instanceof Error ? ours === undefined : Bun.deepEquals(ours, truth);
      if (!same) wrong.push({ text, ours, truth });
    }
    expect(wrong).toEqual([]);
    expect(taken).toBeGreaterThan(2_500);
    expect(refused).toBeGreaterThan(1_000);
  });

  // At its end alone, so a term put before or behind it would change what it says.
  test.each(["/\\/", "name_label:/a\\/", "tags:/b\\\\/", "!x:/\\/"])(
    "%p is refused, though XO takes its last slash for the end of the pattern",
    (text) => {
      expect(readByXo(text)).not.toBeInstanceOf(Error);
      expect(readHere(text)).toBeUndefined();
    },
  );
});
