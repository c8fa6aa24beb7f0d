import type { Result } from "../tool.ts";
import { renderTable } from "./table.ts";

export const formats = ["table", "json", "ndjson"] as const;
export type Format = (typeof formats)[number];

export interface Rendered {
  /** For stdout. */
  data: string;
  /** For stderr, where the data has no place for them. */
  warnings: string[];
  /** For stderr: how much of a list this is. */
  total?: string;
}

/** A tool's answer as text. `json` holds everything; the others leave the envelope to stderr. */
export function render(result: Result, format: Format): Rendered {
  switch (format) {
    case "json":
      return { data: `${JSON.stringify(result, undefined, 2)}\n`, warnings: [] };
    case "ndjson":
      // A single object holds its warnings itself.
      return isList(result)
        ? { data: ndjson(result.items), ...envelope(result) }
        : { data: ndjson([result]), warnings: [] };
    case "table":
      return { data: renderTable(result), ...envelope(result) };
  }
}

type List = Result & { items: unknown[] };

function isList(result: Result): result is List {
  return Array.isArray(result["items"]);
}

function ndjson(lines: unknown[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

function envelope(result: Result): Omit<Rendered, "data"> {
  const { warnings, redacted, returned, total, next_offset: next } = result;
  const told = Array.isArray(warnings) ? warnings.map(String) : [];
  if (Array.isArray(redacted)) told.push(`Never shown: ${redacted.join(", ")}.`);
  if (!isList(result)) return { warnings: told };
  const more = next === undefined ? "" : `; the next begin at --offset ${next}`;
  return { warnings: told, total: `${returned} of ${total}${more}` };
}
