import { describe, expect, test } from "bun:test";
import { choiceOf, idsOf, matches, propertiesOf } from "../src/backup/pattern.ts";
import { createPredicate } from "./xo/xo-pattern.ts";

/** Small numbers that look random and are always the same. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * sides);
  };
}

const texts = ["a", "b", "", "prod"];
const keys = ["id", "tags", "$pool", "length"];

function anyValue(roll: (sides: number) => number, depth: number): unknown {
  const kind = roll(depth > 0 ? 7 : 5);
  if (kind < 2) return texts[roll(texts.length)];
  if (kind === 2) return roll(3);
  if (kind === 3) return roll(2) === 0;
  if (kind === 4) return null;
  if (kind === 5) return Array.from({ length: roll(3) }, () => anyValue(roll, depth - 1));
  return Object.fromEntries(
    Array.from({ length: roll(3) }, () => [keys[roll(keys.length)], anyValue(roll, depth - 1)]),
  );
}

function anyPattern(roll: (sides: number) => number, depth: number): unknown {
  const kind = roll(depth > 0 ? 6 : 1);
  const several = () => Array.from({ length: roll(3) }, () => anyPattern(roll, depth - 1));
  if (kind === 1) return { __or: several() };
  if (kind === 2) return { __and: several() };
  if (kind === 3) return { __not: anyPattern(roll, depth - 1) };
  if (kind === 4) return several();
  if (kind === 5) return { [keys[roll(keys.length)] ?? ""]: anyPattern(roll, depth - 1) };
  return anyValue(roll, depth);
}

describe("a pattern", () => {
  test("matches what XO's own matcher does, 20,000 times", () => {
    const roll = dice(7);
    let matched = 0;
    for (let i = 0; i < 20_000; i++) {
      const pattern = anyPattern(roll, 3);
      const value = anyValue(roll, 3);
      const theirs = createPredicate(pattern)(value);
      if (matches(pattern, value) !== theirs) {
        expect({ pattern, value, ours: !theirs }).toEqual({ pattern, value, ours: theirs });
      }
      if (theirs) matched += 1;
    }
    expect(matched).toBeGreaterThan(1_000);
  });

  test("that is broken matches nothing", () => {
    expect(matches({ __or: "a" }, "a")).toBe(false);
    expect(matches({ __and: null }, "a")).toBe(false);
  });

  test("tells which properties it looks at, however they are combined", () => {
    const pattern = {
      __or: [{ type: "VM", tags: ["a"] }, { __not: { $pool: { __or: ["p"] } } }],
    };
    expect(propertiesOf(pattern)).toEqual(["type", "tags", "$pool"]);
    expect(propertiesOf(undefined)).toEqual([]);
  });

  test("is a list of ids only when it asks for nothing else", () => {
    expect(idsOf({ id: "a" })).toEqual(["a"]);
    expect(idsOf({ id: { __or: ["a", "b"] } })).toEqual(["a", "b"]);
    expect(idsOf({ id: { __or: [] } })).toEqual([]);
    expect(idsOf({ id: "a", type: "VM" })).toBeUndefined();
    expect(idsOf({ id: { __not: "a" } })).toBeUndefined();
    expect(idsOf(undefined)).toBeUndefined();
  });

  test.each([
    ["Running", { any: ["Running"], none: [] }],
    [["a"], { any: ["a"], none: [] }],
    [["a", "b"], { any: ["a and b"], none: [] }],
    [{ __or: [["a"], ["b"]] }, { any: ["a", "b"], none: [] }],
    [{ __not: { __or: ["a", "b"] } }, { any: [], none: ["a", "b"] }],
    [{ __and: [{ __or: [["a"]] }, { __not: { __or: [["b"]] } }] }, { any: ["a"], none: ["b"] }],
    [{ number: 2 }, undefined],
    [{ __and: [{ __not: "a" }, { __not: "b" }, "c"] }, undefined],
  ])("of XO's forms is taken apart: %j", (pattern, choice) => {
    expect(choiceOf(pattern)).toEqual(choice);
  });
});
