import { inTime } from "../xo/in-time.ts";
import { Slots } from "../xo/slots.ts";
import type { ChildProcess } from "./child-process.ts";

/** Statements that run at once; the others wait, within their own time. */
const mostAtOnce = 2;

/** How long a child that nobody uses is held ready, in milliseconds. */
const idle = 60_000;

interface Spare {
  child: Promise<ChildProcess>;
  timer: ReturnType<typeof setTimeout>;
}

/** The children of one process: one is held ready after the first statement. */
export class Children {
  readonly #slots = new Slots(mostAtOnce);
  #spare: Spare | undefined;

  /** Starts a child, if none is ready, for a statement that is about to come: it does so beside us. */
  async warm(): Promise<void> {
    const { ChildProcess } = await import("./child-process.ts");
    this.#spare ??= this.#hold(ChildProcess.start());
  }

  /**
   * Gives a child to `work`, and ends it when the signal does.
   * @throws XoError
   */
  async use<T>(signal: AbortSignal, work: (child: ChildProcess) => Promise<T>): Promise<T> {
    let giveBack: (() => void) | undefined;
    let child: Promise<ChildProcess> | undefined;
    try {
      giveBack = await this.#slots.take(signal);
      child = this.#take();
      return await inTime(child.then(work), signal);
    } catch (error) {
      if (!isTimeUp(error)) throw error;
      const { timeError } = await import("./child-process.ts");
      throw timeError();
    } finally {
      // A caller who has left leaves work behind that goes on as long as the child does.
      const settle = (each: ChildProcess) => (signal.aborted ? each.kill() : this.#keep(each));
      void child?.then(settle).catch(() => undefined);
      giveBack?.();
    }
  }

  async #take(): Promise<ChildProcess> {
    const spare = this.#spare;
    this.#spare = undefined;
    clearTimeout(spare?.timer);
    const child = await spare?.child;
    return child?.isReady === true ? child : start();
  }

  /** One child for the next statement; what is still busy when its caller has left is ended. */
  #keep(child: ChildProcess): void {
    if (child.isReady && this.#spare === undefined) {
      this.#spare = this.#hold(Promise.resolve(child));
    } else child.kill();
  }

  #hold(child: Promise<ChildProcess>): Spare {
    const end = () => {
      if (this.#spare?.child === child) this.#spare = undefined;
    };
    // One that could not be started is told to whoever needs it.
    child.catch(end);
    const timer = setTimeout(() => {
      end();
      void child.then((each) => each.kill());
    }, idle);
    timer.unref();
    return { child, timer };
  }
}

/** Loaded at the first statement: the start of the server needs none of it. */
async function start(): Promise<ChildProcess> {
  const { ChildProcess } = await import("./child-process.ts");
  return ChildProcess.start();
}

function isTimeUp(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}
