import { XoError } from "../errors.ts";
import { listed, quoted, say } from "../sentence.ts";
import { nearest } from "../nearest.ts";
import { tables, toldOf } from "./schema.ts";
import { wordsOf } from "../sqlite/words.ts";

/** An answer that is known without a look at XO. */
export interface Known {
  columns: string[];
  rows: (string | null)[][];
}

/** Characters of the longest first move; what is longer is a statement. */
const longest = 200;

// Over the words of a statement with a blank between them.
const listings =
  /^(?:show (?:full )?tables|list tables|\. (?:tables|schema)|\\ d(?:t|t \+| \+)?|pragma table_list(?: \( \))?|help|describe|desc)$/;

const description =
  /^(?:(?:describe|desc)(?: table)?|explain|help|show (?:full )?columns (?:from|in)|show create table|\. schema|\\ d(?: \+)?|pragma (?:main \. )?table_x?info(?: \(| =)?)(?: main \.)? (\w+)(?: \))?$/;

/**
 * What somebody asks first of a strange database, in whichever dialect: the tables, or the columns of
 * one. Nothing of any other statement.
 * @throws XoError of a table that is none
 */
export function firstMove(sql: string): Known | undefined {
  const words = wordsOf(sql).filter(({ kind, text }) => kind !== "sign" || text !== ";");
  if (words.length === 0) return allTables();
  const plain = words.map(({ text }) => text.toLowerCase()).join(" ");
  if (plain.length > longest) return undefined;
  if (listings.test(plain)) return allTables();
  const [, name] = description.exec(plain) ?? [];
  return name === undefined ? undefined : columnsOf(name);
}

function allTables(): Known {
  return {
    columns: ["table", "holds", "example"],
    rows: [...tables.values()].map(({ name, says, example }) => [name, says, example]),
  };
}

function columnsOf(name: string): Known {
  const table = tables.get(name);
  if (table === undefined) throw unknownTable(name);
  return {
    columns: ["column", "type", "says"],
    rows: table.columns.map((column) => [column.name, column.kind, toldOf(column) || null]),
  };
}

/** A table that there is not. */
export function unknownTable(name: string): XoError {
  const meant = nearest(name.toLowerCase(), tables.keys());
  return new XoError(
    "usage",
    say`There is no table ${quoted(name, 80)}${meant === undefined ? "." : say`; did you mean ${quoted(meant)}?`}`,
    say`Tables: ${listed([...tables.keys()])}.`,
  );
}
