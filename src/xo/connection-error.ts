import * as z from "zod";
import { XoError } from "../errors.ts";
import { type Sentence, quoted, say } from "../sentence.ts";
import { TransientError } from "./transient.ts";

const namedError = z.object({
  name: z.string(),
  code: z.union([z.string(), z.number()]).optional(),
});

/**
 * A request that got no answer, as an error that says why. `proxy` is the variable that names the
 * proxy on the way: what failed is then between here and the proxy.
 */
export function connectionError(error: unknown, url: URL, proxy?: string): XoError {
  if (error instanceof XoError) return error;
  const { name, code } = namedError.catch({ name: "Error" }).parse(error);
  if (name === "TimeoutError") {
    return new XoError(
      "timeout",
      say`XO at ${quoted(url.origin)} did not answer in time.`,
      say`XO may be busy, or a firewall drops the packets. XO_TIMEOUT sets the limit in seconds (30).${proxy === undefined ? "" : say` The way leads through the proxy in ${quoted(proxy)}.`}`,
    );
  }
  if (name === "AbortError") return new XoError("timeout", say`The call was cancelled.`);
  const text = String(code);
  // From fetch; from a look at the certificate.
  if (text === "EPROTO" || text.startsWith("ERR_SSL_")) return handshakeError(text, url);
  if (/CERT|TLS|SSL|^UNABLE_TO_|_IN_CHAIN$/.test(text)) return certificateError(text, url);
  if (/HTTP_?Response$/.test(text)) {
    return new XoError(
      "config",
      say`${quoted(url.host)} sent something that is not HTTP.`,
      say`Check the name and the port in XO_URL: another service may listen there.`,
    );
  }
  if (/^(?:Zlib|Brotli|Zstd|Decompress)/.test(text)) {
    return new XoError(
      "server",
      say`${quoted(url.host)} sent a packed answer that cannot be unpacked.`,
      say`A proxy on the way may have changed it.`,
    );
  }
  return proxy === undefined ? directError(text, name, url) : proxyError(text, name, url, proxy);
}

function directError(code: string, name: string, url: URL): XoError {
  switch (code) {
    case "ECONNREFUSED":
      return new XoError(
        "unreachable",
        say`Connection refused by ${quoted(url.host)}.`,
        say`Check that XO runs and that XO_URL has the right protocol, name and port.`,
      );
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new XoError(
        "unreachable",
        say`The name ${quoted(url.hostname)} is not known here.`,
        say`Check the name in XO_URL, and the DNS of this machine.`,
      );
    case "ECONNRESET":
      return new TransientError(
        "unreachable",
        say`${quoted(url.host)} closed the connection without a whole answer.`,
        url.protocol === "http:"
          ? say`If XO listens with TLS there, set XO_URL to https://. Else XO may be restarting: try again.`
          : say`If XO listens without TLS there, set XO_URL to http://. Else XO may be restarting: try again.`,
      );
    default:
      return new XoError(
        "unreachable",
        say`${quoted(url.host)} cannot be reached (${shownCode(code, name)}).`,
        say`Check XO_URL and the network between this machine and XO.`,
      );
  }
}

/** The proxy's address is not told: a password may stand in it. */
function proxyError(code: string, name: string, url: URL, proxy: string): XoError {
  const hint = say`Check ${quoted(proxy)}; or, if XO is reached without a proxy, put ${quoted(url.hostname)} into NO_PROXY.`;
  switch (code) {
    case "ECONNREFUSED":
      return new XoError(
        "unreachable",
        say`Connection refused by the proxy in ${quoted(proxy)}.`,
        hint,
      );
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new XoError(
        "unreachable",
        say`The proxy in ${quoted(proxy)} has a name not known here.`,
        hint,
      );
    case "ERR_PROXY_TUNNEL":
      return new XoError(
        "unreachable",
        say`The proxy in ${quoted(proxy)} refused to open a way to ${quoted(url.host)}.`,
        say`It may want a sign-in. ${hint}`,
      );
    case "ECONNRESET":
      return new TransientError(
        "unreachable",
        say`The proxy in ${quoted(proxy)} closed the connection without a whole answer.`,
        hint,
      );
    default:
      return new XoError(
        "unreachable",
        say`${quoted(url.host)} cannot be reached through the proxy in ${quoted(proxy)} (${shownCode(code, name)}).`,
        say`The proxy must be one for HTTP. ${hint}`,
      );
  }
}

function shownCode(code: string, name: string): Sentence {
  return quoted(/^[A-Za-z_]+$/.test(code) ? code : name);
}

/** There is no connection whose certificate could be looked at. */
function handshakeError(code: string, url: URL): XoError {
  if (/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/.test(code)) {
    return new XoError(
      "tls",
      say`${quoted(url.host)} speaks only versions of TLS that are too old to be safe.`,
      say`TLS 1.2 or newer is needed: update XO, or the proxy that answers for it.`,
    );
  }
  if (code === "EPROTO" || code.endsWith("WRONG_VERSION_NUMBER")) {
    return new XoError(
      "tls",
      say`${quoted(url.host)} does not speak TLS, or no version that is still safe.`,
      say`If XO listens without TLS there, set XO_URL to http://${quoted(url.host)}`,
    );
  }
  return new XoError(
    "tls",
    say`${quoted(url.host)} broke off before a connection with TLS was made (${quoted(code)}).`,
    say`It may want a certificate of the client, which xo-mcp does not have, or be no XO: check XO_URL, and the proxy that answers for it.`,
  );
}

function certificateError(code: string, url: URL): XoError {
  const reasons: Record<string, Sentence> = {
    DEPTH_ZERO_SELF_SIGNED_CERT: say`it is self-signed`,
    SELF_SIGNED_CERT_IN_CHAIN: say`its chain ends in a self-signed certificate`,
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: say`its issuer is not known here`,
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: say`its issuer is not known here`,
    UNABLE_TO_GET_ISSUER_CERT: say`its issuer is not known here`,
    CERT_HAS_EXPIRED: say`it has expired`,
    CERT_NOT_YET_VALID: say`it is not valid yet`,
    CERT_NOT_PINNED: say`it is not the one in XO_TLS_FINGERPRINT`,
    ERR_TLS_CERT_ALTNAME_INVALID: say`it is not made out to ${quoted(url.hostname)}`,
  };
  return new XoError(
    "tls",
    say`The certificate of ${quoted(url.host)} is not trusted: ${reasons[code] ?? quoted(code)}.`,
    say`XO_CA_FILE names a PEM file with the certificate of the authority that issued it.`,
  );
}
