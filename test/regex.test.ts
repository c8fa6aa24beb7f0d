import { describe, expect, test } from "bun:test";
import { type AST, parseRegExpLiteral } from "@eslint-community/regexpp";
import { tokenizer, tokTypes } from "acorn";

/** Every regular expression in the source of the program, once. */
const expressions = [
  ...new Map(
    (
      await Promise.all(
        [...new Bun.Glob("**/*.ts").scanSync(`${import.meta.dir}/../src`)].map(async (name) => {
          const text = await Bun.file(`${import.meta.dir}/../src/${name}`).text();
          return literalsIn(text).map((literal) => [String(literal), name] as const);
        }),
      )
    )
      .flat()
      .toSorted(),
  ),
];

function literalsIn(source: string): RegExp[] {
  // A macro would run here.
  const plain = source.replaceAll(' with { type: "macro" }', "");
  const js = new Bun.Transpiler({ loader: "ts" }).transformSync(plain);
  const tokens = tokenizer(js, { ecmaVersion: "latest", sourceType: "module" });
  return [...tokens].flatMap(({ type, start, end }) => {
    if (type !== tokTypes.regexp) return [];
    const { pattern, flags } = parseRegExpLiteral(js.slice(start, end));
    return [new RegExp(pattern.raw, flags.raw)];
  });
}

const lengths = [10_000, 100_000] as const;

/** More than this often repeated is a loop; less is a constant. */
const loop = 10;

describe("a regular expression takes time in proportion to the text:", () => {
  test("they are found in the source", () => {
    expect(expressions.length).toBeGreaterThan(150);
  });

  test.each(expressions)("%s (%s)", (literal) => {
    const pattern = parseRegExpLiteral(literal);
    const { raw: flags } = pattern.flags;
    const matcher = new RegExp(pattern.pattern.raw, flags.includes("g") ? flags : `${flags}g`);
    const time = (text: string) => {
      const start = performance.now();
      text.replace(matcher, "");
      return performance.now() - start;
    };
    const best = (text: string) => {
      const once = time(text);
      return once > 1_000 ? once : Math.min(once, time(text), time(text));
    };
    const attacks = attacksOn(pattern.pattern);
    // What is slow already here would hold up the test itself.
    expect(attacks.map((attack) => attack(1_000)).filter((text) => best(text) > 200)).toEqual([]);
    const slowest = attacks
      .map((attack) => ({ attack, ms: time(attack(lengths[0])) }))
      .toSorted((a, b) => b.ms - a.ms)
      .slice(0, 3);
    const ratioOf = (attack: Attack) =>
      // What takes no time at all has no ratio.
      best(attack(lengths[1])) / Math.max(best(attack(lengths[0])), 0.5);
    const ratios = slowest.map(({ attack }) => {
      const once = ratioOf(attack);
      // The machine may have been busy just then.
      const ratio = once < 20 ? once : Math.min(once, ratioOf(attack), ratioOf(attack));
      return { text: attack(30), ratio };
    });
    expect(ratios.filter(({ ratio }) => ratio >= 20)).toEqual([]);
  });
});

/** Makes a text of about so many characters. */
type Attack = (length: number) => string;

/**
 * Texts that a loop of the pattern can go through and then fail on, from many places: what it repeats,
 * alone and with what stands around it, and a last character that nothing expects.
 */
function attacksOn(pattern: AST.Pattern): Attack[] {
  const pieces = new Set(["a", " ", "a-", "\n", "//"]);
  const prefixes = new Set([""]);
  const visit = (alternatives: readonly AST.Alternative[]) => {
    for (const { elements } of alternatives) {
      elements.forEach((element, at) => {
        const before = elements.slice(0, at).map(first).join("");
        const after = elements
          .slice(at + 1, at + 2)
          .map(first)
          .join("");
        if (element.type === "Quantifier" && element.max > loop) {
          prefixes.add(before);
          for (const each of samples(element.element)) {
            for (const piece of [each, before + each, each + after, before + each + after])
              pieces.add(piece);
          }
        }
        const inner = element.type === "Quantifier" ? element.element : element;
        if ("alternatives" in inner) visit(inner.alternatives);
      });
    }
  };
  visit(pattern.alternatives);
  return [...pieces].filter(Boolean).flatMap((piece) =>
    [...prefixes].flatMap((prefix) =>
      ["", "\u0001", "\n\u0001"].map(
        (end): Attack =>
          (length) =>
            prefix + piece.repeat(Math.ceil(length / piece.length)) + end,
      ),
    ),
  );
}

function first(element: AST.Element): string {
  return samples(element)[0] ?? "";
}

/** Some texts that an element matches. */
function samples(element: AST.Element): string[] {
  switch (element.type) {
    case "Character":
      return [String.fromCodePoint(element.value)];
    case "CharacterSet":
    case "CharacterClass":
    case "ExpressionCharacterClass": {
      const sets =
        /\\p|--/.exec(element.raw) === null ? "i" : element.raw.includes("--") ? "v" : "u";
      const own = new RegExp(`^${element.raw}$`, sets);
      return [..."a0 -./:_=\"'(A\t\n\\*é"].filter((sign) => own.test(sign)).slice(0, 6);
    }
    case "Quantifier":
      return samples(element.element).map((each) => each.repeat(Math.max(1, element.min)));
    case "Group":
    case "CapturingGroup":
      return element.alternatives.map(({ elements }) => elements.map(first).join(""));
    default:
      return [];
  }
}
