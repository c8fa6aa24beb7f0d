/**
 * Text from the infrastructure is data: whoever may name a VM may write anything into it. What can
 * drive a terminal, hide from a reader or smuggle words to a model is removed on the way out.
 */

// C0 and C1 controls but tab and newline; soft hyphen; bidi marks, embeddings and isolates (UAX #9);
// zero-width characters and line separators; variation selectors but the emoji one; tag characters.
const invisible =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u2028-\u202E\u2060-\u206F\u3164\uFE00-\uFE0E\uFEFF\uFFA0\uFFF9-\uFFFB\u{E0000}-\u{E0FFF}]/gu;

const escapeSequence = /[\u001B\u009B]/;

/** One text without what it should not carry, cut to `maxChars` with a mark that says so. */
export function cleanText(text: string, maxChars = Number.POSITIVE_INFINITY): string {
  return cut(visible(text), maxChars);
}

function visible(text: string): string {
  const plain = escapeSequence.test(text) ? Bun.stripANSI(text) : text;
  return plain.toWellFormed().replace(invisible, "");
}

function cut(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  return `${text.slice(0, maxChars).toWellFormed()}… [cut, ${text.length} characters in all]`;
}

/** A name for one line of text: with a line break in it, it could pass for a line of ours. */
export function oneLine(name: string, maxChars?: number): string {
  return cleanText(name, maxChars).replace(/\s+/g, " ");
}

/**
 * A text as it is compared: one letter may be stored in several ways ("é" or "e" with an accent), which
 * look the same.
 */
export function comparable(text: string): string {
  return oneLine(text).normalize("NFC");
}

// https://user:password@host, and a token alone before the @
const credentialInUrl = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#@]+@/gi;

/** A text in which no address holds who signs in there. */
export function withoutCredentials(text: string): string {
  return text.replace(credentialInUrl, "$1[secret]@");
}

export interface Cleaning {
  /** Longest text, in characters; a published text is whole, and its examples are as they stand. */
  maxText: number | "published";
  /** Texts that must not be shown wherever they stand: our own credentials. */
  secrets: readonly string[];
}

/** A result with every key and text in it cleaned; nulls, absent values and XO's `href` are dropped. */
export function cleanObject(object: object, cleaning: Cleaning): Record<string, unknown> {
  const entries = Object.entries(object)
    .filter(([key, item]) => item !== null && item !== undefined && key !== "href")
    .map(([key, item]) => [cleanSaid(key, cleaning), cleanValue(item, cleaning)]);
  return Object.fromEntries(entries);
}

function cleanValue(value: unknown, cleaning: Cleaning): unknown {
  if (typeof value === "string") return cleanSaid(value, cleaning);
  if (Array.isArray(value)) return value.map((item) => cleanValue(item, cleaning));
  if (typeof value !== "object" || value === null) return value;
  return cleanObject(value, cleaning);
}

/** A text to be shown. Secrets go before it is cut, or a part of one could be left at its end. */
export function cleanSaid(text: string, { maxText, secrets }: Cleaning): string {
  const shown = secrets.reduce(
    (rest, secret) => rest.replaceAll(secret, "[secret]"),
    visible(text),
  );
  return maxText === "published" ? shown : cut(withoutCredentials(shown), maxText);
}
