import * as z from "zod";
import { XoError } from "../errors.ts";
import { TransientError } from "./transient.ts";

const namedError = z.object({
  name: z.string(),
  code: z.union([z.string(), z.number()]).optional(),
});

/** A request that got no answer, as an error that says why. */
export function connectionError(error: unknown, url: URL): XoError {
  if (error instanceof XoError) return error;
  const { name, code } = namedError.catch({ name: "Error" }).parse(error);
  if (name === "TimeoutError") {
    return new XoError(
      "timeout",
      `XO at ${url.origin} did not answer in time.`,
      "XO may be busy, or a firewall drops the packets. XO_TIMEOUT sets the limit in seconds (30).",
    );
  }
  if (name === "AbortError") return new XoError("timeout", "The call was cancelled.");
  const text = String(code);
  if (/^(?:.*CERT.*|.*TLS.*|.*SSL.*|UNABLE_TO_.*|.*_IN_CHAIN)$/.test(text))
    return tlsError(text, url);
  switch (text) {
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
        `${url.host} cannot be reached (${/^[A-Za-z_]+$/.test(text) ? text : name}).`,
        "Check XO_URL and the network between this machine and XO.",
      );
  }
}

function tlsError(code: string, url: URL): XoError {
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
    code === "CERT_HAS_EXPIRED" || code === "CERT_NOT_YET_VALID"
      ? "Renew XO's certificate, or check the clock of this machine."
      : "Set XO_CA_FILE to a PEM file with the certificate of the authority that issued it.",
  );
}
