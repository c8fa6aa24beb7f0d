import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";

/**
 * SQLite's functions of time that take "now" from the clock, each with the number of values after which
 * it takes it by itself (https://www.sqlite.org/lang_datefunc.html).
 */
const timeFunctions = new Map([
  ["date", 0],
  ["time", 0],
  ["datetime", 0],
  ["julianday", 0],
  ["unixepoch", 0],
  ["strftime", 1],
  ["timediff", Number.NaN],
]);

/** SQLite's own functions, for what they do beside that; one connection for the process. */
const own = new DatabaseSync(":memory:");
const prepared = new Map<string, StatementSync>();

/**
 * Makes a connection's functions of time take "now" from the call, and `datetime` and
 * `current_timestamp` give the form in which times are stored: with SQLite's own, a blank in place of
 * the T, a comparison of texts is wrong by up to a day.
 * @param now Unix milliseconds
 */
export function setClock(db: DatabaseSync, now: number): void {
  const moment = new Date(now).toISOString().replace("T", " ").replace("Z", "");
  const ask = (name: string, given: readonly unknown[]) =>
    askOwn(
      name,
      given.map((each) => (isNow(each) ? moment : inputOf(each))),
    );
  const add = (name: string, isOfAny: boolean, give: (given: unknown[]) => SQLInputValue) =>
    db.function(
      name,
      // A number of SQLite's may be larger than one of ours.
      { varargs: isOfAny, deterministic: true, useBigIntArguments: true },
      (...given: unknown[]) => give(given),
    );
  for (const [name, before] of timeFunctions) {
    add(name, true, (given) => {
      const value = ask(name, given.length === before ? [...given, "now"] : given);
      return name === "datetime" ? stored(value, given) : value;
    });
  }
  add("current_timestamp", false, () => stored(ask("datetime", ["now"]), []));
  add("current_date", false, () => ask("date", ["now"]));
  add("current_time", false, () => ask("time", ["now"]));
}

/** What SQLite's own function gives; a whole number stays one. */
function askOwn(name: string, given: readonly SQLInputValue[]): SQLInputValue {
  const sql = `select ${name}(${given.map(() => "?").join(", ")}) as value`;
  const statement = prepared.get(sql) ?? own.prepare(sql);
  prepared.set(sql, statement);
  statement.setReadBigInts(true);
  return statement.get(...given)?.["value"] ?? null;
}

/** A time as the tables have it; of another zone than UTC it says none. */
function stored(value: SQLInputValue, given: readonly unknown[]): SQLInputValue {
  if (typeof value !== "string") return value;
  const isLocal = given.some((each) => typeof each === "string" && /^localtime$/i.test(each));
  return `${value.replace(" ", "T")}${isLocal ? "" : "Z"}`;
}

function isNow(given: unknown): boolean {
  return typeof given === "string" && given.trim().toLowerCase() === "now";
}

function inputOf(given: unknown): SQLInputValue {
  if (given instanceof Uint8Array) return given;
  return typeof given === "string" || typeof given === "number" || typeof given === "bigint"
    ? given
    : null;
}
