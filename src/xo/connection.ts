import { setTimeout as pause } from "node:timers/promises";
import type { Config } from "../config.ts";
import { XoError } from "../errors.ts";
import { quoted, say } from "../sentence.ts";
import { connectionError } from "./connection-error.ts";
import { mostRedirects, readLines, readText, send } from "./http.ts";
import { baseOf, belowXo, type Path } from "./path.ts";
import { inTime } from "./in-time.ts";
import { proxyVariable } from "./proxy.ts";
import { statusError } from "./refusal.ts";
import { isAllowed, isAllowedFrom } from "./routes.ts";
import { Slots } from "./slots.ts";
import { TransientError } from "./transient.ts";
import { explainTlsError, tlsOptions } from "./trust.ts";
import { redirectError } from "./wrong-server.ts";

export type Query = Record<string, string>;

/** A path on the server, with the name under which its part of XO looks for the token. */
export interface Target extends Path {
  cookieName?: string;
}

/** A page of a site: its text, and the path where it is. */
export interface SitePage {
  text: string;
  pathname: string;
}

/** A password costs XO a slow hash each time, and the others of the same account wait for it. */
const slotCount = { token: 8, basic: 2 };

/** Milliseconds before the second and the third try, each varied by half. */
const pauses = [300, 900];

/**
 * How long XO may refuse a good credential after its start, in milliseconds; after a refused password
 * it refuses the good one too for two seconds.
 */
const restartPause = { token: 1_000, basic: 2_100 };

/** The way to one XO: who we are, whom we trust, how often and how long we try. */
export class Connection {
  readonly #config: Config;
  readonly #trace: ((line: string) => void) | undefined;
  readonly #slots: Slots;
  #session: Promise<Bun.FetchSession> | undefined;
  /** Whether XO has taken the credential in this process. */
  #accepted = false;

  constructor(config: Config, trace?: (line: string) => void) {
    this.#config = config;
    this.#trace = trace;
    this.#slots = new Slots(slotCount[config.credentials.kind]);
  }

  /**
   * The body of a successful answer.
   * @throws XoError
   */
  async text(target: Target, query: Query, signal: AbortSignal): Promise<string> {
    const release = await this.#slot(signal);
    try {
      return await readText(await this.#answer(target, query, signal), this.#config.url);
    } finally {
      release();
    }
  }

  /** The same of a page, with the address at which it was found after redirects. */
  async page(target: Target, signal: AbortSignal): Promise<SitePage> {
    const release = await this.#slot(signal);
    try {
      const response = await this.#answer(target, {}, signal);
      const at = new URL(response.url);
      const pathname = belowXo(this.#config.url, at) ?? at.pathname;
      return { text: await readText(response, this.#config.url), pathname };
    } finally {
      release();
    }
  }

  /** The same, line by line as they come. */
  async *lines(target: Target, query: Query, signal: AbortSignal): AsyncGenerator<string> {
    const release = await this.#slot(signal);
    try {
      yield* readLines(await this.#answer(target, query, signal), this.#config.url);
    } finally {
      release();
    }
  }

  async #slot(signal: AbortSignal): Promise<() => void> {
    try {
      return await this.#slots.take(signal);
    } catch (error) {
      throw connectionError(error, this.#config.url);
    }
  }

  /** A successful response, after as many tries as may help within the call's deadline. */
  async #answer(target: Target, query: Query, signal: AbortSignal): Promise<Response> {
    if (!isAllowed(target.pathname)) {
      throw new XoError("usage", say`${quoted(target.template)} is not a route that xo-mcp reads.`);
    }
    let refusedBefore = false;
    for (let tries = 0; ;) {
      try {
        const response = await this.#ask(target, query, signal);
        this.#accepted = true;
        return response;
      } catch (error) {
        if (error instanceof TransientError && tries < pauses.length) {
          const wait = error.pause ?? (pauses[tries] ?? 0) * (0.5 + Math.random());
          // No call lasts that long: better to tell it now.
          if (wait > this.#config.timeout) throw error;
          tries += 1;
          await this.#pause(wait, error, signal);
        } else if (
          error instanceof XoError &&
          error.kind === "auth" &&
          this.#accepted &&
          !refusedBefore
        ) {
          refusedBefore = true;
          await this.#pause(restartPause[this.#config.credentials.kind], error, signal);
        } else throw error;
      }
    }
  }

  /** Waits, or gives up with the failure itself when the deadline comes first. */
  async #pause(milliseconds: number, failure: XoError, signal: AbortSignal): Promise<void> {
    try {
      await pause(milliseconds, undefined, { signal });
    } catch {
      throw failure;
    }
  }

  /** One request, and those that it is redirected to on the same server. */
  async #ask(target: Target, query: Query, signal: AbortSignal, redirects = 0): Promise<Response> {
    const { url } = this.#config;
    const address = new URL(baseOf(url) + target.pathname, url);
    address.search = new URLSearchParams(query).toString();
    const response = await this.#send(address, target, signal);
    if (response.ok) return response;

    const body = await readText(response, url);
    const location = response.headers.get("location");
    if (response.status >= 300 && response.status < 400) {
      const next =
        location !== null && URL.canParse(location, address.href)
          ? new URL(location, address)
          : undefined;
      const pathname = next && belowXo(url, next);
      const isOurs = pathname !== undefined && isAllowedFrom(target.pathname, pathname);
      if (isOurs && redirects < mostRedirects) {
        return this.#ask({ ...target, pathname }, query, signal, redirects + 1);
      }
      throw redirectError(url, next);
    }
    throw statusError({
      url,
      route: target.template.replace("/rest/v0", ""),
      status: response.status,
      contentType: response.headers.get("content-type") ?? "",
      retryAfter: response.headers.get("retry-after"),
      body,
      credential: this.#config.credentials.kind,
    });
  }

  async #send(url: URL, target: Target, signal: AbortSignal): Promise<Response> {
    const proxy = proxyVariable(url, this.#config.proxies);
    const session = await this.#opened(signal);
    try {
      return await send({
        url,
        route: target.template,
        headers: { ...this.#authorization(target.cookieName), "X-XO-Client": "mcp" },
        session,
        signal,
        proxy,
        trace: this.#trace,
      });
    } catch (error) {
      // Through a proxy, what can be looked at is not what answered.
      if (!(error instanceof XoError) || error.kind !== "tls" || proxy !== undefined) throw error;
      // XO may have a new certificate by now: a pinned one is looked at again by the next call.
      this.#session = undefined;
      throw await explainTlsError(error, this.#config, signal);
    }
  }

  async #opened(signal: AbortSignal): Promise<Bun.FetchSession> {
    try {
      return await inTime(this.#open(), signal);
    } catch (error) {
      throw connectionError(error, this.#config.url);
    }
  }

  /** Opened for the first request, because a pinned certificate is looked at then. */
  #open(): Promise<Bun.FetchSession> {
    this.#session ??= tlsOptions(this.#config).then(
      (tls) => new Bun.FetchSession({ tls }),
      (error: unknown) => {
        // The next call looks again.
        this.#session = undefined;
        throw error;
      },
    );
    return this.#session;
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
