import { isRow, type Row } from "../xo/row.ts";

/** More ids than these say little more than how many there are. */
const mostIds = 5;
const shownIds = 3;

/** A text of codes this long is for machines. */
const longestCodes = 80;
const shownCodes = 40;

/**
 * A whole record, or an object in it, without what is long and says little: lists of ids, and the
 * flags and features of processors. What was cut says how to get it whole: by its own path.
 * @param isAsked whether a path was named by the caller
 * @param path of the object in its record; "" for the record itself
 */
export function brief(object: Row, isAsked: (path: string) => boolean, path = ""): Row {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => {
      const own = path === "" ? key : `${path}.${key}`;
      if (isRow(value)) return [key, brief(value, isAsked, own)];
      return [key, isAsked(own) ? value : briefValue(value, own)];
    }),
  );
}

function briefValue(value: unknown, path: string): unknown {
  if (Array.isArray(value) && value.length > mostIds && value.every(isId)) {
    return [...value.slice(0, shownIds), `… [${value.length} in all: fields=${path}]`];
  }
  if (typeof value === "string" && path.includes(".") && isCodes(value)) {
    return `${value.slice(0, shownCodes)}… [${value.length} characters in all: fields=${path}]`;
  }
  return value;
}

function isId(value: unknown): boolean {
  return typeof value === "string" && /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/.test(value);
}

/** Words of a processor, or groups of hexadecimal digits: nobody writes a description so. */
function isCodes(text: string): boolean {
  if (text.length <= longestCodes) return false;
  return (
    /^[0-9a-f-]+$/.test(text) || text.split(" ").every((word) => /^[a-z0-9_.]{1,24}$/.test(word))
  );
}
