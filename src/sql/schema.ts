import { typeOf } from "./column.ts";
import type { Table, Told } from "./table.ts";
import * as all from "./tables/index.ts";

/** Every table, by name. */
export const tables: ReadonlyMap<string, Table> = new Map(
  Object.values(all)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((table) => [table.name, table]),
);

/** The statement that creates a table with these columns, in their order. */
export function createTable({ name, columns }: Table, names: readonly string[]): string {
  const known = new Map(columns.map((column) => [column.name, column]));
  const told = names.flatMap((each) => known.get(each) ?? []);
  const lines = told.map((column) => `${column.name} ${typeOf(column.kind)}`);
  return `create table ${name} (${lines.join(", ")})`;
}

/** The same of all tables, with what is told of each column, for whoever reads `sqlite_master`. */
export function schemaSql(): string {
  return [...tables.values()]
    .map(({ name, columns }) => {
      const lines = columns.map((column, at) => {
        const told = toldOf(column);
        const comma = at === columns.length - 1 ? "" : ",";
        return `  ${column.name} ${typeOf(column.kind)}${comma}${told === "" ? "" : ` -- ${told}`}`;
      });
      return `create table ${name} (\n${lines.join("\n")}\n);`;
    })
    .join("\n");
}

/** What a column says beside its name, in one line. */
export function toldOf({ says, values }: Told): string {
  return [says, values && `one of ${values.join(", ")}`].filter(Boolean).join("; ");
}

/**
 * The tables as the tool's own description has them: of each the columns for everyday questions, with
 * their values where they are few: an invented one finds nothing. A pair of a name and its id is one
 * word with a sign.
 */
export function brief(): string {
  return [...tables.values()]
    .map(({ name, columns }) => {
      const names = new Set(columns.map((column) => column.name));
      const first = names.has("name") ? ["name"] : [];
      const words = columns
        .filter(({ everyday }) => everyday)
        .map((column) => {
          const pair = names.has(`${column.name}_id`) ? "#" : "";
          const values = column.values === undefined ? "" : `=${column.values.join("|")}`;
          return `${column.name}${pair}${values}`;
        });
      return `${name}(${[...first, ...words.filter((word) => word !== "name")].join(", ")})`;
    })
    .join("\n");
}
