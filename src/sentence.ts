import * as z from "zod";
import { oneLine, withoutCredentials } from "./untrusted.ts";

/**
 * A sentence of ours, or a part of one: a warning, an error, a step of a check. Everything in it that
 * comes from outside is quoted, for whoever names a VM could else write our next sentence. The type is
 * made here alone, so the compiler finds every place that forgets it.
 */
export const Sentence = z.string().brand("sentence");
export type Sentence = z.output<typeof Sentence>;

/** A text of any kind but that: quoted once more, a sentence would be cut and lose its own quotes. */
type NoSentence<T extends string> = T extends Sentence ? never : T;

/** What stands in a sentence as it is: parts made here, numbers, and words of our own source. */
type Own<T> = T extends Sentence | number
  ? T
  : T extends string
    ? {} extends Record<T, 1>
      ? never
      : T
    : never;

/** A sentence with its parts in it. */
export function say<P extends readonly (string | number)[]>(
  words: TemplateStringsArray,
  ...parts: P & { [K in keyof P]: Own<P[K]> }
): Sentence {
  return Sentence.parse(String.raw({ raw: words }, ...parts));
}

/** A word, an id, an address, a route or a flag stands as it is. */
const bare = /^[\p{L}\p{N}$/_*-](?:[\p{L}\p{N}.,:@%/$_+*{}-]*[\p{L}\p{N}/_*}])?$/u;

/** A text from outside as a part of a sentence: one line, cut, and in quotes if it is no plain word. */
export function quoted<T extends string>(text: NoSentence<T>, maxChars = 80): Sentence {
  const line = oneLine(withoutCredentials(text), maxChars);
  return Sentence.parse(bare.test(line) ? line : `"${line.replaceAll('"', "'")}"`);
}

/** A part of a caller's filter as it would be written, to be copied: it has quotes of its own. */
export function expression(text: string): Sentence {
  return Sentence.parse(oneLine(text, 400));
}

/** A text that stands in our own source or data, where its type is lost. A test names who may say so. */
export function ours(text: string): Sentence {
  return Sentence.parse(text);
}

/** Texts from outside, with commas between them. */
export function listed<T extends string>(
  texts: Iterable<NoSentence<T>>,
  maxChars?: number,
): Sentence {
  return together(
    [...texts].map((text) => quoted(text, maxChars)),
    ", ",
  );
}

/** A sentence without its full stop, to stand in another. */
export function clause(sentence: Sentence): Sentence {
  return Sentence.parse(sentence.replace(/\.$/, ""));
}

/** Parts as one, with this between them. */
export function together(
  parts: readonly Sentence[],
  between: ", " | "; " | " " | " or ",
): Sentence {
  return Sentence.parse(parts.join(between));
}
