import { inTime } from "./in-time.ts";

/** How long what was read serves other calls too, in milliseconds. */
const freshness = 3_000;

interface Read<T> {
  answer: Promise<T>;
  /** Ends the request when nobody waits for it any more. */
  controller: AbortController;
  waiting: number;
}

/**
 * Reads shared between the calls of a process: the same question, asked again at once or within
 * some seconds, is one request. What comes out is shared too, and must not be changed.
 */
export class SharedReads<T> {
  readonly #reads = new Map<string, Read<T>>();

  /** The answer to `key`, from `ask` if nobody else has just asked. A failure is not kept. */
  async read(
    key: string,
    ask: (signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const read = this.#reads.get(key) ?? this.#begin(key, ask);
    read.waiting += 1;
    try {
      return await inTime(read.answer, signal);
    } finally {
      read.waiting -= 1;
      if (read.waiting === 0 && signal.aborted) this.#drop(key, read);
    }
  }

  #begin(key: string, ask: (signal: AbortSignal) => Promise<T>): Read<T> {
    const controller = new AbortController();
    const read = { answer: ask(controller.signal), controller, waiting: 0 };
    this.#reads.set(key, read);
    read.answer.then(
      () => setTimeout(() => this.#forget(key, read), freshness).unref(),
      () => this.#forget(key, read),
    );
    return read;
  }

  #drop(key: string, read: Read<T>): void {
    this.#forget(key, read);
    read.controller.abort();
  }

  #forget(key: string, read: Read<T>): void {
    if (this.#reads.get(key) === read) this.#reads.delete(key);
  }
}
