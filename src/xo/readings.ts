import { inTime } from "./in-time.ts";
import type { Filter } from "./filter.ts";
import type { Collection } from "./routes.ts";

/** How long what was read serves other calls too, in milliseconds. */
const freshness = 3_000;

/** What is asked of a collection. */
export interface Question {
  collection: Collection;
  filter?: Filter | undefined;
  /** Dots go down; `*` is all. */
  fields: readonly string[];
}

interface Reading<T> {
  fields: ReadonlySet<string>;
  answer: Promise<T>;
  /** Ends the request when nobody waits for it any more. */
  controller: AbortController;
  waiting: number;
}

/**
 * The one reader of collections: what was read serves every call of the process that asks the same
 * collection with the same filter within some seconds, for these fields or for fewer of them. What
 * comes out is shared, and must not be changed. A reading that failed is not kept.
 */
export class Readings<T> {
  readonly #kept = new Map<string, Reading<T>[]>();
  readonly #ask: (question: Question, signal: AbortSignal) => Promise<T>;

  constructor(ask: (question: Question, signal: AbortSignal) => Promise<T>) {
    this.#ask = ask;
  }

  async read(question: Question, signal: AbortSignal): Promise<T> {
    const key = [question.collection, question.filter].join("?");
    const kept = this.#kept.get(key)?.find(({ fields }) => serves(fields, question.fields));
    const reading = kept ?? this.#begin(key, question);
    reading.waiting += 1;
    try {
      return await inTime(reading.answer, signal);
    } catch (error) {
      if (reading.waiting > 1 || !signal.aborted) throw error;
      this.#drop(key, reading, signal.reason);
      // What ends with its last reader knows best what it was waiting for.
      return await reading.answer;
    } finally {
      reading.waiting -= 1;
    }
  }

  #begin(key: string, question: Question): Reading<T> {
    const controller = new AbortController();
    const answer = this.#ask(question, controller.signal);
    const reading = { fields: new Set(question.fields), answer, controller, waiting: 0 };
    this.#kept.set(key, [...(this.#kept.get(key) ?? []), reading]);
    answer.then(
      () => setTimeout(() => this.#forget(key, reading), freshness).unref(),
      () => this.#forget(key, reading),
    );
    return reading;
  }

  #drop(key: string, reading: Reading<T>, reason: unknown): void {
    this.#forget(key, reading);
    reading.controller.abort(reason);
  }

  #forget(key: string, reading: Reading<T>): void {
    const left = this.#kept.get(key)?.filter((each) => each !== reading) ?? [];
    if (left.length === 0) this.#kept.delete(key);
    else this.#kept.set(key, left);
  }
}

/** Whether a reading has all the fields asked for, each by itself or within one above it. */
function serves(read: ReadonlySet<string>, asked: readonly string[]): boolean {
  if (read.has("*")) return true;
  return asked.every((field) => {
    const parts = field.split(".");
    return parts.some((_, at) => read.has(parts.slice(0, at + 1).join(".")));
  });
}
