import type { OwnSecrets } from "./own-secrets.ts";

/**
 * Text from the infrastructure is data: whoever may name a VM may write anything into it. What can
 * drive a terminal, hide from a reader or smuggle words to a model is removed on the way out.
 */

// Controls but tab and newline; what Unicode calls format or ignorable (bidi marks, zero-width signs,
// tags, fillers), but the emoji selector and the signs of Arabic, Syriac and Kaithi that are seen; line
// and paragraph separators; controls of hieroglyphs, and a braille pattern without dots.
const invisible =
  /[[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u2800\u{13430}-\u{1345F}]--[\t\n\uFE0F\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2\u{110BD}\u{110CD}]]/gv;

const escapeSequence = /[\u001B\u009B]/;

/** One text without what it should not carry, cut to `maxChars` with a mark that says so. */
export function cleanText(text: string, maxChars = Number.POSITIVE_INFINITY): string {
  return cut(visible(text), maxChars);
}

/** Nothing to be removed: most texts, and all keys, are so. */
const ordinary = /^[ -~\t\n]*$/;

function visible(text: string): string {
  if (ordinary.test(text)) return text;
  const plain = escapeSequence.test(text) ? Bun.stripANSI(text) : text;
  return plain.toWellFormed().replace(invisible, "");
}

function cut(text: string, maxChars: number, length = text.length): string {
  if (length <= maxChars) return text;
  return `${text.slice(0, maxChars).toWellFormed()}… [cut, ${length} characters in all]`;
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
const credentialInUrl = /:\/\/[^\s/?#]*@/g;

/** A text in which no address holds who signs in there. */
export function withoutCredentials(text: string): string {
  return text.includes("://") ? text.replace(credentialInUrl, "://[secret]@") : text;
}

export interface Cleaning {
  /** Longest text, in characters; a published text is whole, and its examples are as they stand. */
  maxText: number | "published";
  /** What must not be shown wherever it stands. */
  secrets: OwnSecrets;
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

/** Characters of a text that are looked at, whatever becomes of the rest. */
const reach = 65_536;

/** A text to be shown. Secrets go before it is cut, or a part of one could be left at its end. */
export function cleanSaid(text: string, { maxText, secrets }: Cleaning): string {
  if (maxText === "published") return secrets.out(visible(text));
  if (text.length <= reach) return cut(withoutCredentials(secrets.out(visible(text))), maxText);
  // Of a text so long only the beginning is looked at. At its end half a secret may stand.
  const shown = secrets.out(visible(text.slice(0, reach)));
  const whole = shown
    .slice(0, Math.max(0, shown.length - secrets.longest))
    .replace(/:\/\/[^\s/?#]*$/, "://…");
  return cut(withoutCredentials(whole), maxText, text.length);
}
