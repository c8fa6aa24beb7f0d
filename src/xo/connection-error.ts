import * as z from "zod";
import { XoError } from "../errors.ts";
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
      `XO at ${url.origin} did not answer in time.`,
      `XO may be busy, or a firewall drops the packets. XO_TIMEOUT sets the limit in seconds (30).${proxy === undefined ? "" : ` The way leads through the proxy in ${proxy}.`}`,
    );
  }
  if (name === "AbortError") return new XoError("timeout", "The call was cancelled.");
  const text = String(code);
  // From fetch; from a look at the certificate.
  if (text === "EPROTO" || text.startsWith("ERR_SSL_")) return handshakeError(text, url);
  if (/CERT|TLS|SSL|^UNABLE_TO_|_IN_CHAIN$/.test(text)) return certificateError(text, url);
  if (/HTTP_?Response$/.test(text)) {
    return new XoError(
      "config",
      `${url.host} sent something that is not HTTP.`,
      "Check the name and the port in XO_URL: another service may listen there.",
    );
  }
  if (/^(?:Zlib|Brotli|Zstd|Decompress)/.test(text)) {
    return new XoError(
      "server",
      `${url.host} sent a packed answer that cannot be unpacked.`,
      "A proxy on the way may have changed it.",
    );
  }
  return proxy === undefined ? directError(text, name, url) : proxyError(text, name, url, proxy);
}

function directError(code: string, name: string, url: URL): XoError {
  switch (code) {
    case "ECONNREFUSED":
      return new XoError(
        "unreachable",
        `Connection refused by ${url.host}.`,
        "Check that XO runs and that XO_URL has the right protocol, name and port.",
      );
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new XoError(
        "unreachable",
        `The name ${url.hostname} is not known here.`,
        "Check the name in XO_URL, and the DNS of this machine.",
      );
    case "ECONNRESET":
      return new TransientError(
        "unreachable",
        `${url.host} closed the connection without a whole answer.`,
        url.protocol === "http:"
          ? "If XO listens with TLS there, set XO_URL to https://. Else XO may be restarting: try again."
          : "If XO listens without TLS there, set XO_URL to http://. Else XO may be restarting: try again.",
      );
    default:
      return new XoError(
        "unreachable",
        `${url.host} cannot be reached (${shownCode(code, name)}).`,
        "Check XO_URL and the network between this machine and XO.",
      );
  }
}

/** The proxy's address is not told: a password may stand in it. */
function proxyError(code: string, name: string, url: URL, proxy: string): XoError {
  const hint = `Check ${proxy}; or, if XO is reached without a proxy, put ${url.hostname} into NO_PROXY.`;
  switch (code) {
    case "ECONNREFUSED":
      return new XoError("unreachable", `Connection refused by the proxy in ${proxy}.`, hint);
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new XoError("unreachable", `The proxy in ${proxy} has a name not known here.`, hint);
    case "ERR_PROXY_TUNNEL":
      return new XoError(
        "unreachable",
        `The proxy in ${proxy} refused to open a way to ${url.host}.`,
        `It may want a sign-in. ${hint}`,
      );
    case "ECONNRESET":
      return new TransientError(
        "unreachable",
        `The proxy in ${proxy} closed the connection without a whole answer.`,
        hint,
      );
    default:
      return new XoError(
        "unreachable",
        `${url.host} cannot be reached through the proxy in ${proxy} (${shownCode(code, name)}).`,
        `The proxy must be one for HTTP. ${hint}`,
      );
  }
}

function shownCode(code: string, name: string): string {
  return /^[A-Za-z_]+$/.test(code) ? code : name;
}

/** There is no connection whose certificate could be looked at. */
function handshakeError(code: string, url: URL): XoError {
  if (/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/.test(code)) {
    return new XoError(
      "tls",
      `${url.host} speaks only versions of TLS that are too old to be safe.`,
      "TLS 1.2 or newer is needed: update XO, or the proxy that answers for it.",
    );
  }
  if (code === "EPROTO" || code.endsWith("WRONG_VERSION_NUMBER")) {
    return new XoError(
      "tls",
      `${url.host} does not speak TLS, or no version that is still safe.`,
      `If XO listens without TLS there, set XO_URL to http://${url.host}`,
    );
  }
  return new XoError(
    "tls",
    `${url.host} broke off before a connection with TLS was made (${code}).`,
    "It may want a certificate of the client, which xo-mcp does not have, or be no XO: check XO_URL, and the proxy that answers for it.",
  );
}

function certificateError(code: string, url: URL): XoError {
  const reasons: Record<string, string> = {
    DEPTH_ZERO_SELF_SIGNED_CERT: "it is self-signed",
    SELF_SIGNED_CERT_IN_CHAIN: "its chain ends in a self-signed certificate",
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its issuer is not known here",
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its issuer is not known here",
    UNABLE_TO_GET_ISSUER_CERT: "its issuer is not known here",
    CERT_HAS_EXPIRED: "it has expired",
    CERT_NOT_YET_VALID: "it is not valid yet",
    CERT_NOT_PINNED: "it is not the one in XO_TLS_FINGERPRINT",
    ERR_TLS_CERT_ALTNAME_INVALID: `it is not made out to ${url.hostname}`,
  };
  return new XoError(
    "tls",
    `The certificate of ${url.host} is not trusted: ${reasons[code] ?? code}.`,
    "XO_CA_FILE names a PEM file with the certificate of the authority that issued it.",
  );
}
