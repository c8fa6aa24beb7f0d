import type { Flag, FlagValue } from "../cli/flags.ts";
import { XoError } from "../errors.ts";
import { listed, quoted, say } from "../sentence.ts";
import { type Format, formats, render } from "../render/render.ts";
import { writeStdout } from "../render/stdout.ts";
import type { Result } from "../tool.ts";

export const outputFlag: Flag = {
  name: "output",
  type: "string",
  short: "o",
  description: "Default: table on a terminal, else json",
  choices: formats,
};

/** @throws XoError `usage` */
export function readFormat(wanted: FlagValue | undefined): Format {
  if (wanted === undefined) return process.stdout.isTTY ? "table" : "json";
  const format = formats.find((name) => name === wanted);
  if (format === undefined) {
    throw new XoError("usage", say`-o takes ${listed(formats)}, not ${quoted(String(wanted))}.`);
  }
  return format;
}

/** An answer to stdout, and to stderr what the format has no place for. */
export async function print(result: Result, format: Format): Promise<void> {
  const columns = process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY;
  const { data, warnings, notes } = render(result, format, columns);
  await writeStdout(data);
  if (warnings.length === 0 && notes.length === 0) return;
  const { log } = await import("../log.ts");
  for (const warning of warnings) log.warn(warning);
  for (const note of notes) log.info(note);
}
