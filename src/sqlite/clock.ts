import { DatabaseSync } from "node:sqlite";

/** SQLite's functions of time that take "now" from the clock: each gives it where no time is given. */
const timeFunctions = ["date", "time", "datetime", "julianday", "unixepoch", "strftime"] as const;

/**
 * Makes a connection's functions of time take "now" from the call, and `datetime` and
 * `current_timestamp` give the form in which times are stored: with SQLite's own, a blank in place of
 * the T, a comparison of texts is wrong by up to a day.
 * @param now Unix milliseconds
 */
export function setClock(db: DatabaseSync, now: number): void {
  // SQLite's own functions, for what they do beside that.
  const own = new DatabaseSync(":memory:");
  const moment = new Date(now).toISOString().replace("T", " ").replace("Z", "");
  const ask = (name: string, given: readonly unknown[]) => {
    const places = given.map(() => "?").join(", ");
    const args = given.map((each) => cellOf(isNow(each) ? moment : each));
    const row = own.prepare(`select ${name}(${places}) as value`).get(...args);
    return row?.["value"] ?? null;
  };
  for (const name of timeFunctions) {
    db.function(name, { varargs: true, deterministic: true }, (...given: unknown[]) => {
      const format = name === "strftime" ? given.slice(0, 1) : [];
      const rest = given.slice(format.length);
      const value = ask(name, [...format, ...(rest.length === 0 ? ["now"] : rest)]);
      return name === "datetime" ? stored(value, rest) : value;
    });
  }
  const today = ask("date", ["now"]);
  db.function("current_timestamp", { deterministic: true }, () =>
    stored(ask("datetime", ["now"]), []),
  );
  db.function("current_date", { deterministic: true }, () => today);
  db.function("current_time", { deterministic: true }, () => ask("time", ["now"]));
}

/** A time as the tables have it; of another zone than UTC it says none. */
function stored(value: string | number | bigint | Uint8Array | null, given: readonly unknown[]) {
  if (typeof value !== "string") return value;
  const isLocal = given.some((each) => typeof each === "string" && /^localtime$/i.test(each));
  return `${value.replace(" ", "T")}${isLocal ? "" : "Z"}`;
}

function isNow(given: unknown): boolean {
  return typeof given === "string" && given.trim().toLowerCase() === "now";
}

function cellOf(given: unknown): string | number | bigint | Uint8Array | null {
  if (given instanceof Uint8Array) return given;
  return typeof given === "string" || typeof given === "number" || typeof given === "bigint"
    ? given
    : null;
}
