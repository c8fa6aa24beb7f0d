import { listed, quoted, say, together, type Sentence } from "../sentence.ts";
import { XoError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { oneLine } from "../untrusted.ts";
import type { StatementFailure } from "../sqlite/child-process.ts";
import { unknownTable } from "./first-moves.ts";
import { tables } from "./schema.ts";
import { wordsOf } from "../sqlite/words.ts";

/** What other dialects write, and SQLite does not know: how it is written here. */
const dialects: { is: RegExp; here: Sentence }[] = [
  {
    is: /\b(?:now|getdate|sysdate|localtimestamp|current_timestamp)\s*\(/i,
    here: say`The time now is datetime('now'), an hour ago datetime('now', '-1 hour').`,
  },
  {
    is: /\binterval\s*(?:'|\d)|\bdate_(?:sub|add|diff)\b|\bdatediff\b|\btimestampdiff\b/i,
    here: say`Times: where at > datetime('now', '-7 days'); days between two: julianday(a) - julianday(b).`,
  },
  {
    is: /\bdate_trunc\b|\bto_char\b|\bdate_format\b|\bextract\s*\(/i,
    here: say`Parts of a time: strftime('%Y-%m-%d', at), or date(at).`,
  },
  { is: /\bilike\b/i, here: say`like ignores case already: name like '%web%'.` },
  { is: /::\s*\w/, here: say`A cast is cast(x as text), as integer or as real.` },
  {
    is: /(?:!?~\*?\s*')|\bregexp\b|\brlike\b|\bsimilar\s+to\b/i,
    here: say`There are no regular expressions: use like '%part%' or glob 'web-[0-9]*'.`,
  },
  { is: /\bselect\s+top\s+\d/i, here: say`The first rows are: … order by … limit 5.` },
  {
    is: /\bfetch\s+first\b|\boffset\s{1,9}\d{1,20}\s{1,9}rows\b/i,
    here: say`The first rows are: … limit 5 offset 0.`,
  },
  {
    is: /\b(?:stddev|variance|var_pop|var_samp|stddev_\w+)\s*\(/i,
    here: say`There is no stddev: sqrt(avg(x*x) - avg(x)*avg(x)).`,
  },
  {
    is: /\b(?:array_agg|string_agg|listagg)\s*\(/i,
    here: say`Values of a group in one text: group_concat(name, ', ').`,
  },
  { is: /\b(?:nvl|isnull)\s*\(/i, here: say`A value in place of NULL: coalesce(x, 0).` },
  { is: /\bgreatest\s*\(|\bleast\s*\(/i, here: say`The greatest of several values is max(a, b).` },
  {
    is: /\binformation_schema\b|\bpg_catalog\b|\bpg_tables\b/i,
    here: say`The tables are listed by: show tables; the columns of one by: describe vms.`,
  },
];

const onlyReads = say`Only one select is run here, with what it needs: with, union, window functions.`;

/** What went wrong with a statement, and what to write instead. */
export function teach(sql: string, { failed, message }: StatementFailure): XoError {
  if (failed === "several") {
    return new XoError(
      "usage",
      say`This is more than one statement.`,
      say`Ask one after the other.`,
    );
  }
  if (failed === "refused") {
    return new XoError("usage", say`A statement may not use ${quoted(message, 120)}.`, onlyReads);
  }
  const said = oneLine(message, 300);
  if (/too many SQL variables/.test(said)) {
    return new XoError(
      "usage",
      say`The statement has a placeholder (?, :name or $1), which has no value here.`,
      say`Write the value into the statement, in single quotes.`,
    );
  }
  if (/string or blob too big/.test(said)) {
    return new XoError(
      "usage",
      say`A text that the statement makes is longer than 1,000,000 characters.`,
      say`Cut it: substr(x, 1, 1000).`,
    );
  }
  if (/integer overflow/.test(said)) {
    return new XoError("usage", say`The sum is too large for whole numbers.`, say`Use total(x).`);
  }
  const [, table] = /^no such table: (?:main\.)?(.+)$/.exec(said) ?? [];
  // Not in what the statement looks for.
  const plain = sql.replace(/'(?:[^']|'')*'/g, "''");
  const here = dialects.filter(({ is }) => is.test(plain)).map((dialect) => dialect.here);
  if (table !== undefined && here.length === 0) return unknownTable(table);
  const [, column] = /^no such column: "?([^"\s]+)/.exec(said) ?? [];
  if (column !== undefined) here.push(columnHint(sql, column, said));
  if (here.length === 0) here.push(syntaxHint(said));
  const hint = together(
    here.filter((sentence) => sentence !== ""),
    " ",
  );
  return new XoError(
    "usage",
    say`SQLite says: ${quoted(said.replace(/[.?]{1,9}$/, ""), 300)}.`,
    hint,
  );
}

function syntaxHint(said: string): Sentence {
  if (/no such function/.test(said)) {
    return say`SQLite's own functions are there: https://www.sqlite.org/lang_corefunc.html`;
  }
  return say`The dialect is SQLite's; describe vms tells a table's columns.`;
}

/** The columns of the tables that a statement names. */
function columnHint(sql: string, column: string, said: string): Sentence {
  const named = new Set(wordsOf(sql).map(({ text }) => text));
  const meant = [...tables.values()].filter(({ name }) => named.has(name));
  const last = column.split(".").at(-1)?.toLowerCase() ?? "";
  const near = nearest(
    last,
    meant.flatMap(({ columns }) => columns.map(({ name }) => name)),
  );
  const isText = /single-quotes/.test(said);
  const lists = meant.map(
    ({ name, columns }) => say`${quoted(name)}: ${listed(columns.map((each) => each.name))}.`,
  );
  const first = isText || near === undefined ? "" : say`Did you mean ${quoted(near)}? `;
  return say`${first}${together(lists, " ")}`;
}
