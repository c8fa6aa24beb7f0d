import { XoError } from "../errors.ts";
import { say } from "../sentence.ts";
import { connectionError } from "./connection-error.ts";

export interface Request {
  url: URL;
  /** What a trace may show of the URL: the route without any value. */
  route: string;
  headers: Record<string, string>;
  session: Bun.FetchSession;
  signal: AbortSignal;
  /** The variable that names the proxy on the way. */
  proxy?: string | undefined;
  trace?: ((line: string) => void) | undefined;
}

/** Redirects that one question may take, all of them on the server that it was asked of. */
export const mostRedirects = 5;

/** The largest body read, unpacked. */
const maxBytes = 64 * 1024 * 1024;

/**
 * The only function of this program that sends a request. It has no method and no body parameter:
 * it can ask, and nothing else. Redirects come back as they are.
 * @throws XoError `unreachable`, `tls` or `timeout`
 */
export async function send(request: Request): Promise<Response> {
  const { url, route, session, headers, signal, proxy, trace } = request;
  const start = performance.now();
  try {
    const response = await session.fetch(url, {
      method: "GET",
      headers,
      signal,
      redirect: "manual",
      // BUN_CONFIG_VERBOSE_FETCH would print the cookie; the option overrides it.
      verbose: false,
    });
    trace?.(`GET ${route} ${response.status} ${Math.round(performance.now() - start)} ms`);
    return response;
  } catch (error) {
    const failure = connectionError(error, url, proxy);
    trace?.(`GET ${route} ${failure.kind} ${Math.round(performance.now() - start)} ms`);
    throw failure;
  }
}

/** The chunks of a body, up to the size that this program reads. */
async function* chunks(response: Response, url: URL): AsyncGenerator<Uint8Array> {
  if (response.body === null) return;
  let bytes = 0;
  try {
    for await (const chunk of response.body) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) {
        throw new XoError(
          "server",
          say`XO's answer is larger than ${maxBytes / 1024 / 1024} MiB; the rest was not read.`,
          say`Ask for less: a filter, fewer fields.`,
        );
      }
      yield chunk;
    }
  } catch (error) {
    throw connectionError(error, url);
  }
}

/** The whole body as text. */
export async function readText(response: Response, url: URL): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks(response, url)) parts.push(chunk);
  return Buffer.concat(parts).toString("utf8");
}

/** The lines of a body (NDJSON), each as soon as it is whole. */
export async function* readLines(response: Response, url: URL): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of chunks(response, url)) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines.filter((line) => line.trim() !== "");
  }
  if (rest.trim() !== "") yield rest;
}
