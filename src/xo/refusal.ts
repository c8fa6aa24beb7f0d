import * as z from "zod";
import { XoError } from "../errors.ts";
import { parseJson } from "../json.ts";
import { cleanText } from "../untrusted.ts";
import { frontError, pageError } from "./front.ts";
import { meaningOf } from "./filter/misread.ts";
import { TransientError } from "./transient.ts";
import { provenRelease, routeSince } from "./version.ts";
import { notXoError } from "./wrong-server.ts";

const errorBody = z.object({
  // On 422 an object with a key for each parameter: "query.limit".
  error: z.union([z.string(), z.record(z.string(), z.unknown())]).catch(""),
  data: z
    .object({
      error: z.string().optional(),
      stringToParse: z.string().optional(),
      missingPrivileges: z.array(z.object({ action: z.string(), resource: z.string() })).optional(),
      // With it XO refuses what its edition does not have.
      featureCode: z.string().optional(),
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
  const { error: reason, data } = errorBody
    .catch({ error: "", data: {} })
    .parse(parseJson(refusal.body));
  const error = typeof reason === "string" ? reason : "";
  const isJson = refusal.contentType.includes("json");
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
  const front = isJson ? undefined : frontError(url, status);
  if (front !== undefined) return front;
  const isPage = refusal.contentType.includes("html");
  switch (status) {
    case 400:
      if (!isJson) return notUnderstood(url);
      return data.stringToParse === undefined
        ? new XoError("usage", "XO did not understand the request (400).", "Check the parameters.")
        : filterError(error);
    case 401:
      if (isPage) return refusedOnTheWay(url, status);
      return new XoError(
        "auth",
        credential === "token"
          ? "XO refused the token (401)."
          : "XO refused the user name or password (401).",
        credential === "token"
          ? "Check XO_TOKEN: it may have expired or been deleted. Right after a restart XO refuses good tokens for a moment."
          : "Check XO_USERNAME and XO_PASSWORD. An account with a one-time password needs XO_TOKEN; so does one that signs in by SAML, OpenID Connect, GitHub or Google, which has no password for XO, though the web interface lets it in: make a token there. Right after a restart XO refuses good passwords for a moment.",
      );
    case 403:
      if (isPage) return refusedOnTheWay(url, status);
      if (data.featureCode === "RBAC") return noRoles();
      if (data.featureCode !== undefined) return notInEdition(route);
      return forbidden(route, data.missingPrivileges ?? []);
    case 404:
      // A route that XO does not have is answered by Express.
      if (!isJson && !refusal.body.includes("Cannot GET")) return notXoError(url, "a 404");
      return isJson && route.includes("{")
        ? new XoError("not_found", `XO has no object with this id (${route}).`, "Check the id.")
        : missingRoute(route);
    case 407:
    case 511:
      return refusedOnTheWay(url, status);
    case 422:
      return typeof reason === "object" ? wrongParameters(Object.keys(reason)) : failed(refusal);
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
      return failed(refusal);
  }
}

function failed({ url, route, status, contentType }: Refusal): XoError {
  if (contentType.includes("html")) return pageError(url, route, status);
  return new XoError(
    "server",
    `XO answered ${route} with an error (${status}).`,
    "XO's own log tells more: Settings, Logs, in its web interface.",
  );
}

/** XO refuses in JSON: this is another server, or a proxy that was spoken to without TLS. */
function notUnderstood(url: URL): XoError {
  return url.protocol === "https:"
    ? notXoError(url, "a refusal (400)")
    : new XoError(
        "config",
        `${url.host} did not understand the request (400), and it is not XO that says so.`,
        "If it listens with TLS there, set XO_URL to https://.",
      );
}

/** XO refuses in JSON: a page comes from something before it. */
function refusedOnTheWay(url: URL, status: number): XoError {
  return new XoError(
    "forbidden",
    `Something on the way to ${url.host} refused the request (${status}), and it is not XO.`,
    "A proxy may want a sign-in, or not let this machine pass: check the proxy variables.",
  );
}

function missingRoute(route: string): XoError {
  const since = routeSince(route);
  return new XoError(
    "unsupported",
    since === undefined
      ? `This XO has no ${route}: it is too old for this question (XO ${provenRelease} has it), or XO_URL is not XO.`
      : `This XO has no ${route}, which came with XO ${since}: it is older, or XO_URL is not XO.`,
    "Run check_connection: it tells the version. Updating XO gives the rest.",
  );
}

function wrongParameters(names: string[]): XoError {
  const shown = names.map((name) => cleanText(name.replace(/^query\./, ""), 40)).slice(0, 5);
  return new XoError(
    "usage",
    `XO did not accept the value of ${shown.join(", ") || "a parameter"} (422).`,
    "Check the parameters.",
  );
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
  const reason = shown === "" ? ": it ends too early" : `, from here on: ${shown}`;
  return filterRefusal(reason, meaningOf(rest));
}

function filterRefusal(reason: string, meant?: string): XoError {
  return new XoError(
    "usage",
    `XO did not understand the filter${reason}.`,
    (meant === undefined ? "" : `${meant} `) +
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

/** XO asks for roles with every request of who is no administrator (_authorization.test.mjs). */
function noRoles(): XoError {
  return new XoError(
    "unsupported",
    "The edition of this XO has no roles: only administrators can read.",
    "Use a token of an administrator, or an edition with roles. XO's own interface shows its edition under Settings.",
  );
}

function notInEdition(route: string): XoError {
  return new XoError(
    "unsupported",
    `The edition or licence of this XO does not allow it to answer ${route}.`,
    "The rest of XO can be read. XO's own interface shows its edition under Settings.",
  );
}
