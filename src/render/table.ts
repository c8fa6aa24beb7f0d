import type { Result } from "../tool.ts";
import { isSeries, type Series, sparkline } from "./sparkline.ts";
import { rowsIn } from "./rows-in.ts";
import { byteUnit, withUnit } from "./units.ts";

type Row = Map<string, unknown>;

/** The longest cell of a row; a table is for looking, `-o json` for everything. */
const widest = 64;

/** The shortest value that may stand below its row, where the row is too wide. */
const narrowNote = 40;

/** The longest value that stands alone behind its name. */
const widestFact = 400;

/** A table inside an answer that is wider than this is shown in another way. */
const widestNested = 160;

export interface Table {
  text: string;
  /** Columns that had no room. */
  leftOut: string[];
}

/**
 * A list as a table, any other answer as names and values with its lists as tables below.
 * @param columns of the terminal; a list that is wider leaves out ids, which are there to be copied
 */
export function renderTable(result: Result, columns: number): Table {
  if (Array.isArray(result["items"])) {
    return withoutIds(
      result["items"].map((item) => flatten(item)),
      columns,
    );
  }
  const table = rowsIn(result);
  if (table !== undefined) return withoutIds(table, columns);
  const { warnings: _toStderr, ...rest } = result;
  const entries = [...flatten(rest)];
  const facts = factsOf(entries.filter(([, value]) => !isTable(value)));
  const tables = entries.flatMap(([name, value]) =>
    isTable(value) ? [`${name}\n${list(value)}`] : [],
  );
  return { text: [grid(facts), ...tables].filter((part) => part !== "").join("\n"), leftOut: [] };
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A grid that leaves out columns of UUIDs as far as it must, the records' own ids last. */
function withoutIds(rows: Row[], columns: number): Table {
  const ids = columnsOf(rows).filter((name) =>
    rows.every((row) => row.get(name) === undefined || uuid.test(String(row.get(name)))),
  );
  const leftOut: string[] = [];
  const text = () => grid(rows.map((row) => only(row, (name) => !leftOut.includes(name))));
  for (const name of [...ids.filter((id) => id !== "id"), ...ids.filter((id) => id === "id")]) {
    if (Bun.stringWidth(text().split("\n")[0] ?? "") <= columns) break;
    leftOut.push(name);
  }
  return { text: text(), leftOut };
}

function columnsOf(rows: Row[]): string[] {
  return [...new Set(rows.flatMap((row) => [...row.keys()]))];
}

function list(items: unknown[]): string {
  if (items.length === 0) return "  none\n";
  if (items.every(isText))
    return items.map(({ title, text }) => `\n## ${title}\n\n${text}\n`).join("");
  if (items.every(isSeries)) return indent(items.map(chart).join("\n"));
  const rows = items.map((item) => flatten(item));
  const table = withNotes(rows);
  return indent(table ?? rows.map((row) => grid(factsOf([...row]))).join("\n"));
}

/** A table with the texts that are too long for it below their row, if that makes it narrow enough. */
function withNotes(rows: Row[]): string | undefined {
  const widths = columnsOf(rows).map((name) => ({
    name,
    width: Math.max(...rows.map((row) => Bun.stringWidth(cell(name, row.get(name), widestFact)))),
  }));
  const long = widths
    .filter(({ name, width }) => width > narrowNote && !name.endsWith("name_label"))
    .toSorted((a, b) => b.width - a.width);
  const below = new Set(long.filter(({ width }) => width > widest).map(({ name }) => name));
  const table = () => grid(rows.map((row) => only(row, (name) => !below.has(name)))).split("\n");
  const isWide = () => Bun.stringWidth(table()[0] ?? "") > widestNested;
  for (const { name } of long) if (isWide()) below.add(name);
  if (isWide() || below.size === widths.length) return undefined;

  const [heading, ...lines] = table();
  const noted = rows.map((row, index) => {
    const notes = grid(factsOf([...only(row, (name) => below.has(name))]));
    return `${lines[index]}\n${indent(indent(notes))}`;
  });
  return `${heading}\n${noted.join("")}`;
}

function only(row: Row, wanted: (name: string) => boolean): Row {
  return new Map([...row].filter(([name]) => wanted(name)));
}

/** A series drawn, under its name, and what else is told of it. */
function chart(series: Series): string {
  const { unit, points: _drawn, of: _scale, ...rest } = series;
  const [[, name] = ["", ""], ...facts] = flatten(rest);
  const told = facts.map(([fact, value]) => {
    const text = typeof value === "number" ? withUnit(value, unit) : cell(fact, value);
    return `${fact} ${text}`;
  });
  const lines = [sparkline(series), ...inLines(told)];
  return `${cell("", name)}\n${lines.map((line) => `  ${line}\n`).join("")}`;
}

/** Short texts side by side, as many as a terminal's line holds. */
function inLines(texts: string[]): string[] {
  const lines: string[] = [];
  for (const text of texts) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + text.length < 90)
      lines.splice(-1, 1, `${line}  ${text}`);
    else lines.push(text);
  }
  return lines;
}

