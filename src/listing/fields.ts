import { isObject, type Row, valueAt } from "../xo/row.ts";

/** The parameter `fields`: names with commas between them, blanks allowed. */
export function splitFields(text: string): string[] {
  const fields = text
    .split(",")
    .map((field) => field.trim())
    .filter((field) => field !== "");
  return fields.length === 0 ? ["id"] : [...new Set(fields)];
}

/** The row with these fields only; dots go down, * is everything. */
export function project(row: Row, fields: readonly string[]): Row {
  if (fields.includes("*")) return row;
  const kept = emptyRow();
  for (const field of fields) {
    const value = valueAt(row, field);
    if (value !== undefined) place(kept, field.split("."), value);
  }
  return kept;
}

function place(target: Row, [key = "", ...rest]: string[], value: unknown): void {
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  const inner = isObject(target[key]) ? target[key] : emptyRow();
  place(inner, rest, value);
  target[key] = inner;
}

/** Without a prototype: a field called __proto__ is a field like any other. */
function emptyRow(): Row {
  return Object.create(null);
}
