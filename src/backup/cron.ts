/**
 * When a schedule runs: for each field the values it may have, nothing where it may have any. Given
 * both, either kind of day is enough.
 */
export interface Cron {
  minutes?: number[];
  hours?: number[];
  daysOfMonth?: number[];
  /** From 1. */
  months?: number[];
  /** From 0, Sunday. */
  daysOfWeek?: number[];
}

interface Field {
  name: keyof Cron;
  from: number;
  to: number;
  words?: readonly string[];
}

const fields: readonly Field[] = [
  { name: "minutes", from: 0, to: 59 },
  { name: "hours", from: 0, to: 23 },
  { name: "daysOfMonth", from: 1, to: 31 },
  {
    name: "months",
    from: 0,
    to: 11,
    words: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
  },
  // XO spells Wednesday so.
  { name: "daysOfWeek", from: 0, to: 6, words: ["sun", "mon", "tue", "wen", "thu", "fri", "sat"] },
];

const presets = new Map([
  ["@hourly", "0 * * * *"],
  ["@daily", "0 0 * * *"],
  ["@weekly", "0 0 * * 0"],
  ["@monthly", "0 0 1 * *"],
  ["@yearly", "0 0 1 0 *"],
  ["@annually", "0 0 1 0 *"],
]);

/**
 * Reads XO's dialect of cron (@xen-orchestra/cron, parse.js): the number of a month counts from 0,
 * 7 is Sunday before anything is compared, so that a range up to it is empty, and what is empty is
 * any. Words are in lower case, a step needs a range.
 * @returns nothing for what XO refuses: it keeps such a schedule, and never runs it
 */
export function parseCron(text: string): Cron | undefined {
  const wanted = presets.get(text) ?? text;
  const read: [keyof Cron, number[]][] = [];
  let rest = wanted;
  for (const field of fields) {
    const [found, part] = /^[ \t]*([^ \t]+)/.exec(rest) ?? [];
    const values = part === undefined ? undefined : valuesOf(part, field);
    if (found === undefined || values === undefined) return undefined;
    if (values.length > 0) read.push([field.name, values]);
    rest = rest.slice(found.length);
  }
  if (/[^ \t]/.test(rest)) return undefined;
  const cron: Cron = Object.fromEntries(read);
  const months = cron.months?.map((month) => month + 1);
  return months === undefined ? cron : { ...cron, months };
}

/** The values of one field, none for any, nothing for what is wrong. */
function valuesOf(text: string, field: Field): number[] | undefined {
  const values: number[] = [];
  for (const range of text.split(",")) {
    const span = spanOf(range, field);
    if (span === undefined) return undefined;
    for (let value = span.from; value <= span.to; value += span.by) values.push(value);
  }
  return sorted(values);
}

const nothing = { from: 1, to: 0, by: 1 };

function spanOf(range: string, field: Field): typeof nothing | undefined {
  if (range === "*") return nothing;
  const [, every] = /^\*\/(\d+)$/.exec(range) ?? [];
  // XO would count in steps of 0 for ever.
  if (every !== undefined) {
    return Number(every) === 0 ? undefined : { from: field.from, to: field.to, by: Number(every) };
  }
  const [, first = "", last, step] =
    /^([a-z]+|\d+)(?:-([a-z]+|\d+)(?:\/(\d+))?)?$/.exec(range) ?? [];
  const from = valueOf(first, field);
  const to = last === undefined ? from : valueOf(last, field);
  const by = Number(step ?? 1);
  return from === undefined || to === undefined || by === 0 ? undefined : { from, to, by };
}

function valueOf(text: string, { name, from, to, words = [] }: Field): number | undefined {
  const value = /^\d+$/.test(text) ? Number(text) : from + words.indexOf(text);
  if (!/^\d+$/.test(text) && !words.includes(text)) return undefined;
  if (name === "daysOfWeek" && value === 7) return 0;
  return value < from || value > to ? undefined : value;
}

function sorted(values: readonly number[]): number[] {
  return [...new Set(values)].toSorted((a, b) => a - b);
}

/** The same as everybody else writes it, with plain lists alone. */
export function standardCron({ minutes, hours, daysOfMonth, months, daysOfWeek }: Cron): string {
  return [minutes, hours, daysOfMonth, months, daysOfWeek]
    .map((values) => values?.join(",") ?? "*")
    .join(" ");
}

const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** "every day at 02:00", "Monday to Friday at 06:15"; the text itself where no such words fit. */
export function inWords(text: string): string {
  const cron = parseCron(text);
  if (cron === undefined) return text;
  const often = frequency(cron);
  const day = dayWords(cron);
  if (day === undefined) return text;
  if (often !== undefined) return day === "every day" ? often : `${often}, ${day}`;
  const times = timesOf(cron);
  return times === undefined ? text : `${day} at ${times}`;
}

/** What happens several times a day in even steps. */
function frequency({ minutes, hours }: Cron): string | undefined {
  if (hours === undefined) {
    if (minutes === undefined) return "every minute";
    if (minutes.length === 1) {
      return minutes[0] === 0 ? "every hour" : `every hour at minute ${minutes[0]}`;
    }
    const step = evenStep(minutes, 60);
    return step === undefined ? undefined : `every ${step} minutes`;
  }
  const step = hours.length > 2 && minutes?.length === 1 ? evenStep(hours, 24) : undefined;
  if (step === undefined) return undefined;
  const words = step === 1 ? "every hour" : `every ${step} hours`;
  return minutes?.[0] === 0 ? words : `${words} at minute ${minutes?.[0]}`;
}

/** The step in which values from 0 fill a whole. */
function evenStep(values: readonly number[], whole: number): number | undefined {
  const step = whole / values.length;
  return values.every((value, at) => value === at * step) ? step : undefined;
}

/** The times of day, if they are few. */
function timesOf({ minutes, hours }: Cron): string | undefined {
  if (minutes === undefined || hours === undefined) return undefined;
  const times = hours.flatMap((hour) => minutes.map((minute) => `${two(hour)}:${two(minute)}`));
  return times.length > 6 ? undefined : enumerate(times);
}

function dayWords({ daysOfMonth, months, daysOfWeek }: Cron): string | undefined {
  if (daysOfMonth === undefined && months === undefined) {
    if (daysOfWeek === undefined || daysOfWeek.length === 7) return "every day";
    if (daysOfWeek.join() === "1,2,3,4,5") return "Monday to Friday";
    // The week begins on Monday.
    const inOrder = daysOfWeek.toSorted((a, b) => ((a + 6) % 7) - ((b + 6) % 7));
    return `every ${enumerate(inOrder.map((day) => days[day] ?? ""))}`;
  }
  if (daysOfMonth === undefined || daysOfWeek !== undefined || daysOfMonth.length > 6) {
    return undefined;
  }
  const words = `on day${daysOfMonth.length === 1 ? "" : "s"} ${enumerate(daysOfMonth)}`;
  return `${words} of ${months === undefined ? "every month" : enumerate(months.map(monthName))}`;
}

function monthName(month: number): string {
  return new Date(Date.UTC(2000, month - 1)).toLocaleString("en", {
    month: "long",
    timeZone: "UTC",
  });
}

function enumerate(values: readonly (string | number)[]): string {
  const last = values.at(-1) ?? "";
  return values.length < 2 ? `${last}` : `${values.slice(0, -1).join(", ")} and ${last}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
