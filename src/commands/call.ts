import { defineCommand } from "citty";
import { commandLine } from "../cli/command-line.ts";
import { type Flag, flagsOf, type FlagValue, readFlags, usageOf } from "../cli/flags.ts";
import type { HelpedCommand } from "../cli/help.ts";
import { XoError } from "../errors.ts";
import { say } from "../sentence.ts";
import { parseJson } from "../json.ts";
import type { Tool } from "../tool.ts";
import { tools } from "../tools/index.ts";
import { openShellSession, verboseFlag } from "./open-session.ts";
import { outputFlag, print, readFormat } from "./print.ts";

/** The flags of every tool; no tool has a parameter of these names. */
export const commonFlags: Flag[] = [
  {
    name: "input",
    type: "string",
    description:
      "All parameters as one JSON object; - reads it from standard input. Flags win over it",
  },
  outputFlag,
  verboseFlag,
];

export default defineCommand({
  meta: {
    name: "xo-mcp call",
    description: "Call one tool and print its answer",
  },
  subCommands: Object.fromEntries(
    [...tools].map(([name, load]) => [name, async () => toolCommand(await load())]),
  ),
});

function toolCommand(tool: Tool): HelpedCommand {
  const flags = [...flagsOf(tool.input), ...commonFlags];
  const command = defineCommand({
    meta: { name: `xo-mcp call ${tool.name}`, description: tool.description },
    args: usageOf(flags),
    async run({ rawArgs }) {
      const values = readFlags(rawArgs, flags);
      const format = readFormat(values.get("output"));
      const args = { ...(await readInput(values.get("input"))), ...parametersOf(tool, values) };
      const session = await openShellSession(values.get("verbose") === true);
      await print(await session.call(tool, args), format);
      return 0;
    },
  });
  return { ...command, examples: tool.examples.map((args) => commandLine(tool.name, args)) };
}

function parametersOf(
  tool: Tool,
  values: ReadonlyMap<string, FlagValue>,
): Record<string, FlagValue> {
  return Object.fromEntries([...values].filter(([name]) => name in tool.input.shape));
}

async function readInput(source: FlagValue | undefined): Promise<Record<string, unknown>> {
  if (source === undefined) return {};
  const text = source === "-" ? await Bun.stdin.text() : String(source);
  const input = parseJson(text);
  if (input === undefined) {
    throw new XoError(
      "usage",
      say`--input is not valid JSON.`,
      say`Example: --input '{"limit": 5}'`,
    );
  }
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw new XoError(
      "usage",
      say`--input must be a JSON object.`,
      say`Example: --input '{"limit": 5}'`,
    );
  }
  return { ...input };
}
