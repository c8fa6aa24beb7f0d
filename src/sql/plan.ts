import { XoError } from "../errors.ts";
import { tables } from "./schema.ts";
import { wordsOf } from "../sqlite/words.ts";

/** Which columns of which tables a statement reads. */
export type Plan = ReadonlyMap<string, readonly string[]>;

/**
 * What has to be loaded for a statement: what SQLite's authorizer told, and what `using (…)` compares,
 * of which it tells nothing, neither columns nor tables. A table of which only rows are counted is read
 * for its first column, the id.
 * @throws XoError of `natural join`, which compares whatever has the same name
 */
export function planOf(sql: string, reads: Readonly<Record<string, readonly string[]>>): Plan {
  const words = new Set(wordsOf(sql).flatMap(({ kind, text }) => (kind === "name" ? [text] : [])));
  if (words.has("natural") && words.has("join")) {
    throw new XoError(
      "usage",
      "natural join compares every column of one name, also those that say different things.",
      "Write what to compare: join hosts on hosts.id = vms.host_id.",
    );
  }
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
