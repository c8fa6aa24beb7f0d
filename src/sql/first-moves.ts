import { XoError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { oneLine } from "../untrusted.ts";
import { tables, toldOf } from "./schema.ts";
import { wordsOf } from "../sqlite/words.ts";

/** An answer that is known without a look at XO. */
export interface Known {
  columns: string[];
  rows: (string | null)[][];
}

const listings =
  /^(?:show\s+tables|list\s+tables|\.tables|\.schema|\\dt?|pragma\s+table_list(?:\s*\(\s*\))?|help|describe|desc)$/i;

const description =
  /^(?:describe|desc|explain|show\s+columns\s+(?:from|in)|\.schema|\\d|pragma\s+(?:main\s*\.\s*)?table_x?info(?:\s*\()?)\s*['"[`]?([\w.]{1,60})['"\]`]?\s*\)?$/i;

/**
 * What somebody asks first of a strange database, in whichever dialect: the tables, or the columns of
 * one. Nothing of any other statement.
 * @throws XoError of a table that is none
 */
export function firstMove(sql: string): Known | undefined {
  if (wordsOf(sql).every(({ text }) => text === ";")) return allTables();
  const plain = sql.trim().replace(/;$/, "").trimEnd();
  if (plain.length > 200) return undefined;
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
  const table = tables.get(name.toLowerCase().replace(/^main\./, ""));
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
    `There is no table ${oneLine(name, 80)}${meant === undefined ? "." : `; did you mean ${meant}?`}`,
    `Tables: ${[...tables.keys()].join(", ")}.`,
  );
}
