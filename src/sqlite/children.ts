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
      const done = await inTime(child.then(work), signal);
      this.#keep(await child);
      return done;
    } catch (error) {
      // What it was doing when its caller left, or what it still has to say, is of no use to others.
      void child?.then((each) => each.kill()).catch(() => undefined);
      throw isTimeUp(error) ? timeError() : error;
    } finally {
      giveBack?.();
    }
  }

  #takeSpare(): Promise<ChildProcess> | undefined {
    const spare = this.#spare;
    this.#spare = undefined;
    clearTimeout(spare?.timer);
    return spare?.child.isReady === true ? Promise.resolve(spare.child) : undefined;
  }

  #keep(child: ChildProcess): void {
    if (this.#spare?.child.isReady === true) {
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
