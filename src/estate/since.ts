import { XoError } from "../errors.ts";

const units: Record<string, number> = { m: 60, h: 3_600, d: 86_400, w: 604_800 };

const days: Record<string, number> = { today: 0, yesterday: 1 };

/**
 * The moment that a user means, in Unix milliseconds: an age (90m, 24h, 7d, 2w), today or yesterday
 * from their midnight on, or a date or a time as ISO 8601; in UTC unless it says otherwise.
 * @throws XoError `usage`
 */
export function parseSince(text: string, now: number): number {
  const [, figure, unit = ""] = /^\s*(\d{1,6})\s*([mhdw])\s*$/i.exec(text) ?? [];
  const seconds = units[unit.toLowerCase()];
  if (figure !== undefined && seconds !== undefined) return now - Number(figure) * seconds * 1000;
  const ago = days[text.trim().toLowerCase()];
  if (ago !== undefined) return new Date(now).setUTCHours(0, 0, 0, 0) - ago * 86_400_000;
  const moment = parseIso(text.trim());
  if (moment === undefined) {
    throw new XoError(
      "usage",
      `since: ${JSON.stringify(text.slice(0, 40))} is neither an age nor a date.`,
      "Examples: 24h, 7d, yesterday, 2026-01-31, 2026-01-31T08:00:00Z.",
    );
  }
  if (moment > now) {
    throw new XoError(
      "usage",
      "since: this moment is yet to come.",
      "Times without a zone are UTC.",
    );
  }
  return moment;
}

function parseIso(text: string): number | undefined {
  const match =
    /^\d{4}-\d\d-\d\d(?:([T ])\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/i.exec(text);
  if (match === null) return undefined;
  const [, time, zone] = match;
  // Date takes 31 February for 3 March.
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(day.getTime()) || !day.toISOString().startsWith(text.slice(0, 10)))
    return undefined;
  const moment = Date.parse(time === undefined || zone !== undefined ? text : `${text}Z`);
  return Number.isNaN(moment) ? undefined : moment;
}
