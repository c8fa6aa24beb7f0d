/** Shorter ones would blot out ordinary words and ids. */
const shortest = 8;

/**
 * Our own credentials, in the forms in which a server may send back what it received: as they are,
 * with any of their characters escaped for a URL or for JSON, in base64 wherever it begins in a longer
 * text, and in hexadecimal; all of them in either case.
 */
export class OwnSecrets {
  /** Characters of the longest form. */
  readonly longest: number;
  readonly #forms: RegExp | undefined;

  constructor(texts: readonly string[] = []) {
    const told = texts.filter(({ length }) => length >= shortest);
    const sources = told.flatMap((text) => [
      escaped(text),
      ...base64(text),
      Buffer.from(text).toString("hex"),
    ]);
    this.#forms = sources.length === 0 ? undefined : new RegExp(sources.join("|"), "gi");
    // A UTF-16 unit is at most three bytes, each of them %XX.
    this.longest = Math.max(0, ...told.map(({ length }) => length * 9));
  }

  /** A text with a mark wherever one of them stood. */
  out(text: string): string {
    if (this.#forms === undefined || text.length < shortest) return text;
    return text.replace(this.#forms, "[secret]");
  }
}

/** Plain, or any of its characters as %XX, \uXXXX, behind a backslash, and a blank as +. */
function escaped(text: string): string {
  return [...text]
    .map((sign) => {
      const bytes = [...Buffer.from(sign)].map((byte) => `%${hexOf(byte, 2)}`).join("");
      const units = sign
        .split("")
        .map((unit) => `\\\\u${hexOf(unit.charCodeAt(0), 4)}`)
        .join("");
      const blank = sign === " " ? ["\\+"] : [];
      return `(?:\\\\?${RegExp.escape(sign)}|${[bytes, units, ...blank].join("|")})`;
    })
    .join("");
}

/** The whole; and the characters that its bytes alone decide, at each place where it may begin. */
function base64(text: string): string[] {
  const whole = Buffer.from(text).toString("base64").replaceAll("=", "");
  const within = [0, 1, 2].map((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]);
    return bytes.toString("base64").slice(Math.ceil((before * 8) / 6), (bytes.length * 8) / 6);
  });
  return [`${whole}={0,2}`, ...within].map((form) =>
    form.replaceAll("+", "[+-]").replaceAll("/", "[/_]"),
  );
}

function hexOf(number: number, digits: number): string {
  return number.toString(16).padStart(digits, "0");
}
