/** A piece of a statement (https://www.sqlite.org/lang_keywords.html). */
export interface Word {
  /**
   * `name`: a word, or a name in double quotes, brackets or backticks; `text`: in single quotes, which
   * SQLite takes for a name where only a name can stand; `sign`: anything else. Comments and blanks are
   * none.
   */
  kind: "name" | "text" | "sign";
  /** Without its quotes; a name in small letters. */
  text: string;
  /** Where it stands. */
  at: number;
}

// No alternative can take back what it took: time in proportion to the text.
const piece =
  /(?<blank>\s+|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|'(?<text>(?:[^']|'')*)'?|"(?<quoted>(?:[^"]|"")*)"?|\[(?<bracket>[^\]]*)\]?|`(?<tick>(?:[^`]|``)*)`?|(?<name>[\p{L}_][\p{L}\p{N}_$]*)|(?<sign>[\s\S])/guy;

/** The pieces of a statement. */
export function wordsOf(sql: string): Word[] {
  return [...sql.matchAll(piece)].flatMap((match): Word[] => {
    const { blank, text, quoted, bracket, tick, name, sign } = match.groups ?? {};
    const at = match.index;
    if (blank !== undefined) return [];
    if (text !== undefined) return [{ kind: "text", text: text.replaceAll("''", "'"), at }];
    if (sign !== undefined) return [{ kind: "sign", text: sign, at }];
    const named =
      name ?? bracket ?? tick?.replaceAll("``", "`") ?? quoted?.replaceAll('""', '"') ?? "";
    return [{ kind: "name", text: named.toLowerCase(), at }];
  });
}

/** Whether these words and signs stand one after the other from a place on. */
export function isAt(words: readonly Word[], at: number, ...wanted: readonly string[]): boolean {
  return wanted.every((text, step) => {
    const word = words[at + step];
    return word?.text === text && word.kind === (/^\w/.test(text) ? "name" : "sign");
  });
}

/** Where the bracket closes that opens at a place; the end where none does. */
export function closing(words: readonly Word[], open: number): number {
  let depth = 0;
  for (let at = open; at < words.length; at += 1) {
    if (isAt(words, at, "(")) depth += 1;
    if (isAt(words, at, ")")) depth -= 1;
    if (depth === 0) return at;
  }
  return words.length;
}
