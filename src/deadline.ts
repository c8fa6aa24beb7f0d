/**
 * The end of one call: its time is up, or its caller has cancelled it. `AbortSignal.timeout` would
 * do, but keeps its timer until then, also for a call that took a millisecond.
 */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #caller: AbortSignal | undefined;
  /** When the time is up, in Unix milliseconds. */
  readonly time: number;

  constructor(milliseconds: number, caller?: AbortSignal) {
    this.time = Date.now() + milliseconds;
    this.#caller = caller;
    this.#timer = setTimeout(() => {
      this.#controller.abort(new DOMException("The time is up.", "TimeoutError"));
    }, milliseconds);
    if (caller?.aborted === true) this.#cancel();
    caller?.addEventListener("abort", this.#cancel);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Ends the watch; the signal stays as it is. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener("abort", this.#cancel);
  }

  readonly #cancel = (): void => {
    this.#controller.abort(new DOMException("The call was cancelled.", "AbortError"));
  };
}

/** Ends with the call, or when this share of its time is over, so that there is time for an answer. */
export function patience(
  { signal, deadline }: { signal: AbortSignal; deadline: number },
  share: number,
): AbortSignal {
  const time = AbortSignal.timeout(Math.max(500, (deadline - Date.now()) * share));
  return AbortSignal.any([signal, time]);
}
