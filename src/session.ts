import { fitToBudget, roomForWarnings } from "./budget/fit.ts";
import { sizeOf } from "./budget/lengths.ts";
import { Warnings } from "./budget/warnings.ts";
import type { Config } from "./config.ts";
import { Manual } from "./docs/manual.ts";
import { Deadline } from "./deadline.ts";
import { originOf, XoError } from "./errors.ts";
import { Sentence } from "./sentence.ts";
import { OwnSecrets } from "./own-secrets.ts";
import { readSight, type Sight } from "./sight/sight.ts";
import { Children } from "./sqlite/children.ts";
import { Settings } from "./settings.ts";
import type { Context, Result, Tool } from "./tool.ts";
import { pageAsked } from "./paging.ts";
import { toSecond } from "./time.ts";
import { cleanObject, cleanSaid } from "./untrusted.ts";
import { XoClient } from "./xo/client.ts";
import { ReadSet } from "./xo/read-set.ts";
import { PublicSite } from "./xo/public-site.ts";

const publicManual = new URL("https://docs.xen-orchestra.com");

/** Characters of an error or a warning: what the caller asked for may be quoted in it. */
const longestSentence = 4_000;

export interface SessionOptions {
  /** Characters that one answer may have. */
  budget: number;
  /** What is wrong with that budget, say: told in the first answer. */
  remarks?: readonly Sentence[];
  /** Takes a line for each request; the line has no value in it. */
  trace?: ((line: string) => void) | undefined;
  /** The public manual's address, where the tests put their own. */
  publicManual?: URL;
}

/** Of whoever calls. */
interface Caller {
  /** Its wish to end the call. */
  signal?: AbortSignal;
  /** What is to be said of the call itself, with the answer's warnings. */
  remarks?: readonly Sentence[];
}

/** The calls of one process: they share the connection to XO and what was read of the manual. */
export class Session {
  readonly #options: SessionOptions;
  readonly #manual: Manual;
  /** What runs statements of SQL. */
  readonly children = new Children();
  readonly #pending = new Set<Promise<Result>>();
  readonly #settings: Settings;
  #client: XoClient | undefined;
  #own: OwnSecrets | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#settings = new Settings(options.remarks);
    this.#manual = new Manual(new PublicSite(options.publicManual ?? publicManual, options.trace));
  }

  /**
   * One tool's answer: clean plain data, with the warnings beside it.
   * @throws XoError
   */
  async call(tool: Tool, args: unknown, caller: Caller = {}): Promise<Result> {
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

  async #answer(tool: Tool, args: unknown, { signal, remarks = [] }: Caller): Promise<Result> {
    const found = new Warnings();
    const deadline = new Deadline(this.#settings.timeout, signal);
    try {
      const settings = await this.#settings.read(deadline.signal);
      const { untold } = this.#settings;
      for (const text of [...untold, ...remarks]) found.add(text);
      const { list, isLater } = pageAsked(tool.name, args);
      const used = (isLater && this.#client?.reader.pageBefore(list)) || new ReadSet();
      const answer = await tool.run(args, this.#context(settings, deadline, found, used));
      const cleaning = { maxText: tool.maxText, secrets: this.#secrets() };
      this.#settings.told(untold);
      const readAt = isLater && used.readAt !== undefined ? { read_at: toSecond(used.readAt) } : {};
      const fitting = fitToBudget(cleanObject({ ...answer, ...readAt }, cleaning), found, {
        budget: this.#options.budget,
        takesFields: "fields" in tool.input.shape,
        args,
        required: requiredParts(tool),
      });
      if (fitting["next_offset"] !== undefined) this.#client?.reader.keepForPages(list, used);
      return fitting;
    } catch (error) {
      throw this.#cleanError(error);
    } finally {
      deadline.clear();
    }
  }

  /** Characters for the data, beside what is warned of. */
  #room(warnings: Warnings): number {
    const { budget } = this.#options;
    return budget - sizeOf(warnings.within(roomForWarnings(budget)));
  }

  /** What is said beside the data may quote XO as well: a line break could pass for our next word. */
  #cleanSentence(text: Sentence, maxText = longestSentence): Sentence {
    return Sentence.parse(
      cleanSaid(text.replace(/\s+/g, " "), { maxText, secrets: this.#secrets() }),
    );
  }

  #cleanError(error: unknown): unknown {
    if (!(error instanceof XoError)) {
      this.#options.trace?.(originOf(error));
      return error;
    }
    const { kind, message, hint } = error;
    // Room for the marks as well.
    const half = Math.min(longestSentence, this.#options.budget / 2 - 100);
    return new XoError(
      kind,
      this.#cleanSentence(message, half),
      hint === undefined ? undefined : this.#cleanSentence(hint, half),
    );
  }

  /** @param used what the call reads, and the page before it read */
  #context(
    settings: Config | XoError,
    { signal, time }: Deadline,
    found: Warnings,
    used: ReadSet,
  ): Context {
    const xo = () => this.#connect(settings).within({ signal, used, warn });
    const warn = (text: Sentence) => void found.add(this.#cleanSentence(text));
    const room = () => this.#room(found);
    let sight: Promise<Sight> | undefined;
    return {
      get xo() {
        return xo();
      },
      sight: () => (sight ??= readSight(xo())),
      manual: this.#manual,
      children: this.children,
      signal,
      deadline: time,
      get budget() {
        return room();
      },
      now: Date.now(),
      warn,
    };
  }

  /** Our own credential, should an answer hold it. */
  #secrets(): OwnSecrets {
    const { config } = this.#settings;
    this.#own ??= config && ownSecrets(config);
    return this.#own ?? new OwnSecrets();
  }

  #connect(settings: Config | XoError): XoClient {
    if (settings instanceof XoError) throw settings;
    this.#client ??= new XoClient(settings, this.#options.trace);
    return this.#client;
  }
}

function requiredParts({ output }: Tool): Set<string> {
  return new Set(Object.keys(output.shape).filter((key) => !output.shape[key].isOptional()));
}

function ownSecrets({ credentials }: Config): OwnSecrets {
  if (credentials.kind === "token") return new OwnSecrets([credentials.token.reveal()]);
  const { username, password } = credentials;
  // Also as it stands in the request.
  return new OwnSecrets([`${username}:${password.reveal()}`, password.reveal()]);
}
