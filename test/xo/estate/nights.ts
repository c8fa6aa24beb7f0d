import { DAY, HOUR } from "./world.ts";

const DAY_MS = DAY * 1000;
const HOUR_MS = HOUR * 1000;

/** The last time it was 01:00 UTC at least two hours before: 02:00 in Paris in winter. */
export function lastNight(now: number): number {
  return Math.floor((now - 3 * HOUR_MS) / DAY_MS) * DAY_MS + HOUR_MS;
}

/** The last Sunday at 02:00 UTC, at least two hours ago. The epoch was a Thursday. */
export function lastSunday(now: number): number {
  const week = 7 * DAY_MS;
  const first = 3 * DAY_MS + 2 * HOUR_MS;
  return Math.floor((now - 2 * HOUR_MS - first) / week) * week + first;
}
