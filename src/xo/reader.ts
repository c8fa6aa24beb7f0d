import { inTime } from "./in-time.ts";
import { answers, type Question, type Reading, type ReadSet, type Rows } from "./read-set.ts";

/** How long what was read serves other calls too, in milliseconds. */
const freshness = 3_000;

/** How long the next pages of a list are made of what its first was, in milliseconds. */
const pageTime = 60_000;

/** Bytes of bodies that are held for others, of both kinds together. */
const mostBytes = 32 * 1024 * 1024;

type Ask = (question: Question, signal: AbortSignal) => Promise<Rows>;

/**
 * The one reader of collections: what was read serves every call of the process that asks the same
 * collection with the same filter within some seconds, for these fields or for fewer of them, and
 * for a minute the next pages of a list. A reading that failed is not kept.
 */
export class Reader {
  readonly #ask: Ask;
  /** Oldest first, as is the other. */
  readonly #shared = new Set<Reading>();
  readonly #lists = new Map<string, ReadSet>();

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** @param used what the same call, or the page before it, read: it comes first, however old */
  async read(question: Question, used: ReadSet, signal: AbortSignal): Promise<Rows> {
    const shared = () => [...this.#shared].find((each) => answers(each, question));
    const reading = used.find(question) ?? shared() ?? this.#begin(question);
    used.add(reading);
    reading.waiting += 1;
    try {
      return await inTime(reading.answer, signal);
    } catch (error) {
      used.delete(reading);
      if (reading.waiting > 1 || !signal.aborted) throw error;
      this.#shared.delete(reading);
      reading.controller.abort(signal.reason);
      // What ends with its last reader knows best what it was waiting for.
      return await reading.answer;
    } finally {
      reading.waiting -= 1;
    }
  }

  /** What the page before read; nothing where that is a minute ago, or was too much to be held. */
  pageBefore(list: string): ReadSet | undefined {
    return this.#lists.get(list);
  }

  /** Holds what a page read for the next ones of its list. */
  keepForPages(list: string, used: ReadSet): void {
    if (this.#lists.get(list) === used) return;
    this.#lists.delete(list);
    const left = (used.readAt ?? 0) + pageTime - Date.now();
    if (left <= 0) return;
    this.#lists.set(list, used);
    this.#bound();
    const forget = () => void (this.#lists.get(list) === used && this.#lists.delete(list));
    setTimeout(forget, left).unref();
  }

  #begin(question: Question): Reading {
    const controller = new AbortController();
    const reading = {
      question,
      fields: new Set(question.fields),
      at: Date.now(),
      answer: this.#ask(question, controller.signal),
      controller,
      waiting: 0,
      bytes: 0,
    };
    this.#shared.add(reading);
    const forget = () => void this.#shared.delete(reading);
    reading.answer.then(({ bytes }) => {
      reading.bytes = bytes;
      this.#bound();
      setTimeout(forget, freshness).unref();
    }, forget);
    return reading;
  }

  /** Lets go of the oldest lists, then of the oldest readings, until the rest is not too much. */
  #bound(): void {
    while (this.#bytes() > mostBytes) {
      const [list] = this.#lists.keys();
      const [reading] = this.#shared;
      if (list !== undefined) this.#lists.delete(list);
      else if (reading !== undefined) this.#shared.delete(reading);
    }
  }

  #bytes(): number {
    const lists = [...this.#lists.values()].flatMap(({ readings }) => [...readings]);
    return [...this.#shared.union(new Set(lists))].reduce((sum, { bytes }) => sum + bytes, 0);
  }
}
