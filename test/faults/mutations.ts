import type { Random } from "../xo/estate/random.ts";

/** What takes the place of a real answer. */
export interface Mutated {
  status: number;
  type: string;
  body: string;
}

const json = "application/json; charset=utf-8";

/** A real answer with something changed in it that no schema foresees, or another in its place. */
export function mutated(text: string, random: Random): Mutated {
  if (random.chance(0.04)) return random.pick(wholes)(text);
  const lines = text.split("\n").map((line) => mutatedLine(line, random));
  return { status: 200, type: json, body: lines.join("\n") };
}

/** One text of JSON: an answer, or a line of one that comes in pieces. */
function mutatedLine(line: string, random: Random): string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return line;
  }
  const changes = random.pick([1, 1, 2, 5, 40]);
  for (let count = 0; count < changes; count += 1) value = changed(value, random, 0);
  return JSON.stringify(value).replaceAll(deep, nested).replaceAll('"__own__"', '"__proto__"');
}

/** The value with one thing in it changed, somewhere on a way down that chance takes. */
function changed(value: unknown, random: Random, depth: number): unknown {
  const keys = value !== null && typeof value === "object" ? Object.keys(value) : [];
  // The records of a list and their fields are changed, rarely a whole list.
  if (keys.length === 0 || random.chance([0.01, 0.03, 0.45][depth] ?? 0.7)) {
    return random.pick(others)(value);
  }
  const key = random.pick(keys);
  if (Array.isArray(value))
    return value.with(Number(key), changed(value[Number(key)], random, depth + 1));
  const entries = Object.entries(Object(value));
  if (random.chance(0.1)) return Object.fromEntries(entries.filter(([name]) => name !== key));
  return Object.fromEntries(
    entries.map(([name, inner]) => [
      name,
      name === key ? changed(inner, random, depth + 1) : inner,
    ]),
  );
}

/** Stands for what JSON.stringify would not write. */
const deep = '"__deep__"';
const nested = `${'{"a":['.repeat(3_000)}1${"]}".repeat(3_000)}`;

const id = "c0ffee00-0000-4000-8000-000000000001";

/** What stands where something else was. */
const others: ((value: unknown) => unknown)[] = [
  () => null,
  () => "",
  () => "x",
  () => 0,
  () => -1,
  () => 1e308,
  () => 8.64e15 + 1,
  () => -62e12,
  () => "NaN",
  () => "1e999",
  () => true,
  () => false,
  () => [],
  () => ({}),
  () => [null],
  () => [[]],
  () => [{}],
  () => [0, "", false],
  () => id,
  () => [id, id],
  () => ({ id }),
  () => "__deep__",
  () => ({ toString: 1, valueOf: 1, toJSON: 1, then: 1, constructor: 1, length: -1 }),
  () => ({ __own__: { x: 1 }, hasOwnProperty: null }),
  () => ({ length: 1e9, 0: "x" }),
  () => "a-".repeat(20_000),
  () => "ok\nok       tls            trusted\r\n\u2028\u001b[2J\u202eabc",
  () => "\ud800",
  () => Array.from({ length: 2_000 }, (_, at) => `item ${at}`),
  () => Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`key ${at}`, at])),
  (value) => [value],
  (value) => ({ value }),
  (value) => (Array.isArray(value) ? [...value, ...value] : String(JSON.stringify(value))),
  (value) => (typeof value === "number" ? String(value) : value === null ? 1 : [value, null]),
  (value) => (typeof value === "number" ? value * -1_000 : value),
  (value) => (typeof value === "number" ? value / 1_000 : value),
];

/** Whole answers. */
const wholes: ((text: string) => Mutated)[] = [
  () => ({ status: 200, type: json, body: "" }),
  () => ({ status: 200, type: json, body: "null" }),
  () => ({ status: 200, type: json, body: "42" }),
  () => ({ status: 200, type: json, body: '"text"' }),
  () => ({ status: 200, type: json, body: "{}" }),
  () => ({ status: 200, type: json, body: "[]" }),
  () => ({ status: 200, type: json, body: "[null, 1, [], {}]" }),
  () => ({ status: 200, type: json, body: nested }),
  () => ({ status: 200, type: json, body: "[".repeat(100_000) + "]".repeat(100_000) }),
  (text) => ({ status: 200, type: json, body: `\ufeff${text}` }),
  (text) => ({ status: 200, type: json, body: text.slice(0, text.length / 2) }),
  (text) => ({ status: 200, type: json, body: `${text}${text}` }),
  () => ({ status: 200, type: "text/html", body: "<!doctype html><title>Sign in</title>" }),
  () => ({ status: 404, type: "text/html", body: "<html>not found</html>" }),
  () => ({ status: 404, type: json, body: '{"error":"no such object"}' }),
  () => ({ status: 400, type: json, body: '{"error":["TypeError: x"],"data":[]}' }),
  () => ({ status: 403, type: json, body: '{"error":1,"data":{"missingPrivileges":[{}]}}' }),
  () => ({ status: 422, type: json, body: '{"error":{"query.limit":{"message":1}}}' }),
  () => ({ status: 500, type: json, body: '{"error":{"message":"TypeError: x"}}' }),
];
