import * as z from "zod";
import { XoError } from "../errors.ts";
import { cleanText } from "../untrusted.ts";
import { TransientError } from "./transient.ts";

const errorBody = z.object({
  error: z.string().catch(""),
  data: z
    .object({
      error: z.string().optional(),
      stringToParse: z.string().optional(),
      missingPrivileges: z.array(z.object({ action: z.string(), resource: z.string() })).optional(),
    })
    .catch({})
    .default({}),
});

export interface Refusal {
  url: URL;
  /** The route without values, as the user knows it: /vms/{id}. */
  route: string;
  status: number;
  contentType: string;
  body: string;
  /** The header Retry-After: seconds or a date (RFC 9110, section 10.2.3). */
  retryAfter: string | null;
  credential: "token" | "basic";
}

/** An answer that is no success, as an error in our own words: XO's body is never passed on. */
export function statusError(refusal: Refusal): XoError {
  const { status, route, credential, url } = refusal;
  const pause = pauseOf(refusal.retryAfter);
  const { error, data } = errorBody.catch({ error: "", data: {} }).parse(asJson(refusal.body));
  if (data.error === "mcp_disabled") {
    return new XoError(
      "disabled",
      "The operator of this XO has switched off access for AI assistants (MCP).",
      "That is the operator's decision: ask them. `mcp.enabled` in XO's configuration holds it.",
    );
  }
  if (error.includes("too fast authentication")) {
    return new XoError(
      "auth",
      "XO refused to check the password: a sign-in failed within the last two seconds.",
      "Wait some seconds and try again. A token (XO_TOKEN) has no such pause.",
    );
  }
  switch (status) {
    case 400:
      return data.stringToParse === undefined
        ? new XoError("usage", "XO did not understand the request (400).", "Check the parameters.")
        : filterError(error);
    case 401:
      return new XoError(
        "auth",
        credential === "token"
          ? "XO refused the token (401)."
          : "XO refused the user name or password (401).",
        credential === "token"
          ? "Check XO_TOKEN: it may have expired or been deleted. Right after a restart XO refuses good tokens for a moment."
          : "Check XO_USERNAME and XO_PASSWORD by signing in to XO's web interface. An account with a one-time password needs XO_TOKEN. Right after a restart XO refuses good passwords for a moment.",
      );
    case 403:
      return forbidden(route, data.missingPrivileges ?? []);
    case 404:
      return refusal.contentType.includes("json")
        ? new XoError("not_found", `XO has no object with this id (${route}).`, "Check the id.")
        : new XoError(
            "unsupported",
            `This XO has no ${route}: it is too old for this question, or XO_URL is not XO.`,
            "Run check_connection: it tells the version. Updating XO gives the rest.",
          );
    case 429:
      return new TransientError(
        "unreachable",
        `${url.host} asks to slow down (429)${pause === undefined ? "" : `, for ${Math.ceil(pause / 1000)} s`}.`,
        "Try again later. A proxy before XO may limit how often it is asked.",
        pause,
      );
    case 502:
    case 503:
    case 504:
      return new TransientError(
        "unreachable",
        `${url.host} is not ready (${status}).`,
        "XO, or the proxy before it, may be starting. Try again in a minute.",
        pause,
      );
    default:
      return new XoError(
        "server",
        `XO answered ${route} with an error (${status}).`,
        "XO's own log tells more: Settings, Logs, in its web interface.",
      );
  }
}

function pauseOf(retryAfter: string | null): number | undefined {
  if (retryAfter === null) return undefined;
  const pause = /^\d+$/.test(retryAfter)
    ? Number(retryAfter) * 1000
    : Date.parse(retryAfter) - Date.now();
  return Number.isNaN(pause) ? undefined : Math.max(0, pause);
}

/** The filter's form was looked at before it was sent, so this is about what stands in it. */
function filterError(error: string): XoError {
  if (error.startsWith("Invalid regular expression")) {
    return filterRefusal(": the regular expression is wrong");
  }
  return filterRefusal(error.includes("must be a number") ? ": < and > need a number" : "");
}

/** A filter that is none from `rest` on. */
export function misunderstoodFilter(rest: string): XoError {
  const shown = cleanText(rest.slice(0, 40));
  return filterRefusal(shown === "" ? ": it ends too early" : `, from here on: ${shown}`);
}

function filterRefusal(reason: string): XoError {
  return new XoError(
    "usage",
    `XO did not understand the filter${reason}.`,
    'Example: power_state:Running name_label:"web 01". Values with blanks, = | ( ) : or quotes stand in double quotes; OR is |(tags:a tags:b), NOT is !tags:a.',
  );
}

function forbidden(route: string, missing: { action: string; resource: string }[]): XoError {
  // Names of XO's own, and nothing else that the answer might quote.
  const needs = missing
    .map(({ action, resource }) => `${resource}:${action}`)
    .filter((name) => /^[a-z*][a-z:*_-]{0,60}$/.test(name))
    .slice(0, 5);
  return new XoError(
    "forbidden",
    `This account may not read ${route}${needs.length > 0 ? `; it lacks ${needs.join(", ")}` : ""}.`,
    'Ask an administrator of XO for a role with it: "Read only" is made for this.',
  );
}

/** What answered is no REST API: usually a sign-in page, or a proxy's. */
export function notJsonError(url: URL, text = ""): XoError {
  if (/^\s*[[{]/.test(text)) {
    return new XoError(
      "server",
      `${url.host} sent JSON that is broken or ends too early.`,
      "XO may have been stopped while it answered: try again.",
    );
  }
  const what = text.trimStart().startsWith("<") ? "a web page" : "something that is not JSON";
  return new XoError(
    "config",
    `${url.host} answered with ${what} where XO's REST API was expected.`,
    "Check XO_URL: another server, a proxy or a sign-in page may stand there.",
  );
}

/** A redirect that is not followed, because the credential would leave the origin. */
export function redirectError(url: URL, location: URL | undefined): XoError {
  if (location === undefined) {
    return new XoError(
      "server",
      `${url.host} redirects in a way that leads nowhere.`,
      "Check XO_URL.",
    );
  }
  if (
    location.hostname === url.hostname &&
    location.protocol === "https:" &&
    url.protocol === "http:"
  ) {
    return new XoError("config", `${url.host} wants https.`, `Set XO_URL to ${location.origin}`);
  }
  return new XoError(
    "config",
    `${url.host} redirects ${location.origin === url.origin ? "to a page that is no REST API" : `to ${location.origin}`}; it was not followed, and the credential was not sent there.`,
    "If that is XO's address, set XO_URL to it.",
  );
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
