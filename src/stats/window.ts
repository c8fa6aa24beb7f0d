import * as z from "zod";
import { XoError } from "../errors.ts";
import { quoted, say } from "../sentence.ts";
import { iso, localIso, readIso } from "../time.ts";
import type { Context } from "../tool.ts";

/** What XO keeps: values by the second (every five), minute, hour and day. */
const granularities = [
  { name: "seconds", interval: 5, points: 120, each: "5 seconds", kept: "10 minutes" },
  { name: "minutes", interval: 60, points: 120, each: "minute", kept: "2 hours" },
  { name: "hours", interval: 3_600, points: 168, each: "hour", kept: "7 days" },
  { name: "days", interval: 86_400, points: 366, each: "day", kept: "366 days" },
] as const;

export type Granularity = (typeof granularities)[number]["name"];

/** From one moment to another, in Unix seconds. */
export interface Window {
  from: number;
  to: number;
}

/** A question's time, and the granularity in which XO still has it. */
export interface Wanted {
  granularity: Granularity;
  /** In words: what a value is the mean of, and why it is no finer. */
  resolution: { resolution: string; why_not_finer?: string };
  /** Whether it begins before all that XO keeps. */
  tooLong: boolean;
  /** Whether it ends with XO's last value, whenever that was. */
  open: boolean;
  /** The window, given the time of XO's last value: "the last hour" ends there. */
  until(end: number): Window;
}

const units: Record<string, number> = {
  m: 60,
  h: 3_600,
  d: 86_400,
  w: 7 * 86_400,
  y: 365 * 86_400,
};

/** The parameter `period`. */
export const periodInput = z
  .string()
  // As a check, not a pattern: the examples tell a model more than its text.
  .refine((period) => /^[1-9]\d{0,4}[mhdwy]$/.test(period), {
    error: "must be a number with m, h, d, w or y: 10m, 2h, 7d, 1y",
  });

/** What is shown when no time is asked for: as far back as XO keeps minutes. */
export const standardPeriod = "2h";

export interface TimeInput {
  period?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

/**
 * The time that a question is about: a period up to now, or from and to, or a period with one of
 * them.
 * @throws XoError `usage`
 */
export function parseTime({ period, from, to }: TimeInput, now: number): Wanted {
  if (period !== undefined && from !== undefined && to !== undefined) {
    throw new XoError(
      "usage",
      say`period, from and to cannot be given together: two of them say all.`,
    );
  }
  const length = secondsOf(period ?? standardPeriod);
  const start = from === undefined ? undefined : parseMoment(from);
  const end =
    to === undefined
      ? start === undefined || period === undefined
        ? undefined
        : start + length
      : parseMoment(to);
  const today = now / 1000;
  if (start !== undefined && (start >= (end ?? today) || start >= today)) {
    throw new XoError(
      "usage",
      say`The time asked for begins at ${quoted(iso(start) ?? "")}, which is not before ${end === undefined || start >= today ? "now" : "its end"}.`,
      say`from must be before to, and in the past. Without an offset both are in this machine's time zone.`,
    );
  }
  const first = start ?? (end ?? today) - length;
  return {
    ...finestReaching(today - first),
    open: end === undefined,
    until: (last) => ({
      from: start ?? (end ?? last) - length,
      to: end ?? Math.max(last, first),
    }),
  };
}

function secondsOf(period: string): number {
  return Number(period.slice(0, -1)) * (units[period.slice(-1)] ?? 0);
}

/** Unix seconds of a moment in ISO 8601; without an offset it is local, a date alone its beginning. */
function parseMoment(text: string): number {
  const milliseconds = readIso(text);
  if (milliseconds === undefined) {
    throw new XoError(
      "usage",
      say`${quoted(text)} is no time in ISO 8601.`,
      say`Examples: 2026-03-01T01:00 (in this machine's time zone), 2026-03-01T00:00Z.`,
    );
  }
  return milliseconds / 1000;
}

function finestReaching(seconds: number): Pick<Wanted, "granularity" | "resolution" | "tooLong"> {
  const found = granularities.findIndex(
    ({ interval, points }) => seconds <= interval * (points + 1),
  );
  const used = granularities[found] ?? granularities[3];
  const finer = granularities[found === -1 ? 2 : found - 1];
  return {
    granularity: used.name,
    tooLong: found === -1,
    resolution: {
      resolution: `${used.name}: each value is the mean of the ${used.each} before it`,
      ...(finer === undefined
        ? {}
        : { why_not_finer: `XO keeps ${finer.name} for the last ${finer.kept} only` }),
    },
  };
}

/** Says what a window lacks because it begins before all that XO keeps. */
export function warnOfLength({ tooLong }: Wanted, { warn }: Pick<Context, "warn">): void {
  if (tooLong) warn(say`XO keeps ${granularities[3].kept}: what was before is missing here.`);
}

/** The window from the first start to the last end. */
export function spanning(windows: readonly Window[]): Window | undefined {
  if (windows.length === 0) return undefined;
  return {
    from: Math.min(...windows.map(({ from }) => from)),
    to: Math.max(...windows.map(({ to }) => to)),
  };
}

/** A window for an answer, in UTC and in this machine's time. */
export function describeWindow({ from, to }: Window) {
  return {
    from: iso(from),
    to: iso(to),
    from_local: localIso(from),
    to_local: localIso(to),
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}
