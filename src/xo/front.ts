import { XoError } from "../errors.ts";
import { quoted, say } from "../sentence.ts";
import { TransientError } from "./transient.ts";

/**
 * What a service before XO says when it cannot bring an answer of XO's: codes that Cloudflare uses,
 * and nothing in XO (developers.cloudflare.com, "Cloudflare 5xx errors").
 */
export function frontError(url: URL, status: number): XoError | undefined {
  const from = say`The service before XO at ${quoted(url.host)}`;
  switch (status) {
    case 521:
    case 522:
    case 523:
    case 530:
      return new TransientError(
        "unreachable",
        say`${from} cannot reach XO (Cloudflare's code ${status}).`,
        say`Check that XO runs, and the tunnel, the DNS record and the firewall between the two.`,
      );
    case 520:
    case 524:
      return new XoError(
        "timeout",
        say`${from} got no good answer of XO's in time (Cloudflare's code ${status}).`,
        say`XO may be busy or restarting: try again, ask for less, or set XO_URL to XO's own address behind the service.`,
      );
    case 525:
      return new XoError(
        "tls",
        say`${from} and XO could not agree on TLS (Cloudflare's code 525).`,
        say`It lies between the two, not here: XO must listen with TLS, or the service ask it without.`,
      );
    case 526:
      return new XoError(
        "tls",
        say`${from} does not trust XO's certificate (Cloudflare's code 526).`,
        say`It lies between the two, not here: give XO a certificate that the service trusts.`,
      );
    default:
      return undefined;
  }
}

/** An error in a page of HTML, where XO's REST API speaks JSON. */
export function pageError(url: URL, route: string, status: number): XoError {
  return new XoError(
    "server",
    say`${quoted(url.host)} answered ${quoted(route)} with an error page (${status}), as something before XO would.`,
    say`The log of the proxy or service before XO tells more.`,
  );
}
