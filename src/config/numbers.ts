import { XoError } from "../errors.ts";
import { quoted, say } from "../sentence.ts";
import { requireReplaced } from "./placeholder.ts";

/**
 * A variable that is a whole number in a range, or the standard when it is not set.
 * @throws XoError `config`
 */
export function wholeNumber(
  name: string,
  text: string | undefined,
  range: { least: number; most: number; standard: number },
): number {
  if (text === undefined) return range.standard;
  requireReplaced(name, text);
  const value = Number(text);
  if (Number.isInteger(value) && value >= range.least && value <= range.most) return value;
  throw new XoError(
    "config",
    say`${quoted(name)} must be a whole number from ${range.least} to ${range.most}.`,
    say`Remove it for the default, ${range.standard}.`,
  );
}
