import { Slots } from "../xo/slots.ts";
import type { ChildProcess } from "./child-process.ts";

/** Statements that run at once; the others wait, within their own time. */
const mostAtOnce = 2;

/** How long a child that nobody uses is held ready, in milliseconds. */
const idle = 60_000;

/** How long one may take to forget a statement, in milliseconds. */
const patience = 2_000;

interface Spare {
  child: Promise<ChildProcess>;
  timer: ReturnType<typeof setTimeout>;
}

/** The children of one process: one is held ready after a statement, or before the first. */
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
   * @throws XoError where its time is up while it waits or the child is busy; of its reading, what that
   * throws
   */
  async use<T>(signal: AbortSignal, work: (child: ChildProcess) => Promise<T>): Promise<T> {
    const { timeError, waitError } = await import("./child-process.ts");
    let giveBack: (() => void) | undefined;
    let child: ChildProcess | undefined;
    try {
      giveBack = await this.#slots.take(signal).catch((error) => {
        throw isTimeUp(error) ? waitError() : error;
      });
      child = await this.#take(signal);
      return await work(child);
    } catch (error) {
      throw isTimeUp(error) ? timeError() : error;
    } finally {
      if (child !== undefined) this.#keep(child);
      giveBack?.();
    }
  }

  async #take(signal: AbortSignal): Promise<ChildProcess> {
    const spare = this.#spare;
    this.#spare = undefined;
    clearTimeout(spare?.timer);
    const held = await spare?.child.catch(() => undefined);
    // One that was held ready may have gone since.
    if (held !== undefined && (await held.rests(signal))) return held;
    held?.kill();
    return start();
  }

  /** One child for the next statement; what is still busy when its caller has left is ended. */
  #keep(child: ChildProcess): void {
    if (child.isReady && this.#spare === undefined) this.#spare = this.#hold(atRest(child));
    else child.kill();
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

/** The child, when it has forgotten its statement. */
async function atRest(child: ChildProcess): Promise<ChildProcess> {
  if (await child.rests(AbortSignal.timeout(patience))) return child;
  child.kill();
  throw new Error("the child is gone");
}

function isTimeUp(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}
