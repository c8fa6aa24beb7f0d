import { type Sentence, ours, say } from "../sentence.ts";
import type { Seen } from "./nouns.ts";

/** Parts of an answer by their path, dots going down, into the items of lists too ("by_pool.vms"). */
export type Parts = Readonly<Record<string, readonly Seen[]>>;

/**
 * What the parts of an answer need to be seen. What is told by an object's own fields needs nothing
 * beside that object, and is in no table.
 */
export interface Needs {
  /**
   * Parts that need all of these collections: one that needs more than the account sees is left out
   * and named with the reason. Of a list only an empty one is, any other is said to be short; `items`
   * is a list's own, and stays with `of` beside it.
   */
  parts?: Parts;
  /** Lists that say nothing unless they are whole, such as a ranking. */
  rankings?: Parts;
  /** Parts that each object looks up by its own ids: there where the other is seen, else named. */
  lookups?: Parts;
  /** Where the one object may be that is asked about: without sight of any there is no answer. */
  subject?: readonly Seen[];
  /**
   * Where the answer is about one pool: from the path of an object ("" for all of the answer) to the
   * one below it at which the pool's id stands.
   */
  pools?: Readonly<Record<string, string>>;
}

/**
 * Why parts are left out of which an object's own ids tell how many there are; nothing where the
 * ids are all of objects that were read.
 */
export type Unshown = Readonly<Record<string, Sentence | undefined>>;

/** Ids that are none of the records that were read, counted in words. */
export function unshown(
  noun: string,
  ids: readonly (string | null)[] | null | undefined,
  ...read: readonly (readonly { id: string }[])[]
): Sentence | undefined {
  const shown = new Set(read.flat().map(({ id }) => id));
  const { size } = new Set(ids?.filter((id) => id !== null && !shown.has(id)));
  return size === 0
    ? undefined
    : say`${size} ${ours(noun)}${size === 1 ? "" : "s"}, not shown to this account`;
}
