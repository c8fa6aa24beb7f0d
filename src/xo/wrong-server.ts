import { XoError } from "../errors.ts";
import { type Sentence, quoted, say } from "../sentence.ts";
import { addressOf, baseOf, belowXo } from "./path.ts";

/** What answered is no REST API: usually a sign-in page, or a proxy's. */
export function notJsonError(url: URL, text: string): XoError {
  if (/^\s*[[{]/.test(text)) {
    return new XoError(
      "server",
      say`${quoted(url.host)} sent JSON that is broken or ends too early.`,
      say`XO may have been stopped while it answered: try again.`,
    );
  }
  return notXoError(
    url,
    text.trimStart().startsWith("<") ? say`a web page` : say`something that is not JSON`,
  );
}

/** Something answered, but not what XO's REST API would have. */
export function notXoError(url: URL, what: Sentence): XoError {
  return new XoError(
    "config",
    say`${quoted(url.host)} answered with ${what} where XO's REST API was expected.`,
    say`Check XO_URL: another server, a proxy or a sign-in page may stand there.`,
  );
}

/** A redirect that is not followed; beyond the origin it would take the credential along. */
export function redirectError(url: URL, location: URL | undefined): XoError {
  if (location === undefined) {
    return new XoError(
      "config",
      say`${quoted(url.host)} redirects in a way that leads nowhere.`,
      say`Check XO_URL.`,
    );
  }
  if (
    location.hostname === url.hostname &&
    location.protocol === "https:" &&
    url.protocol === "http:"
  ) {
    return new XoError(
      "config",
      say`${quoted(url.host)} wants https.`,
      say`Set XO_URL to ${quoted(location.origin + baseOf(url), 200)}`,
    );
  }
  if (isSignIn(location)) {
    return new XoError(
      "config",
      say`${quoted(url.host)} redirects to a sign-in page${location.origin === url.origin ? "" : say` on ${quoted(location.origin)}`}; the credential was not sent there.`,
      say`A service before XO wants a person to sign in: it must let this machine pass to /rest/v0, or XO_URL be XO's own address behind it.`,
    );
  }
  if (
    location.origin === url.origin &&
    baseOf(url) !== "" &&
    belowXo(url, location) === undefined
  ) {
    return new XoError(
      "config",
      say`${quoted(addressOf(url), 200)} redirects to a path outside of it; it was not followed, and the credential was not sent there.`,
      say`Check the path in XO_URL, and that the proxy rewrites redirects for it.`,
    );
  }
  if (location.origin === url.origin) {
    return new XoError(
      "config",
      say`${quoted(url.host)} redirects to a page that is no REST API, or in a circle.`,
      say`Check XO_URL: a sign-in page, or a proxy that is not set up for /rest/, may stand there.`,
    );
  }
  return new XoError(
    "config",
    say`${quoted(url.host)} redirects to ${quoted(location.origin)}; it was not followed, and the credential was not sent there.`,
    say`If that is XO's address, set XO_URL to it.`,
  );
}

/** Where single sign-on sends a browser. */
function isSignIn({ hostname, pathname }: URL): boolean {
  return (
    /(?:^|\.)(?:cloudflareaccess\.com|login\.microsoftonline\.com|accounts\.google\.com|okta\.com|auth0\.com)$/.test(
      hostname,
    ) || /\/(?:cdn-cgi\/access|oauth2?|authorize|saml2?|sso|openid-connect)(?:\/|$)/i.test(pathname)
  );
}
