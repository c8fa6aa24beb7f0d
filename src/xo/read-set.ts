import type { Filter } from "./filter.ts";
import type { Collection } from "./routes.ts";
import type { Row } from "./row.ts";

/** What is asked of a collection. */
export interface Question {
  collection: Collection;
  filter?: Filter | undefined;
  /** Dots go down; `*` is all. */
  fields: readonly string[];
}

/** What was read of a collection. It is shared, and must not be changed. */
export interface Rows {
  rows: readonly Row[];
  /** How many of it were no records, or none that anybody could walk through. */
  odd: number;
  /** Of the body. */
  bytes: number;
}

/** One question that was asked of XO, for all who ask the same or less. */
export interface Reading {
  readonly question: Question;
  readonly fields: ReadonlySet<string>;
  /** When it was asked, in Unix milliseconds. */
  readonly at: number;
  readonly answer: Promise<Rows>;
  /** Ends the request when nobody waits for it any more. */
  readonly controller: AbortController;
  waiting: number;
  /** Of the body; none before it has come. */
  bytes: number;
}

/** Whether a reading answers a question: the same with these fields, each by itself or within one above it. */
export function answers({ question, fields }: Reading, asked: Question): boolean {
  if (question.collection !== asked.collection || question.filter !== asked.filter) return false;
  if (fields.has("*")) return true;
  return asked.fields.every((field) => {
    const parts = field.split(".");
    return parts.some((_, at) => fields.has(parts.slice(0, at + 1).join(".")));
  });
}

/** What one call read: the next pages of its list are made of the same. */
export class ReadSet {
  readonly #readings = new Set<Reading>();

  get readings(): Iterable<Reading> {
    return this.#readings;
  }

  /** When the oldest of it was asked, in Unix milliseconds; nothing where nothing was read. */
  get readAt(): number | undefined {
    const [first, ...others] = this.#readings;
    return first && Math.min(first.at, ...others.map(({ at }) => at));
  }

  add(reading: Reading): void {
    this.#readings.add(reading);
  }

  delete(reading: Reading): void {
    this.#readings.delete(reading);
  }

  find(asked: Question): Reading | undefined {
    return [...this.#readings].find((reading) => answers(reading, asked));
  }
}
