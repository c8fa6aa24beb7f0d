import { say } from "../sentence.ts";
import type * as z from "zod";
import { XoError } from "../errors.ts";
import { inTime } from "../xo/in-time.ts";
import { build, executable, target } from "../version.ts";
import { childWord } from "./child-word.ts";
import { Ended, Failed, Hello, type Request, Resting } from "./protocol.ts";
import { lines } from "./lines.ts";

const replaced = new XoError(
  "server",
  say`xo-mcp was replaced while it was running, and cannot run a statement any more.`,
  say`Restart it: in an MCP client, restart the server.`,
);

/** SQLite's process, of this very build, without environment and without credential. */
export class ChildProcess {
  readonly #process: Bun.Subprocess<"pipe", "pipe", "ignore">;
  readonly #answers: AsyncGenerator<string>;
  #isEnded = false;
  #isAsked = false;
  #knowsTables = false;

  private constructor() {
    this.#process = Bun.spawn(command(), {
      stdin: "pipe",
      stdout: "pipe",
      stderr: "ignore",
      env: {},
      // For those who look at it.
      argv0: "xo-mcp",
    });
    this.#process.unref();
    this.#answers = lines(this.#process.stdout);
    void this.#process.exited.then(() => {
      this.#isEnded = true;
    });
  }

  /**
   * A child that waits for a statement.
   * @throws XoError where this program's file is gone or another by now
   */
  static async start(): Promise<ChildProcess> {
    let child: ChildProcess;
    try {
      child = new ChildProcess();
    } catch {
      throw replaced;
    }
    const { data: hello } = Hello.safeParse(await child.#next());
    if (hello?.build !== build) {
      child.kill();
      throw replaced;
    }
    return child;
  }

  /** Tells it the tables, unless it knows them. */
  async know(schema: () => string): Promise<void> {
    if (this.#knowsTables) return;
    this.#knowsTables = true;
    await this.tell({ ask: "schema", schema: schema() });
  }

  /** Whether it can take another statement: it is there, and has answered all that it was asked. */
  get isReady(): boolean {
    return !this.#isEnded && !this.#isAsked;
  }

  async tell(request: Request): Promise<void> {
    try {
      this.#process.stdin.write(`${JSON.stringify(request)}\n`);
      await this.#process.stdin.flush();
    } catch {
      // It is gone: whoever waits for its answer hears why.
    }
  }

  /**
   * @param signal ends the wait: what the child does then goes on until it is killed
   * @throws StatementFailure where it says that the statement fails
   * @throws XoError where it had to end itself
   */
  async ask<S extends z.ZodType>(
    request: Request,
    answer: S,
    signal: AbortSignal,
  ): Promise<z.output<S>> {
    this.#isAsked = true;
    await this.tell(request);
    const said = await inTime(this.#next(), signal);
    this.#isAsked = false;
    const { data: failed } = Failed.safeParse(said);
    if (failed !== undefined) throw new StatementFailure(failed);
    const { data } = answer.safeParse(said);
    if (data !== undefined) return data;
    this.kill();
    throw endedError(Ended.safeParse(said).data?.ended ?? "unknown");
  }

  /** Whether it is there and waits for a statement. */
  async rests(signal: AbortSignal): Promise<boolean> {
    try {
      await this.ask({ ask: "rest" }, Resting, signal);
      return true;
    } catch {
      return false;
    }
  }

  /** At once, whatever it does. */
  kill(): void {
    this.#isEnded = true;
    this.#process.kill("SIGKILL");
  }

  /** Its next answer; a line that it could not end before its last word is none. */
  async #next(): Promise<unknown> {
    for (;;) {
      const { value, done } = await this.#answers.next();
      if (done === true) return undefined;
      try {
        return JSON.parse(value);
      } catch {
        continue;
      }
    }
  }
}

/** What is wrong with a statement, by SQLite or by us. */
export class StatementFailure extends Error {
  readonly failed: z.output<typeof Failed>["failed"];

  constructor({ failed, message }: z.output<typeof Failed>) {
    super(message);
    this.failed = failed;
  }
}

function command(): string[] {
  if (target !== "source") return [executable, childWord];
  return [process.execPath, new URL("./child.ts", import.meta.url).pathname];
}

function endedError(reason: "memory" | "deadline" | "unknown"): XoError {
  if (reason === "memory") {
    return new XoError(
      "usage",
      say`The statement needed more than 512 MB of memory and was ended.`,
      say`Narrow it: select fewer columns, join on ids, filter before sorting.`,
    );
  }
  if (reason === "deadline") return timeError();
  return new XoError("server", say`The process that runs statements ended.`, say`Try again.`);
}

/** A statement whose time was up before it was its turn. */
export function waitError(): XoError {
  return new XoError(
    "timeout",
    say`Two other statements ran all the time that this one had.`,
    say`Ask again when they have ended.`,
  );
}

/** A statement whose time is up. */
export function timeError(): XoError {
  return new XoError(
    "timeout",
    say`The statement did not end in time and was stopped.`,
    say`Narrow it: join tables on their ids, give a recursion an end. XO_TIMEOUT (seconds) gives more time.`,
  );
}
