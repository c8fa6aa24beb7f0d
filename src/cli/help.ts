import type { ArgDef, CommandDef } from "citty";
import { resolved } from "./find-command.ts";

/** The widest line of a help text; a terminal that is narrower wraps by itself. */
const width = 100;

/** A command as citty has it, with command lines to try. */
export type HelpedCommand = CommandDef & { examples?: readonly string[] };

/**
 * The help of a command, whose subcommands are called `noun`, from the same definitions that citty
 * runs. citty's own layout aligns to the right, does not wrap and puts every subcommand into one line.
 */
export async function helpOf(command: HelpedCommand, noun: "command" | "tool"): Promise<string> {
  const { name = "", description = "" } = (await resolved(command.meta)) ?? {};
  const all = Object.entries((await resolved(command.args)) ?? {});
  const args = all.filter(([, { type }]) => type !== "positional");
  const values = all.flatMap(([word, { type }]) => (type === "positional" ? [` [${word}]`] : []));
  const below = Object.entries((await resolved(command.subCommands)) ?? {});
  const subcommands = await Promise.all(
    below.map(async ([word, loaded]): Promise<Line> => {
      const meta = await resolved((await resolved(loaded)).meta);
      return [word, gist(meta?.description ?? "")];
    }),
  );
  const usage = `${name}${below.length > 0 ? ` <${noun}>` : ""}${values.join("")}${args.length > 0 ? " [flags]" : ""}`;
  return [
    wrap(description, width).join("\n"),
    `Usage: ${usage}`,
    section(noun === "tool" ? "Tools" : "Commands", subcommands),
    section(
      "Flags",
      args.map(([flag, definition]): Line => [
        spelling(flag, definition),
        definition.description ?? "",
      ]),
    ),
    (command.examples ?? [])
      .map((line, at) => `${at === 0 ? "Examples:\n" : ""}  ${line}`)
      .join("\n"),
    below.length > 0 ? `${name} <${noun}> --help tells more of one.` : "",
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

type Line = [term: string, text: string];

function spelling(name: string, definition: ArgDef): string {
  const alias =
    "alias" in definition && definition.alias !== undefined ? `-${definition.alias}, ` : "";
  const value = definition.valueHint === undefined ? "" : ` <${definition.valueHint}>`;
  return `${alias}--${name}${value}`;
}

/**
 * The beginning of a description, up to the end of a part that tells something: "Per pool:" does
 * not. What stands in brackets is no end.
 */
function gist(text: string): string {
  return /^(?:\([^)]*\)|[^(]){19,}?(?=[.;:](?:\s|$))/.exec(text)?.[0] ?? text;
}

function section(title: string, lines: Line[]): string {
  if (lines.length === 0) return "";
  const column = Math.min(30, Math.max(...lines.map(([term]) => term.length))) + 4;
  const rows = lines.flatMap(([term, text]) => {
    const [first = "", ...rest] = wrap(text, width - column);
    const start = `  ${term}`;
    // A long term stands on a line of its own.
    const head =
      start.length < column - 1
        ? [`${start.padEnd(column)}${first}`]
        : [start, " ".repeat(column) + first];
    return [...head, ...rest.map((line) => " ".repeat(column) + line)];
  });
  return [`${title}:`, ...rows.map((row) => row.trimEnd())].join("\n");
}

export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + word.length >= columns) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
