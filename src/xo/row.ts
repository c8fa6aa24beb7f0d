/** A record of which only the asked fields are known. */
export type Row = Record<string, unknown>;

/** What stands at a dotted field of a record, as XO's projections understand it. */
export function valueAt(row: Row, field: string): unknown {
  return field
    .split(".")
    .reduce<unknown>(
      (value, key) => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined),
      row,
    );
}

/** An object whose fields may be looked at. */
export function isObject(value: unknown): value is Row {
  return typeof value === "object" && value !== null;
}

/** A record: an object that is no list. */
export function isRow(value: unknown): value is Row {
  return isObject(value) && !Array.isArray(value);
}
