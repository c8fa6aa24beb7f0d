import { inTime } from "../xo/in-time.ts";
import { Slots } from "../xo/slots.ts";
import type { ChildProcess } from "./child-process.ts";

/** Statements that run at once; the others wait, within their own time. */
const mostAtOnce = 2;

/** How long a child that nobody uses is held ready, in milliseconds. */
const idle = 60_000;

/** The children of one process: one is held ready after the first statement. */
export class Children {
  readonly #slots = new Slots(mostAtOnce);
  #spare: { child: ChildProcess; timer: ReturnType<typeof setTimeout> } | undefined;

  /**
   * Gives a child to `work`, and ends it when the signal does.
   * @param schema creates the tables, empty: the same for all statements
   * @throws XoError
   */
  async use<T>(
    schema: string,
    signal: AbortSignal,
    work: (child: ChildProcess) => Promise<T>,
  ): Promise<T> {
    // Loaded at the first statement: the start of the server needs none of it.
    const { ChildProcess, timeError } = await import("./child-process.ts");
    let giveBack: (() => void) | undefined;
    let child: Promise<ChildProcess> | undefined;
    try {
      giveBack = await this.#slots.take(signal);
      child = this.#takeSpare() ?? ChildProcess.start(schema);
      return await inTime(child.then(work), signal);
    } catch (error) {
      throw isTimeUp(error) ? timeError() : error;
    } finally {
      void child?.then((each) => this.#keep(each)).catch(() => undefined);
      giveBack?.();
    }
  }

  #takeSpare(): Promise<ChildProcess> | undefined {
    const spare = this.#spare;
    this.#spare = undefined;
    clearTimeout(spare?.timer);
    return spare?.child.isReady === true ? Promise.resolve(spare.child) : undefined;
  }

  /** One child for the next statement; what is still busy when its caller has left is ended. */
  #keep(child: ChildProcess): void {
    if (!child.isReady || this.#spare?.child.isReady === true) {
      child.kill();
      return;
    }
    const timer = setTimeout(() => {
      child.kill();
      this.#spare = undefined;
    }, idle);
    timer.unref();
    this.#spare = { child, timer };
  }
}

function isTimeUp(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}
