import * as z from "zod";
import type { Manual } from "./docs/manual.ts";
import { XoError } from "./errors.ts";
import { type Sentence, listed, ours, quoted, say, together } from "./sentence.ts";
import type { Children } from "./sqlite/children.ts";
import { nearest } from "./nearest.ts";
import type { Needs, Unshown } from "./sight/needs.ts";
import { hasParts, tellSeen } from "./sight/seen.ts";
import type { Sight } from "./sight/sight.ts";
import type { Cleaning } from "./untrusted.ts";
import type { Xo } from "./xo/client.ts";

/** What a tool may use. It knows neither who called nor how its answer is shown. */
export interface Context {
  /** XO; asking for it throws XoError `config` when a setting is missing or wrong. */
  readonly xo: Xo;
  readonly manual: Manual;
  /** What runs statements of SQL. */
  readonly children: Children;
  /** What the account may see, asked for once a call. */
  sight(): Promise<Sight>;
  readonly signal: AbortSignal;
  /** When `signal` ends the call, in Unix milliseconds. */
  readonly deadline: number;
  /**
   * Characters that are left of the answer as JSON, less with each warning: to be read when all is
   * known. Infinity where nobody counts them.
   */
  readonly budget: number;
  /** Unix milliseconds. */
  readonly now: number;
  /** Adds a sentence to the answer's `warnings`: what it does not know, or left out. */
  warn(text: Sentence): void;
}

interface Definition<I extends z.ZodObject, O extends z.ZodObject> {
  /** snake_case. */
  name: string;
  title: string;
  /** What it answers, then when to use another tool. */
  description: string;
  /** Flat: scalars, enums and arrays of scalars, each described. */
  input: I;
  output: O;
  /**
   * Calls worth trying, of names that the test XO has. Its help, the README (the first) and the tests
   * that call every tool are made from them.
   */
  examples: Examples<z.input<I>>;
  /**
   * What its answer needs to be seen, part by part: what the account sees too little for is left out
   * of it and named, here and nowhere else. None for what tells nothing of XO's objects.
   */
  needs?: Needs | ((input: z.output<I>) => Needs);
  /** For a tool whose answer is public text. */
  maxText?: Cleaning["maxText"];
  /** The answer as it is for an account that sees everything. */
  run(
    input: z.output<I>,
    context: Context,
  ): Promise<z.input<O> & { unshown?: Unshown | undefined }>;
}

type Examples<Args> = readonly [Args, ...Args[]];

/** A tool's answer: plain data. */
export type Result = Record<string, unknown>;

/** One definition for MCP, the command line and the documentation. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  readonly examples: Examples<Record<string, unknown>>;
  readonly maxText: Cleaning["maxText"];
  /** Of a call without arguments; none where it needs one, or tells nothing of XO's objects. */
  readonly needs: Needs | undefined;
  /**
   * Checks the arguments and answers.
   * @throws XoError
   */
  run(args: unknown, context: Context): Promise<object>;
}

/** A description or a note of a few lines fits; a page hidden in one does not. */
const standardMaxText = 2_000;

export function defineTool<I extends z.ZodObject, O extends z.ZodObject>(
  definition: Definition<I, O>,
): Tool {
  return {
    maxText: standardMaxText,
    ...definition,
    // Read by check_connection alone, so worked out there and not when a tool is loaded.
    get needs() {
      return needsOf(definition, definition.input.safeParse({}).data);
    },
    run: async (args, context) => {
      const input = parseArguments(definition, args);
      const draft = await definition.run(input, context);
      const needs = needsOf(definition, input);
      if (needs === undefined || !hasParts(draft, needs)) return draft;
      const { answer, said } = tellSeen(draft, needs, await context.sight());
      for (const sentence of said) context.warn(sentence);
      return answer;
    },
  };
}

function needsOf<I extends z.ZodObject, O extends z.ZodObject>(
  { needs }: Definition<I, O>,
  input: z.output<I> | undefined,
): Needs | undefined {
  if (typeof needs !== "function") return needs;
  return input && needs(input);
}

/** The parameter that names the one object a tool is about. */
export const oneObject = z
  .string()
  .min(1, "must not be empty")
  .describe("UUID or its first digits, or exact name");

/**
 * Of an enum with many values: `--help` and an error list them, MCP's list of tools, which is read
 * before every conversation, does not.
 */
export const inHelpAlone = { inHelpAlone: true };

/** An answer may always carry warnings. */
export const warnings = z
  .array(z.string())
  .optional()
  .describe("What this answer does not know or leaves out. Tell the user.");

function parseArguments<I extends z.ZodObject>(
  { name, input }: { name: string; input: I },
  args: unknown,
): z.output<I> {
  const parsed = input.safeParse(args ?? {});
  if (parsed.success) return parsed.data;
  const known = Object.keys(input.shape);
  const problems = parsed.error.issues.map((issue) =>
    issue.code === "unrecognized_keys"
      ? together(
          issue.keys.map((key) => unknownArgument(key, known)),
          " ",
        )
      : say`${quoted(issue.path.join(".") || "arguments")}: ${wrongValue(issue, args)}`,
  );
  throw new XoError(
    "usage",
    say`${quoted(name)}: ${together(problems, " ")}`,
    known.length === 0 ? say`It takes no arguments.` : say`It takes: ${listed(known)}.`,
  );
}

/** What is wrong with one value, in words for whoever gave it; a schema's own words go first. */
function wrongValue(issue: z.core.$ZodIssue, args: unknown): Sentence {
  const given = issue.path.reduce<unknown>(
    (value, key) => (Object(value) === value ? Reflect.get(Object(value), key) : undefined),
    args,
  );
  if (given === undefined && issue.code === "invalid_type") return say`is required.`;
  if (issue.code === "invalid_value" && issue.message.startsWith("Invalid ")) {
    const allowed = issue.values.map(String);
    const meant = typeof given === "string" ? nearest(given, allowed) : undefined;
    const oneOf = say`one of ${listed(allowed)}`;
    if (given === undefined) return say`is required: ${oneOf}.`;
    return say`must be ${oneOf}${meant === undefined ? "." : say`; did you mean ${quoted(meant)}?`}`;
  }
  return say`${ours(issue.message)}.`;
}

function unknownArgument(key: string, known: string[]): Sentence {
  const meant = nearest(key, known);
  return say`There is no argument ${quoted(key)}${meant === undefined ? "." : say`; did you mean ${quoted(meant)}?`}`;
}
