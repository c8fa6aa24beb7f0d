import { XoError } from "../errors.ts";
import { say } from "../sentence.ts";
import { tables } from "./schema.ts";
import { isAt, wordsOf } from "../sqlite/words.ts";

/** Which columns of which tables a statement reads. */
export type Plan = ReadonlyMap<string, readonly string[]>;

const joins = new Set(["join", "left", "right", "full", "inner", "cross"]);

/**
 * What has to be loaded for a statement: what SQLite's authorizer told, and what `using (…)` compares,
 * of which it tells nothing, neither columns nor tables: a name that stands anywhere counts, and rather
 * too much is read than too little. Of every table the first column is read, its id.
 * @throws XoError of `natural join`, which compares whatever has the same name
 */
export function planOf(sql: string, reads: Readonly<Record<string, readonly string[]>>): Plan {
  const pieces = wordsOf(sql);
  if (
    pieces.some((_, at) => isAt(pieces, at, "natural") && joins.has(pieces[at + 1]?.text ?? ""))
  ) {
    throw new XoError(
      "usage",
      say`natural join compares every column of one name, also those that say different things.`,
      say`Write what to compare: join hosts on hosts.id = vms.host_id.`,
    );
  }
  // A text too: where only a name can stand, SQLite takes it for one.
  const words = new Set(pieces.map(({ text }) => text.toLowerCase()));
  const named = words.has("using") ? [...tables.keys()].filter((name) => words.has(name)) : [];
  return new Map(
    [...new Set([...Object.keys(reads), ...named])].flatMap((name) => {
      const table = tables.get(name);
      if (table === undefined) return [];
      const compared = named.includes(name) ? words : new Set<string>();
      const own = new Set(reads[name]?.map((column) => column.toLowerCase()));
      const columns = table.columns.filter(
        (column, at) => own.has(column.name) || compared.has(column.name) || at === 0,
      );
      return [[name, columns.map((column) => column.name)] as const];
    }),
  );
}
