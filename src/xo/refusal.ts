import * as z from "zod";
import { XoError } from "../errors.ts";
import { type Sentence, expression, listed, quoted, say } from "../sentence.ts";
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
      say`The operator of this XO has switched off access for AI assistants (MCP).`,
      say`That is the operator's decision: ask them. \`mcp.enabled\` in XO's configuration holds it.`,
    );
  }
  if (error.includes("too fast authentication")) {
    return new XoError(
      "auth",
      say`XO refused to check the password: a sign-in failed within the last two seconds.`,
      say`Wait some seconds and try again. A token (XO_TOKEN) has no such pause.`,
    );
  }
  const front = isJson ? undefined : frontError(url, status);
  if (front !== undefined) return front;
  const isPage = refusal.contentType.includes("html");
  switch (status) {
    case 400:
      if (!isJson) return notUnderstood(url);
      return data.stringToParse === undefined
        ? new XoError(
            "usage",
            say`XO did not understand the request (400).`,
            say`Check the parameters.`,
          )
        : filterError(error);
    case 401:
      if (isPage) return refusedOnTheWay(url, status);
      return new XoError(
        "auth",
        credential === "token"
          ? say`XO refused the token (401).`
          : say`XO refused the user name or password (401).`,
        credential === "token"
          ? say`Check XO_TOKEN: it may have expired or been deleted. Right after a restart XO refuses good tokens for a moment.`
          : say`Check XO_USERNAME and XO_PASSWORD. An account with a one-time password needs XO_TOKEN; so does one that signs in by SAML, OpenID Connect, GitHub or Google, which has no password for XO, though the web interface lets it in: make a token there. Right after a restart XO refuses good passwords for a moment.`,
      );
    case 403:
      if (isPage) return refusedOnTheWay(url, status);
      if (data.featureCode === "RBAC") return noRoles();
      if (data.featureCode !== undefined) return notInEdition(route);
      return forbidden(route, data.missingPrivileges ?? []);
    case 404:
      // A route that XO does not have is answered by Express.
      if (!isJson && !refusal.body.includes("Cannot GET")) return notXoError(url, say`a 404`);
      return isJson && route.includes("{")
        ? new XoError(
            "not_found",
            say`XO has no object with this id (${quoted(route)}).`,
            say`Check the id.`,
          )
        : missingRoute(route);
    case 407:
    case 511:
      return refusedOnTheWay(url, status);
    case 422:
      return typeof reason === "object" ? wrongParameters(Object.keys(reason)) : failed(refusal);
    case 429:
      return new TransientError(
        "unreachable",
        say`${quoted(url.host)} asks to slow down (429)${pause === undefined ? "" : say`, for ${Math.ceil(pause / 1000)} s`}.`,
        say`Try again later. A proxy before XO may limit how often it is asked.`,
        pause,
      );
    case 502:
    case 503:
    case 504:
      return new TransientError(
        "unreachable",
        say`${quoted(url.host)} is not ready (${status}).`,
        say`XO, or the proxy before it, may be starting. Try again in a minute.`,
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
    say`XO answered ${quoted(route)} with an error (${status}).`,
    say`XO's own log tells more: Settings, Logs, in its web interface.`,
  );
}

/** XO refuses in JSON: this is another server, or a proxy that was spoken to without TLS. */
function notUnderstood(url: URL): XoError {
  return url.protocol === "https:"
    ? notXoError(url, say`a refusal (400)`)
    : new XoError(
        "config",
        say`${quoted(url.host)} did not understand the request (400), and it is not XO that says so.`,
        say`If it listens with TLS there, set XO_URL to https://.`,
      );
}

/** XO refuses in JSON: a page comes from something before it. */
function refusedOnTheWay(url: URL, status: number): XoError {
  return new XoError(
    "forbidden",
    say`Something on the way to ${quoted(url.host)} refused the request (${status}), and it is not XO.`,
    say`A proxy may want a sign-in, or not let this machine pass: check the proxy variables.`,
  );
}

function missingRoute(route: string): XoError {
  const since = routeSince(route);
  return new XoError(
    "unsupported",
    since === undefined
      ? say`This XO has no ${quoted(route)}: it is too old for this question (XO ${provenRelease} has it), or XO_URL is not XO.`
      : say`This XO has no ${quoted(route)}, which came with XO ${quoted(since)}: it is older, or XO_URL is not XO.`,
    say`Run check_connection: it tells the version. Updating XO gives the rest.`,
  );
}

function wrongParameters(names: string[]): XoError {
  const shown = names.map((name) => cleanText(name.replace(/^query\./, ""), 40)).slice(0, 5);
  return new XoError(
    "usage",
    say`XO did not accept the value of ${listed(shown) || "a parameter"} (422).`,
    say`Check the parameters.`,
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
    return filterRefusal(say`: the regular expression is wrong`);
  }
  return filterRefusal(error.includes("must be a number") ? say`: < and > need a number` : say``);
}

/** A filter that is none from `rest` on. */
export function misunderstoodFilter(rest: string): XoError {
  const reason =
    rest.trim() === ""
      ? say`: it ends too early`
      : say`, from here on: ${expression(rest.slice(0, 40))}`;
  return filterRefusal(reason, meaningOf(rest));
}

function filterRefusal(reason: Sentence, meant?: Sentence): XoError {
  return new XoError(
    "usage",
    say`XO did not understand the filter${reason}.`,
    say`${meant === undefined ? "" : say`${meant} `}Example: power_state:Running name_label:"web 01". Values with blanks, = | ( ) : or quotes stand in double quotes; OR is |(tags:a tags:b), NOT is !tags:a.`,
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
    say`This account may not read ${quoted(route)}${needs.length > 0 ? say`; it lacks ${listed(needs)}` : ""}.`,
    say`Ask an administrator of XO for a role with it: "Read only" is made for this.`,
  );
}

/** XO asks for roles with every request of who is no administrator (_authorization.test.mjs). */
function noRoles(): XoError {
  return new XoError(
    "unsupported",
    say`The edition of this XO has no roles: only administrators can read.`,
    say`Use a token of an administrator, or an edition with roles. XO's own interface shows its edition under Settings.`,
  );
}

function notInEdition(route: string): XoError {
  return new XoError(
    "unsupported",
    say`The edition or licence of this XO does not allow it to answer ${quoted(route)}.`,
    say`The rest of XO can be read. XO's own interface shows its edition under Settings.`,
  );
}
