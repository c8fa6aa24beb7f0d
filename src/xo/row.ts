/** A record of which only the asked fields are known. */
export type Row = Record<string, unknown>;

/** What stands at a dotted field of a record, as XO's projections understand it. */
export function valueAt(row: Row, field: string): unknown {
  return valueOn(row, field.split("."));
}

/** The same of a path that was taken apart before. */
export function valueOn(row: Row, path: readonly string[]): unknown {
  let value: unknown = row;
  for (const key of path) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

/** An object whose fields may be looked at. */
export function isObject(value: unknown): value is Row {
  return typeof value === "object" && value !== null;
}

/** A record: an object that is no list. */
export function isRow(value: unknown): value is Row {
  return isObject(value) && !Array.isArray(value);
}
