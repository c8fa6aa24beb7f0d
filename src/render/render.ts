import type { Result } from "../tool.ts";
import { hasRows, rowsIn } from "./rows-in.ts";
import { cell, renderTable } from "./table.ts";

export const formats = ["table", "json", "ndjson"] as const;
export type Format = (typeof formats)[number];

export interface Rendered {
  /** For stdout. */
  data: string;
  /** For stderr, where the data has no place for them. */
  warnings: string[];
  /** For stderr: what is told of a list as a whole, last how much of it this is. */
  notes: string[];
}

/**
 * A tool's answer as text. `json` holds everything; the others leave the envelope to stderr.
 * @param columns of the terminal that shows a table; Infinity where it goes elsewhere
 */
export function render(result: Result, format: Format, columns: number): Rendered {
  switch (format) {
    case "json":
      return { data: `${JSON.stringify(result, undefined, 2)}\n`, warnings: [], notes: [] };
    case "ndjson": {
      const lines = linesOf(result);
      // A single object holds its warnings itself.
      if (lines === undefined) return { data: line(result), warnings: [], notes: [] };
      return { data: lines.join(""), ...envelope(result) };
    }
    case "table": {
      const { text, leftOut } = renderTable(result, columns);
      const { warnings, notes } = envelope(result);
      const note = `Left out for want of room: ${leftOut.join(", ")}. -o json has everything.`;
      return { data: text, warnings, notes: leftOut.length === 0 ? notes : [note, ...notes] };
    }
  }
}

/** A line for each item or row; nothing of an answer that has neither. */
function linesOf(result: Result): string[] | undefined {
  const { items } = result;
  if (Array.isArray(items)) return items.map(line);
  return rowsIn(result)?.map((row) => {
    const cells = [...row].map(
      ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value ?? null)}`,
    );
    return `{${cells.join(",")}}\n`;
  });
}

function line(item: unknown): string {
  return `${JSON.stringify(item)}\n`;
}

function envelope(result: Result): Omit<Rendered, "data"> {
  const { warnings, redacted, returned, total, next_offset: next, items, ...rest } = result;
  const told = Array.isArray(warnings) ? warnings.map(String) : [];
  if (Array.isArray(redacted)) told.push(`Never shown: ${redacted.join(", ")}.`);
  const isTable = hasRows(result);
  if (!Array.isArray(items) && !isTable) return { warnings: told, notes: [] };
  const more = next === undefined ? "" : `; the next begin at --offset ${next}`;
  const { columns: _names, rows: _cells, read_at: _moment, ...others } = rest;
  const notes = Object.entries(isTable ? others : rest);
  return {
    warnings: told,
    notes: [
      ...notes.flatMap(([name, value]) => notesOf(name, value)),
      `${returned} of ${total}${more}`,
    ],
  };
}

/** Figures in one line, texts and objects in a line each. */
function notesOf(name: string, value: unknown): string[] {
  const text = (key: string, part: unknown) => cell(key, part, Number.POSITIVE_INFINITY);
  if (Array.isArray(value)) return value.map((item) => `${name}: ${text("", item)}`);
  if (typeof value !== "object" || value === null) return [`${name}: ${text(name, value)}`];
  const entries = Object.entries(value);
  if (entries.some(([, part]) => typeof part === "string"))
    return entries.map(([key, part]) => `${name}: ${key}: ${text(key, part)}`);
  const figures = entries.map(([key, part]) => `${key} ${text(key, part)}`);
  return figures.length === 0 ? [] : [`${name}: ${figures.join(", ")}`];
}
