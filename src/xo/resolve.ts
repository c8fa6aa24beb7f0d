import * as z from "zod";
import { XoError } from "../errors.ts";
import { type Sentence, ours, quoted, say, together } from "../sentence.ts";
import { nearest } from "../nearest.ts";
import { comparable, oneLine } from "../untrusted.ts";
import type { Xo } from "./client.ts";
import { hasId } from "./filter.ts";
import type { Collection } from "./routes.ts";

const named = z.object({ id: z.string(), name_label: z.string().catch("") });
export type Named = z.output<typeof named>;

/** Whether a text is a whole UUID. */
export function isUuid(text: string): boolean {
  return uuid.test(text);
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const uuidPrefix = /^[0-9a-f][0-9a-f-]{3,35}$/i;

/** A record that can be named. */
type NamedRecord = z.ZodObject<{ id: z.ZodType<string>; name_label: z.ZodType<string> }>;

/**
 * The one object that a parameter names: by full UUID, else by exact name, else by a UUID prefix of
 * at least four digits; nothing where the parameter is left out.
 * @param record what to know of the object, for whoever reads the collection with it anyway
 * @throws XoError `ambiguous` with the candidates, or `not_found` with the nearest name
 */
export function resolve(xo: Xo, collection: Collection, wanted: string): Promise<Named>;
export function resolve(
  xo: Xo,
  collection: Collection,
  wanted: string | undefined,
): Promise<Named | undefined>;
export function resolve<R extends NamedRecord>(
  xo: Xo,
  collection: Collection,
  wanted: string,
  record: R,
): Promise<z.output<R>>;
export function resolve<R extends NamedRecord>(
  xo: Xo,
  collection: Collection,
  wanted: string | undefined,
  record: R,
): Promise<z.output<R> | undefined>;
export async function resolve(
  xo: Xo,
  collection: Collection,
  wanted: string | undefined,
  record?: NamedRecord,
): Promise<Named | undefined> {
  if (wanted === undefined) return undefined;
  const all = await (record ? xo.records(collection, record) : read(xo, collection, wanted));
  return choose(collection, all, wanted);
}

/**
 * The same where objects of several types fit.
 * @throws XoError
 */
export async function resolveAmong<C extends Collection>(
  xo: Xo,
  collections: readonly C[],
  wanted: string,
): Promise<Named & { collection: C }> {
  const lists = await Promise.all(
    collections.map(async (collection) =>
      (await read(xo, collection, wanted)).map((object) => ({ ...object, collection })),
    ),
  );
  const typeOf = (object: { collection: C }) => `${nounOf(object.collection)} `;
  return pick(collections.map(nounOf), lists.flat(), wanted, typeOf);
}

/** What may be meant: all, or the one of a UUID. */
function read(xo: Xo, collection: Collection, wanted: string): Promise<Named[]> {
  const filter = uuid.test(wanted) ? hasId("id", wanted.toLowerCase()) : undefined;
  return xo.records(collection, named, filter);
}

/**
 * The same among objects that were read already, of one collection or of several.
 * @throws XoError
 */
export function choose<N extends Named>(
  collection: Collection | undefined,
  all: readonly N[],
  wanted: string,
): N;
export function choose<N extends Named>(
  collection: Collection | undefined,
  all: readonly N[],
  wanted: string | undefined,
): N | undefined;
export function choose<N extends Named>(
  collection: Collection | undefined,
  all: readonly N[],
  wanted: string | undefined,
): N | undefined {
  return wanted === undefined ? undefined : pick([nounOf(collection)], all, wanted, () => "");
}

/** @param typeOf what to say of a candidate beside its name */
function pick<N extends Named>(
  names: readonly string[],
  all: readonly N[],
  wanted: string,
  typeOf: (candidate: N) => string,
): N {
  const noun = names.join(" or ");
  // Else it would be the one object without a name.
  if (wanted === "") {
    throw new XoError(
      "usage",
      say`An empty text is no ${ours(noun)}.`,
      say`Leave it out, or give a UUID or a name.`,
    );
  }
  if (uuid.test(wanted)) {
    return all.find(({ id }) => id === wanted.toLowerCase()) ?? notFound(noun, wanted, []);
  }
  // A name is shown without what cleanText removes, and on one line in tables and errors, so it
  // must be found in those ways too; and in whatever form its letters are.
  const meant = comparable(wanted);
  const byName = all.filter(
    ({ name_label }) => name_label === wanted || (meant !== "" && comparable(name_label) === meant),
  );
  const byPrefix = uuidPrefix.test(wanted)
    ? all.filter(({ id }) => id.startsWith(wanted.toLowerCase()))
    : [];
  const candidates = byName.length > 0 ? byName : byPrefix;
  if (candidates.length > 1) {
    const several = ours(names.map((name) => `${name}s`.replace(/ys$/, "ies")).join(" and "));
    const described = candidates.map(
      (candidate) =>
        say`${quoted(candidate.name_label)} (${ours(typeOf(candidate))}${quoted(candidate.id)})`,
    );
    throw ambiguous(several, wanted, described);
  }
  return candidates[0] ?? notFound(noun, wanted, all);
}

const nouns: Partial<Record<Collection, string>> = {
  pools: "pool",
  hosts: "host",
  vms: "VM",
  networks: "network",
  srs: "storage",
  "backup-jobs": "backup job",
  "backup-repositories": "repository",
};

function nounOf(collection: Collection | undefined): string {
  return (collection && nouns[collection]) ?? "object";
}

function ambiguous(several: Sentence, wanted: string, candidates: readonly Sentence[]): XoError {
  const shown = candidates.slice(0, 10);
  const more =
    candidates.length > shown.length ? say`, and ${candidates.length - shown.length} more` : "";
  return new XoError(
    "ambiguous",
    say`${candidates.length} ${several} are called or begin with ${quoted(wanted, 80)}: ${together(shown, ", ")}${more}.`,
    say`Give the full UUID of the one you mean.`,
  );
}

/**
 * Says that there is no such object, with the one that is probably meant.
 * @throws XoError `not_found`
 */
export function notFound(noun: string, wanted: string, all: readonly Named[] = []): never {
  const names = Map.groupBy(all, ({ name_label }) => oneLine(name_label, 80));
  names.delete("");
  const meant = nearest(wanted, names.keys());
  // Letters of two alphabets may look the same: the id tells which name is meant.
  const [only, ...others] = names.get(meant ?? "") ?? [];
  const id = only === undefined || others.length > 0 ? "" : say` Its id is ${quoted(only.id)}.`;
  throw new XoError(
    "not_found",
    say`No ${ours(noun)} has the name or UUID ${quoted(wanted, 80)}.${meant === undefined ? "" : say` Did you mean ${quoted(meant)}?${id}`}`,
    say`This account may not see it, or XO may have lost the connection to its pool: check_connection tells.`,
  );
}
