import { say, type Sentence } from "./sentence.ts";

/** ISO 8601 in UTC of Unix seconds; nothing for no time, which XAPI writes as 0. */
export function iso(seconds: number | null | undefined): string | undefined {
  if (seconds === null || seconds === undefined || seconds <= 0) return undefined;
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString().replace(".000Z", "Z");
}

/** The same of Unix milliseconds, to the second: nobody looks for more. */
export function toSecond(milliseconds: number | null | undefined): string | undefined {
  return iso(Math.floor((milliseconds ?? 0) / 1000));
}

/** Whole hours, days or minutes from then to now, in words: "3 days". */
export function age(seconds: number, now: number): Sentence {
  const minutes = Math.max(0, Math.floor((now / 1000 - seconds) / 60));
  const [figure, unit] =
    minutes < 120
      ? ([minutes, "minute"] as const)
      : minutes < 48 * 60
        ? ([Math.floor(minutes / 60), "hour"] as const)
        : ([Math.floor(minutes / 1440), "day"] as const);
  return say`${figure} ${unit}${figure === 1 ? "" : "s"}`;
}

/** The same moment in this machine's time zone, with its offset: 2026-11-22T02:00:00+01:00. */
export function localIso(seconds: number): string {
  const date = new Date(seconds * 1000);
  const offset = -date.getTimezoneOffset();
  const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, 19);
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
  const pad = (figure: number) => String(figure).padStart(2, "0");
  return `${local}${offset < 0 ? "-" : "+"}${pad(hours)}:${pad(minutes)}`;
}

const lengths: Record<string, number> = { m: 60, h: 3_600, d: 86_400, w: 604_800 };

const daysAgo: Record<string, number> = { today: 0, yesterday: 1 };

/**
 * The moment that a user means, in Unix milliseconds: an age (90m, 24h, 7d, 2w), today or yesterday
 * from their midnight on, or a date or a time as ISO 8601. Without an offset it is this machine's
 * time, as in every other program on it.
 */
export function readMoment(text: string, now: number): number | undefined {
  const plain = text.trim();
  const [, figure, unit = ""] = /^(\d{1,6})\s*([mhdw])$/i.exec(plain) ?? [];
  const seconds = lengths[unit.toLowerCase()];
  if (figure !== undefined && seconds !== undefined) return now - Number(figure) * seconds * 1000;
  const ago = daysAgo[plain.toLowerCase()];
  if (ago !== undefined) {
    const today = new Date(now);
    // Not 24 hours before: a day may have 23 or 25.
    return new Date(today.getFullYear(), today.getMonth(), today.getDate() - ago).getTime();
  }
  return readIso(plain);
}

/** The moment of a date or a time as ISO 8601, by the same rule; a date alone is its midnight. */
export function readIso(text: string): number | undefined {
  const [, date, time = "00:00", zone = ""] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s*(Z|[+-]\d\d(?::?\d\d)?)?)?$/i.exec(
      text.trim(),
    ) ?? [];
  if (date === undefined) return undefined;
  // Date takes 31 February for 3 March.
  const day = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(day.getTime()) || !day.toISOString().startsWith(date)) return undefined;
  const offset = zone
    .toUpperCase()
    .replace(/^([+-]\d\d):?(\d\d)?$/, (_, hours, minutes = "00") => `${hours}:${minutes}`);
  const moment = Date.parse(`${date}T${time}${offset}`);
  return Number.isNaN(moment) ? undefined : moment;
}

/** A moment that a user gave, for an answer: in UTC, and in this machine's time with its zone. */
export function describeMoment(milliseconds: number): { since: string; since_local: string } {
  const seconds = Math.floor(milliseconds / 1000);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return {
    since: iso(seconds) ?? "1970-01-01T00:00:00Z",
    since_local: `${localIso(seconds)} ${zone}`,
  };
}
