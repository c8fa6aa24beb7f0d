import type { Result } from "../tool.ts";
import { renderTable } from "./table.ts";

export const formats = ["table", "json", "ndjson"] as const;
export type Format = (typeof formats)[number];

export interface Rendered {
  /** For stdout. */
  data: string;
  /** For stderr: totals and warnings, where the data has no place for them. */
  notes: string[];
}

/** A tool's answer as text. `json` holds everything; the others leave the envelope to the notes. */
export function render(result: Result, format: Format): Rendered {
  switch (format) {
    case "json":
      return { data: `${JSON.stringify(result, undefined, 2)}\n`, notes: [] };
    case "ndjson":
      return { data: ndjson(result), notes: isList(result) ? envelopeNotes(result) : [] };
    case "table":
      return { data: renderTable(result), notes: envelopeNotes(result) };
  }
}

type List = Result & { items: unknown[] };

function isList(result: Result): result is List {
  return Array.isArray(result["items"]);
}

function ndjson(result: Result): string {
  const lines = isList(result) ? result.items : [result];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

function envelopeNotes(result: Result): string[] {
  const notes = Array.isArray(result["warnings"]) ? result["warnings"].map(String) : [];
  if (Array.isArray(result["redacted"]))
    notes.push(`Never shown: ${result["redacted"].join(", ")}.`);
  if (!isList(result)) return notes;
  const next =
    result["next_offset"] === undefined
      ? ""
      : `; the next begin at --offset ${result["next_offset"]}`;
  return [...notes, `${result["returned"]} of ${result["total"]}${next}`];
}