/** Names and values, one below the other. */
function factsOf(entries: [name: string, value: unknown][]): Row[] {
  return entries.map(
    ([name, value]) =>
      new Map([
        ["", name],
        [" ", cell(name, value, widestFact)],
      ]),
  );
}

function isText(item: unknown): item is { title: string; text: string } {
  return typeof item === "object" && item !== null && "title" in item && "text" in item;
}

function isTable(value: unknown): value is unknown[] {
  return Array.isArray(value) && (value.length === 0 || typeof value[0] === "object");
}

/** Nested objects as dotted names. */
function flatten(item: unknown, prefix = ""): Row {
  const row: Row = new Map();
  if (typeof item !== "object" || item === null) return row.set(prefix || "value", item);
  for (const [key, value] of Object.entries(item)) {
    const name = prefix === "" ? key : `${prefix}.${key}`;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      for (const [inner, deep] of flatten(value, name)) row.set(inner, deep);
    } else row.set(name, value);
  }
  return row;
}

function grid(rows: Row[]): string {
  const columns = columnsOf(rows).map((name) => {
    const numeric = rows.every(
      (row) => row.get(name) === undefined || typeof row.get(name) === "number",
    );
    // The values of facts stand in a column without a name.
    const most = name.trim() === "" ? widestFact : widest;
    const cells = rows.map((row) => cell(name, row.get(name), most));
    const heading = name.trim();
    return { numeric, cells: heading === "" ? cells : [heading, ...cells] };
  });
  const widths = columns.map(({ cells }) =>
    Math.max(0, ...cells.map((text) => Bun.stringWidth(text))),
  );
  const height = Math.max(0, ...columns.map(({ cells }) => cells.length));
  const lines = Array.from({ length: height }, (_, line) =>
    columns
      .map(({ numeric, cells }, column) => pad(cells[line] ?? "", widths[column] ?? 0, numeric))
      .join("  ")
      .trimEnd(),
  );
  return lines.map((line) => `${line}\n`).join("");
}

function pad(text: string, width: number, right: boolean): string {
  const blanks = " ".repeat(Math.max(0, width - Bun.stringWidth(text)));
  return right ? blanks + text : text + blanks;
}

export function cell(name: string, value: unknown, most = widest): string {
  if (value === undefined || value === null) return "";
  const unit = byteUnit(name);
  if (typeof value === "number" && unit !== undefined) return withUnit(value, unit);
  const text = Array.isArray(value)
    ? value.map((item) => cell(name, item)).join(", ")
    : typeof value === "object"
      ? inWords(value)
      : String(value);
  // A line break in a name must not begin a row of its own.
  const line = text.replace(/\s+/g, " ");
  if (line.trim() === "" && /(?:^|\.)name_label$/.test(name)) return "(no name)";
  return Bun.stringWidth(line) <= most ? line : `${[...line].slice(0, most - 1).join("")}…`;
}

/** What stands for an object inside a cell: its name, else its texts, and its numbers with names. */
function inWords(object: object): string {
  if ("name_label" in object) {
    const id = "id" in object ? ` ${cell("id", object.id)}` : "";
    return cell("", object.name_label).trim() || `(no name)${id}`;
  }
  const entries = Object.entries(object).filter(([, value]) => value !== undefined && value !== "");
  return entries
    .map(([name, value]) => (typeof value === "string" ? value : `${name} ${cell(name, value)}`))
    .join(" ");
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}
