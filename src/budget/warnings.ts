import { type Sentence } from "../sentence.ts";
import { sizeOf } from "./lengths.ts";
import { shorten } from "./shorten.ts";

/** As many sentences of one kind stand one by one; of more, the first does, with their number. */
const mostOfAKind = 5;

/** Of the others, so many are named, each in so many characters. */
const named = { most: 10, length: 40 };

/** The words that tell the kind of a sentence. */
const telling = 5;

/** What an answer warns of: each sentence once, and one for all that say the same of other things. */
export class Warnings {
  readonly #kinds = new Map<string, Set<string>>();

  add(text: Sentence): void {
    const kind = kindOf(text);
    const texts = this.#kinds.get(kind);
    if (texts === undefined) this.#kinds.set(kind, new Set([text]));
    else texts.add(text);
  }

  /** @param room characters of all of them as JSON */
  within(room: number): string[] {
    const told = [...this.#kinds.values()].flatMap((texts) => {
      if (texts.size <= mostOfAKind) return [...texts];
      const [first = "", ...others] = texts;
      return [first, tellOthers(first, others)];
    });
    if (sizeOf(told) <= room) return told;
    const place = { path: "", alone: () => "", cut: () => {} };
    const shorter = shorten(told, room, place);
    return Array.isArray(shorter) ? shorter.map(String) : [];
  }
}

/** The first words, without those that name something. */
function kindOf(text: string): string {
  const words = text.split(" ", telling);
  return words.map((word) => (/^[A-Za-z]+[.,:;]?$/.test(word) ? word : "…")).join(" ");
}

/** "The same of b2, c3 and 490 more." */
function tellOthers(first: string, others: readonly string[]): string {
  const names = others
    .slice(0, named.most)
    .map((text) => differing(first, text).slice(0, named.length).toWellFormed());
  const more = others.length - names.length;
  return `The same of ${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}.`;
}

/** The words of a sentence between those that it begins and ends with as the other does. */
function differing(other: string, text: string): string {
  const [theirs, words] = [other.split(" "), text.split(" ")];
  const from = words.findIndex((word, at) => word !== theirs[at]);
  const same = words
    .toReversed()
    .findIndex((word, at) => word !== theirs.at(-1 - at) || words.length - at <= from + 1);
  const part = words.slice(from, words.length - Math.max(0, same)).join(" ");
  return part.replace(/[.,:;]$/, "");
}
