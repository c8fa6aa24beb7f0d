import { XoError } from "../errors.ts";
import { quoted, say } from "../sentence.ts";
import { readMoment } from "../time.ts";

/**
 * The moment that a user means, in Unix milliseconds, as `readMoment` takes it.
 * @throws XoError `usage`
 */
export function parseSince(text: string, now: number): number {
  const moment = readMoment(text, now);
  if (moment === undefined) {
    throw new XoError(
      "usage",
      say`since: ${quoted(text.slice(0, 40))} is neither an age nor a date.`,
      say`Examples: 24h, 7d, yesterday, 2026-01-31, 2026-01-31T08:00 (in this machine's time zone), 2026-01-31T08:00:00Z.`,
    );
  }
  if (moment > now) {
    throw new XoError(
      "usage",
      say`since: this moment is yet to come.`,
      say`Times without an offset are in this machine's time zone; with Z in UTC.`,
    );
  }
  return moment;
}
