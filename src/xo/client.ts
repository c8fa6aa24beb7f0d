import type * as z from "zod";
import type { Config } from "../config.ts";
import { XoError } from "../errors.ts";
import { notJsonError, redirectError, statusError } from "./failures.ts";
import { readLines, readText, send } from "./http.ts";
import type { Path } from "./path.ts";
import { fieldsOf } from "./records/fields.ts";
import { type Collection, isAllowed } from "./routes.ts";

/** A record of which only the asked fields are known. */
export type Row = Record<string, unknown>;

/** XO as one call sees it: read-only questions, all under the call's deadline. */
export interface Xo {
  readonly url: URL;
  readonly credential: "token" | "basic";
  /** One object, parsed. XO ignores `fields` for single objects. */
  get<S extends z.ZodType>(path: Path, schema: S, query?: Query): Promise<z.output<S>>;
  /** A collection, asked for the record's own fields. What does not parse is skipped and warned of. */
  list<R extends z.ZodObject>(
    collection: Collection,
    record: R,
    filter?: string,
  ): Promise<z.output<R>[]>;
  /** A collection with fields of the caller's choice (`*` for all), as XO has them. */
  rows(collection: Collection, fields: readonly string[], options?: RowOptions): Promise<Row[]>;
  /** An answer that XO writes piece by piece, each as it comes. */
  pieces(path: Path, signal?: AbortSignal): AsyncGenerator<unknown>;
  /** A page of the manual that XO serves beside its API. */
  manual(path: Path): Promise<string>;
}

export type Query = Record<string, string>;

export interface RowOptions {
  filter?: string | undefined;
  /** At most so many, in XO's own order, which means nothing. */
  limit?: number;
}

export interface Call {
  signal: AbortSignal;
  warn(text: string): void;
}

const base = "/rest/v0";

/** The connection to one XO, shared by all calls of the process. */
export class XoClient {
  readonly #config: Config;
  readonly #session: Bun.FetchSession;
  readonly #trace: ((line: string) => void) | undefined;

  constructor(config: Config, trace?: (line: string) => void) {
    this.#config = config;
    this.#trace = trace;
    this.#session = new Bun.FetchSession({
      tls: {
        // Explicit, because NODE_TLS_REJECT_UNAUTHORIZED=0 would switch it off.
        rejectUnauthorized: true,
        ...(config.ca === undefined ? {} : { ca: config.ca }),
      },
    });
  }

  /** The same connection for one call. */
  within(call: Call): Xo {
    const { url, credentials } = this.#config;
    return {
      url,
      credential: credentials.kind,
      get: async (path, schema, query) => {
        const answer = schema.safeParse(await this.#json(path, query, call.signal));
        if (answer.success) return answer.data;
        throw new XoError(
          "server",
          `XO's answer to ${path.template} is not in the form this program knows.`,
          "This XO may be newer or older than the program: see --version and check_connection.",
        );
      },
      list: async (collection, record, filter) => {
        const rows = await this.#rows(collection, fieldsOf(record), { filter }, call.signal);
        return parseRows(collection, rows, record, call);
      },
      rows: (collection, fields, options = {}) =>
        this.#rows(collection, fields, options, call.signal),
      pieces: (path, signal = call.signal) => this.#pieces(path, signal),
      manual: (path) => this.#text({ ...path, cookieName: "token" }, {}, call.signal),
    };
  }

  async #rows(
    collection: Collection,
    fields: readonly string[],
    { filter, limit }: RowOptions,
    signal: AbortSignal,
  ): Promise<Row[]> {
    const query: Query = { fields: fields.join(",") };
    if (filter !== undefined) query["filter"] = filter;
    if (limit !== undefined) query["limit"] = String(limit);
    const path = { pathname: `/${collection}`, template: `/${collection}` };
    const answer = await this.#json(path, query, signal);
    if (!Array.isArray(answer)) throw notJsonError(this.#config.url, "");
    return answer.filter(isRow);
  }

  async #json(path: Path, query: Query | undefined, signal: AbortSignal): Promise<unknown> {
    const text = await this.#text(underBase(path), query ?? {}, signal);
    try {
      return JSON.parse(text);
    } catch {
      throw notJsonError(this.#config.url, text.trimStart().startsWith("<") ? "html" : "");
    }
  }

  async *#pieces(path: Path, signal: AbortSignal): AsyncGenerator<unknown> {
    const { url } = this.#config;
    const response = await this.#open(underBase(path), { ndjson: "true" }, signal);
    for await (const line of readLines(response, url)) {
      try {
        yield JSON.parse(line);
      } catch {
        throw notJsonError(url, line.startsWith("<") ? "html" : "");
      }
    }
  }

  async #text(path: Target, query: Query, signal: AbortSignal): Promise<string> {
    return readText(await this.#open(path, query, signal), this.#config.url);
  }

  /** A successful response, or an error that explains the refusal. */
  async #open(path: Target, query: Query, signal: AbortSignal, redirects = 0): Promise<Response> {
    const { url } = this.#config;
    if (!isAllowed(path.pathname)) {
      throw new XoError("usage", `${path.template} is not a route that xo-mcp reads.`);
    }
    const target = new URL(path.pathname, url);
    target.search = new URLSearchParams(query).toString();
    const response = await send({
      url: target,
      route: path.template,
      headers: { ...this.#authorization(path.cookieName), "X-XO-Client": "mcp" },
      session: this.#session,
      signal,
      trace: this.#trace,
    });
    if (response.ok) return response;

    const body = await readText(response, url);
    const location = response.headers.get("location");
    if (location !== null && response.status >= 300 && response.status < 400) {
      const next = URL.canParse(location, target.href) ? new URL(location, target) : undefined;
      if (next?.origin === url.origin && isAllowed(next.pathname) && redirects < 3) {
        return this.#open({ ...path, pathname: next.pathname }, query, signal, redirects + 1);
      }
      throw redirectError(url, next);
    }
    throw statusError({
      url,
      route: path.template.replace(base, ""),
      status: response.status,
      contentType: response.headers.get("content-type") ?? "",
      body,
      credential: this.#config.credentials.kind,
    });
  }

  #authorization(cookieName = "authenticationToken"): Record<string, string> {
    const { credentials } = this.#config;
    if (credentials.kind === "token") {
      return { Cookie: `${cookieName}=${credentials.token.reveal()}` };
    }
    const pair = `${credentials.username}:${credentials.password.reveal()}`;
    return { Authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
  }
}

/** A path on the server, with the name under which its part of XO looks for the token. */
interface Target extends Path {
  cookieName?: string;
}

function underBase(path: Path): Target {
  return { pathname: base + path.pathname, template: base + path.template };
}

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseRows<R extends z.ZodObject>(
  collection: Collection,
  rows: Row[],
  record: R,
  call: Call,
): z.output<R>[] {
  const parsed = rows.map((row) => record.safeParse(row));
  const skipped = parsed.filter((result) => !result.success).length;
  if (skipped > 0) {
    call.warn(
      `${skipped} of ${rows.length} ${collection} were left out: XO sent them in an unknown form.`,
    );
  }
  return parsed.flatMap((result) => (result.success ? [result.data] : []));
}
