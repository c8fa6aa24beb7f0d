import { parseArgs, type ParseArgsConfig } from "node:util";
import type { ArgsDef } from "citty";
import * as z from "zod";
import { XoError } from "../errors.ts";
import { type Sentence, quoted, say } from "../sentence.ts";
import { nearest } from "../nearest.ts";

/** A command-line flag: its name as in the input schema, and how its text becomes a value. */
export interface Flag {
  name: string;
  type: "string" | "number" | "boolean" | "list";
  description: string;
  choices?: readonly string[];
  /** One letter. */
  short?: string;
}

/** The flags of an input schema. Tools have flat inputs, so every parameter is one flag. */
export function flagsOf(input: z.ZodObject): Flag[] {
  const { properties = {}, required = [] } = z.toJSONSchema(input, { io: "input" });
  return Object.entries(properties).map(([name, schema]) => {
    if (typeof schema === "boolean") return { name, type: "string", description: "" };
    const { type, description = "", items } = schema;
    // A list is of one kind of value.
    const listed = typeof items === "object" && !Array.isArray(items) ? items.enum : undefined;
    const choices = schema.enum ?? listed;
    const note = required.includes(name)
      ? " (required)"
      : schema.default === undefined
        ? ""
        : ` (default: ${String(schema.default)})`;
    return {
      name,
      type: flagType(type),
      description: `${description}${note}`,
      ...(choices === undefined ? {} : { choices: choices.map(String) }),
    };
  });
}

function flagType(type: unknown): Flag["type"] {
  if (type === "integer" || type === "number") return "number";
  if (type === "boolean") return "boolean";
  return type === "array" ? "list" : "string";
}

/** Characters of a flag's choices that are shown beside it. */
const longestHint = 80;

/** The same flags as citty describes them in its usage. */
export function usageOf(flags: readonly Flag[]): ArgsDef {
  return Object.fromEntries(
    flags.map(({ name, type, description, choices, short }) => {
      const alias = short === undefined ? {} : { alias: short };
      if (type === "boolean") return [name, { type, description, ...alias }];
      const listed = choices?.join(type === "list" ? "," : "|") ?? "";
      const isLong = listed.length > longestHint;
      const kind = type === "number" ? "n" : type === "list" ? "a,b" : "text";
      return [
        name,
        {
          type: "string",
          // What has no room beside the flag stands in its text.
          description: isLong ? `${description}. One of: ${choices?.join(", ")}` : description,
          valueHint: isLong || listed === "" ? kind : listed,
          ...alias,
        },
      ];
    }),
  );
}

export type FlagValue = string | number | boolean | string[];

/**
 * The values given on a command line, by flag name. Stricter than citty's own parser, which drops
 * what it does not know and has no numbers.
 * @param positional the name of the one value that may stand without a flag
 * @throws XoError `usage` with the nearest known flag
 */
export function readFlags(
  args: readonly string[],
  flags: readonly Flag[],
  positional?: string,
): Map<string, FlagValue> {
  const bySpelling = new Map(
    flags.flatMap((flag) => spellings(flag.name).map((name) => [name, flag])),
  );
  const options: NonNullable<ParseArgsConfig["options"]> = Object.fromEntries(
    [...bySpelling].map(([name, { type, short }]) => [
      name,
      {
        type: type === "boolean" ? "boolean" : "string",
        ...(short !== undefined && !name.includes("-") ? { short } : {}),
      },
    ]),
  );
  const { tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    allowNegative: true,
    tokens: true,
  });
  const values = new Map<string, FlagValue>();
  for (const token of tokens) {
    if (token.kind === "option-terminator") continue;
    if (token.kind === "positional") {
      if (positional === undefined || values.has(positional)) {
        throw unexpected(token.value, flags, positional);
      }
      values.set(positional, token.value);
      continue;
    }
    const flag = bySpelling.get(token.name) ?? unknownFlag(token.rawName, [...bySpelling.keys()]);
    values.set(flag.name, valueOf(flag, token.rawName, token.value, values.get(flag.name)));
  }
  return values;
}

function unexpected(
  value: string,
  flags: readonly Flag[],
  positional: string | undefined,
): XoError {
  return new XoError(
    "usage",
    say`Unexpected argument ${quoted(value)}.`,
    positional === undefined
      ? say`Values belong behind a flag: ${example(flags)}`
      : say`The ${quoted(positional)} is one argument: put it into quotes.`,
  );
}

/** A flag with a value, for whoever left the flag out. */
function example(flags: readonly Flag[]): Sentence {
  const { name, choices } = flags.find(({ type }) => type !== "boolean") ?? { name: "output" };
  const value = name === "filter" ? "power_state:Running" : (choices?.[0] ?? "…");
  return say`--${quoted(name)} ${quoted(value)}`;
}

function valueOf(
  flag: Flag,
  rawName: string,
  text: string | undefined,
  before: FlagValue | undefined,
): FlagValue {
  if (flag.type === "boolean") {
    if (text !== undefined && text !== "true" && text !== "false") {
      throw new XoError("usage", say`${quoted(rawName)} is true or false, not ${quoted(text)}.`);
    }
    return text === undefined ? !rawName.startsWith("--no-") : text === "true";
  }
  if (text === undefined) throw new XoError("usage", say`${quoted(rawName)} needs a value.`);
  if (flag.type === "list")
    return [
      ...(Array.isArray(before) ? before : []),
      ...text.split(",").map((part) => part.trim()),
    ];
  // What is no number stays as it is: the tool's own schema says what it must be.
  if (flag.type === "number") return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;
  return text;
}

function unknownFlag(rawName: string, known: readonly string[]): never {
  const meant = nearest(rawName.replace(/^-+/, ""), known);
  throw new XoError(
    "usage",
    say`Unknown flag ${quoted(rawName)}${meant === undefined ? "" : say`; did you mean --${quoted(meant)}?`}`,
    say`--help lists the flags.`,
  );
}

/** pool_id, pool-id and poolId are the same flag. */
function spellings(name: string): string[] {
  const camel = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return [...new Set([name, name.replaceAll("_", "-"), camel])];
}
