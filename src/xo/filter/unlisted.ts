import { XoError } from "../../errors.ts";
import { type Sentence, quoted, say } from "../../sentence.ts";
import type { Xo } from "../client.ts";
import type { Collection } from "../routes.ts";
import { valueAt } from "../row.ts";

/**
 * Whether any record has a field that is not on the list: XO is newer than the list then. What the
 * field holds is looked at by nobody.
 */
export async function haveField(
  xo: Xo,
  collection: Collection,
  path: readonly string[],
): Promise<boolean> {
  // Whatever else it is, no field of XO's is written like this, and a projection would take it apart.
  if (!path.every((name) => /^\$?\w+$/.test(name))) return false;
  const field = path.join(".");
  const rows = await xo.raw(collection, [field]);
  return rows.some((row) => valueAt(row, field) !== undefined);
}

/** What is said of a field of a newer XO. */
export function newField(collection: Collection, path: readonly string[]): Sentence {
  return say`${quoted(path.join("."))} of ${collection} is not known to this version of xo-mcp, which neither shows it nor searches it: it may hold credentials.`;
}

/** @throws XoError `usage` for a field that records have and that is not on the list */
export async function requireUnused(
  xo: Xo,
  collection: Collection,
  paths: readonly (readonly string[])[],
): Promise<void> {
  for (const path of paths) {
    if (!(await haveField(xo, collection, path))) continue;
    throw new XoError(
      "usage",
      say`filter: ${newField(collection, path)}`,
      say`Ask without it; a newer xo-mcp may know it.`,
    );
  }
}
