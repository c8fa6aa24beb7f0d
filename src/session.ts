import { type Config, readConfig } from "./config.ts";
import { Manual } from "./docs/manual.ts";
import type { Context, Result, Tool } from "./tool.ts";
import { cleanObject, cleanText } from "./untrusted.ts";
import { XoClient } from "./xo/client.ts";
import { PublicSite } from "./xo/public-site.ts";

const publicManual = new URL("https://docs.xen-orchestra.com");

export interface SessionOptions {
  /** Characters that one answer may have. */
  budget: number;
  /** Takes a line for each request; the line has no value in it. */
  trace?: ((line: string) => void) | undefined;
  /** The public manual's address, where the tests put their own. */
  publicManual?: URL;
}

/** The calls of one process: they share the connection to XO and what was read of the manual. */
export class Session {
  readonly #options: SessionOptions;
  readonly #manual: Manual;
  readonly #pending = new Set<Promise<Result>>();
  #config: Config | undefined;
  #client: XoClient | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#manual = new Manual(new PublicSite(options.publicManual ?? publicManual, options.trace));
  }

  /**
   * One tool's answer: clean plain data, with the warnings beside it.
   * @throws XoError
   */
  async call(tool: Tool, args: unknown, caller?: AbortSignal): Promise<Result> {
    const answer = this.#answer(tool, args, caller);
    this.#pending.add(answer);
    try {
      return await answer;
    } finally {
      this.#pending.delete(answer);
    }
  }

  /** Resolves when no call is in flight, however those ended. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#pending);
    // Their answers are still to be handed to the transport.
    await Bun.sleep(0);
  }

  async #answer(tool: Tool, args: unknown, caller?: AbortSignal): Promise<Result> {
    const found = new Set<string>();
    const answer = await tool.run(
      args,
      this.#context((text) => found.add(cleanText(text)), caller),
    );
    const { items, ...rest } = cleanObject(answer, tool.maxText);
    return {
      ...rest,
      ...(found.size === 0 ? {} : { warnings: [...found] }),
      // Last, so that a reader who stops early has seen the warnings.
      ...(items === undefined ? {} : { items }),
    };
  }

  #context(warn: (text: string) => void, caller?: AbortSignal): Context {
    const now = Date.now();
    const timeout = this.#timeout();
    const time = AbortSignal.timeout(timeout);
    const signal = caller === undefined ? time : AbortSignal.any([time, caller]);
    const connect = () => this.#connect();
    return {
      get xo() {
        return connect().within({ signal, warn });
      },
      manual: this.#manual,
      signal,
      deadline: now + timeout,
      budget: this.#options.budget,
      now,
      warn,
    };
  }

  /** Settings are read when a call needs them, so that `serve` starts without. */
  #connect(): XoClient {
    this.#config ??= readConfig();
    this.#client ??= new XoClient(this.#config, this.#options.trace);
    return this.#client;
  }

  #timeout(): number {
    try {
      this.#config ??= readConfig();
      return this.#config.timeout;
    } catch {
      // The tool itself meets the same error and reports it.
      return 30_000;
    }
  }
}
