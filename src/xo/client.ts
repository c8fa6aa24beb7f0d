import { quoted, say, type Sentence } from "../sentence.ts";
import type * as z from "zod";
import type { Config } from "../config.ts";
import { XoError } from "../errors.ts";
import { isTooDeep, parseJson } from "../json.ts";
import { connectionError } from "./connection-error.ts";
import { Connection, type Query, type SitePage } from "./connection.ts";
import type { Filter } from "./filter.ts";
import type { Path } from "./path.ts";
import { fieldsOf, parseRows, picked } from "./records/fields.ts";
import type { Collection } from "./routes.ts";
import { notJsonError, notXoError } from "./wrong-server.ts";
import { Reader } from "./reader.ts";
import { type Question, ReadSet, type Rows } from "./read-set.ts";
import { isRow, type Row } from "./row.ts";

/** XO as one call sees it: read-only questions, all under the call's deadline. */
export interface Xo {
  readonly url: URL;
  readonly credential: "token" | "basic";
  readonly trust: Config["trust"]["kind"];
  /** Ends with the call. */
  readonly signal: AbortSignal;
  /** One object, parsed. XO ignores `fields` for single objects. */
  get<S extends z.ZodType>(
    path: Path,
    schema: S,
    query?: Query,
    signal?: AbortSignal,
  ): Promise<z.output<S>>;
  /**
   * A collection as records: asked for the record's own fields, and parsed. What does not parse is
   * skipped and warned of.
   * @param only the fields that are wanted; the others are absent then, as XO may leave them out too
   */
  records<R extends z.ZodObject>(
    collection: Collection,
    record: R,
    filter?: Filter,
    only?: Iterable<string>,
  ): Promise<z.output<R>[]>;
  /** A collection as XO has it, with fields of the caller's choice; dots go down, `*` is all. */
  raw(collection: Collection, fields: readonly string[], filter?: Filter): Promise<readonly Row[]>;
  /** An answer that XO writes piece by piece, each as it comes. */
  pieces(path: Path, signal?: AbortSignal): AsyncGenerator<unknown>;
  /** A page of the manual that XO serves beside its API, wherever in it the page is by now. */
  manual(path: Path, signal: AbortSignal): Promise<SitePage>;
}

export interface Call {
  signal: AbortSignal;
  /** What it reads, and the page before it read: the same comes from there. */
  used: ReadSet;
  warn(text: Sentence): void;
}

const base = "/rest/v0";

/** The questions of one process to one XO. */
export class XoClient {
  readonly #config: Config;
  readonly #connection: Connection;
  readonly reader = new Reader((question, signal) => this.#rows(question, signal));

  constructor(config: Config, trace?: (line: string) => void) {
    this.#config = config;
    this.#connection = new Connection(config, trace);
  }

  /** XO for one call. */
  within(call: Call): Xo {
    const { url, credentials, trust } = this.#config;
    return {
      url,
      credential: credentials.kind,
      trust: trust.kind,
      signal: call.signal,
      get: async (path, schema, query = {}, signal = call.signal) => {
        const value = await this.#json(path, query, signal);
        const answer = schema.safeParse(isTooDeep(value) ? undefined : value);
        if (answer.success) return answer.data;
        throw new XoError(
          "server",
          say`XO's answer to ${quoted(path.template)} is not in the form this program knows.`,
          say`This XO may be newer or older than the program: see --version and check_connection.`,
        );
      },
      records: async (collection, record, filter, only) => {
        const fields = fieldsOf(only === undefined ? record : picked(record, only));
        const { rows, odd } = await this.#read({ collection, fields, filter }, call);
        const good = parseRows(record, rows, only);
        warnOfOdd(call, collection, rows.length + odd, rows.length + odd - good.length);
        return good;
      },
      raw: async (collection, fields, filter) => {
        const { rows, odd } = await this.#read({ collection, fields, filter }, call);
        warnOfOdd(call, collection, rows.length + odd, odd);
        return rows;
      },
      pieces: (path, signal = call.signal) => this.#pieces(path, signal),
      manual: (path, signal) => this.#connection.page({ ...path, cookieName: "token" }, signal),
    };
  }

  async #read(question: Question, { used, signal }: Call): Promise<Rows> {
    // The state of the connections is what tells whether an emptiness is to be believed: it must not
    // be older than the rest of the answer.
    if (question.collection === "servers") return this.#rows(question, signal);
    try {
      return await this.reader.read(question, used, signal);
    } catch (error) {
      // A caller whose time is up leaves with the reason of its own signal.
      throw connectionError(error, this.#config.url);
    }
  }

  async #rows({ collection, fields, filter }: Question, signal: AbortSignal): Promise<Rows> {
    const query: Query = { fields: fields.join(",") };
    if (filter !== undefined) query["filter"] = filter;
    const path = { pathname: `/${collection}`, template: `/${collection}` };
    const text = await this.#connection.text(underBase(path), query, signal);
    const answer = this.#parse(text);
    if (!Array.isArray(answer)) throw notXoError(this.#config.url, say`something that is no list`);
    const rows = answer.filter((row) => isRow(row) && !isTooDeep(row));
    return { rows, odd: answer.length - rows.length, bytes: text.length };
  }

  async #json(path: Path, query: Query, signal: AbortSignal): Promise<unknown> {
    return this.#parse(await this.#connection.text(underBase(path), query, signal));
  }

  async *#pieces(path: Path, signal: AbortSignal): AsyncGenerator<unknown> {
    const lines = this.#connection.lines(underBase(path), { ndjson: "true" }, signal);
    for await (const line of lines) {
      const piece = this.#parse(line);
      if (!isTooDeep(piece)) yield piece;
    }
  }

  #parse(text: string): unknown {
    const value = parseJson(text);
    if (value === undefined) throw notJsonError(this.#config.url, text);
    return value;
  }
}

function underBase(path: Path): Path {
  return { pathname: base + path.pathname, template: base + path.template };
}

function warnOfOdd(call: Call, collection: Collection, all: number, odd: number): void {
  if (odd === 0) return;
  call.warn(say`${odd} of ${all} ${collection} were left out: XO sent them in an unknown form.`);
}
