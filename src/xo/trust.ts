import type { Config } from "../config.ts";
import type { Trust } from "../config/trust.ts";
import { XoError } from "../errors.ts";
import { type Sentence, quoted, say } from "../sentence.ts";
import { probeCertificate, type ShownCertificate } from "./certificate.ts";
import { connectionError } from "./connection-error.ts";
import { proxyVariable } from "./proxy.ts";

type TlsOptions = NonNullable<Bun.FetchSessionInit["tls"]>;

/** How long looking at a certificate may take, in milliseconds. */
const probeTime = 10_000;

/**
 * The TLS options under which requests to XO are made. With a pinned fingerprint and no CA file, the
 * server is looked at first: Bun honours `checkServerIdentity` only for a chain that is trusted, so
 * the very certificate that was shown becomes the only one trusted, if its fingerprint is right.
 * @throws XoError `tls` for a wrong fingerprint, before anything is sent; `config` behind a proxy
 */
export async function tlsOptions({ url, trust, proxies }: Config): Promise<TlsOptions> {
  // Explicit, because NODE_TLS_REJECT_UNAUTHORIZED=0 would switch it off.
  const strict = { rejectUnauthorized: true };
  if (trust.kind === "system" || url.protocol === "http:") return strict;
  if (trust.kind === "ca") return { ...strict, ca: trust.ca };
  if (trust.kind === "insecure") return { rejectUnauthorized: false };
  if (trust.ca === undefined && proxyVariable(url, proxies) !== undefined) {
    throw new XoError(
      "config",
      say`XO_TLS_FINGERPRINT through a proxy needs XO_CA_FILE too: the certificate cannot be looked at from here.`,
      say`Set XO_CA_FILE to XO's certificate (PEM), or put XO's name into NO_PROXY.`,
    );
  }
  const pinning = {
    ...strict,
    ca: trust.ca ?? (await shownAndPinned(url, trust.fingerprint)),
    // What is trusted here may be no authority. (Bun knows the option; its types do not yet.)
    allowPartialTrustChain: true,
    // In place of the name, which XO's own certificate has not; and once more for each connection.
    checkServerIdentity: (_host: string, { fingerprint256 }: { fingerprint256: string }) =>
      fingerprint256 === trust.fingerprint ? undefined : new PinError(),
  };
  return pinning;
}

/** A connection whose certificate is another than the pinned one. */
class PinError extends Error {
  readonly code = "CERT_NOT_PINNED";
}

async function shownAndPinned(url: URL, fingerprint: string): Promise<string> {
  let shown: ShownCertificate;
  try {
    shown = await probeCertificate(url, AbortSignal.timeout(probeTime));
  } catch (error) {
    throw connectionError(error, url);
  }
  if (shown.fingerprint === fingerprint) return shown.pem;
  throw unpinnedError(url, shown);
}

function unpinnedError(url: URL, shown: ShownCertificate): XoError {
  return new XoError(
    "tls",
    say`The certificate of ${quoted(url.host)} is not the one in XO_TLS_FINGERPRINT. ${describeCertificate(shown)}`,
    say`Somebody may stand between you and XO, or XO has a new certificate: compare with XO itself before you change the variable.`,
  );
}

/** The same error, with what the server showed and what would trust exactly that. */
export async function explainTlsError(
  error: XoError,
  { url, trust }: Config,
  signal: AbortSignal,
): Promise<XoError> {
  let shown: ShownCertificate;
  try {
    shown = await probeCertificate(url, signal);
  } catch (failure) {
    // It tells more than fetch does.
    const seen = connectionError(failure, url);
    return seen.kind === "tls" ? seen : error;
  }
  if (trust.kind === "pin" && trust.fingerprint !== shown.fingerprint) {
    return unpinnedError(url, shown);
  }
  const message = say`${error.message} ${describeCertificate(shown)}`;
  return new XoError("tls", message, whatWouldTrust(shown, trust));
}

/** A date out of its time is refused whatever else is trusted. */
function whatWouldTrust(
  { validFrom, validTo, fingerprint }: ShownCertificate,
  trust: Trust,
): Sentence {
  const now = Date.now();
  if (Date.parse(validTo) < now) {
    return say`It has expired: renew it on XO, or check the clock of this machine.`;
  }
  if (Date.parse(validFrom) > now) {
    return say`Its time has not come yet: check the clocks of this machine and of XO.`;
  }
  if (trust.kind === "pin" && trust.ca !== undefined) {
    return say`It is the one in XO_TLS_FINGERPRINT, but XO_CA_FILE does not hold its authority: remove XO_CA_FILE, or put the certificate itself into that file.`;
  }
  const byAuthority =
    trust.kind === "ca"
      ? say`XO_CA_FILE is set, so its names are checked, and its authority must be in that file.`
      : say`XO_CA_FILE trusts the authority that issued it, and checks its names.`;
  return say`If that is XO's (compare on XO itself), XO_TLS_FINGERPRINT=${quoted(fingerprint, 100)} trusts exactly this certificate. ${byAuthority}`;
}

function describeCertificate(shown: ShownCertificate): Sentence {
  const { subject, issuer, names, validFrom, validTo, fingerprint } = shown;
  const from = issuer === subject ? "itself" : quoted(issuer, longestName);
  const when = say`valid ${quoted(validFrom)} to ${quoted(validTo)}`;
  return say`It shows: subject ${quoted(subject, longestName)}; issued by ${from}; names ${quoted(names, longestName)}; ${when}; SHA-256 ${quoted(fingerprint, 100)}.`;
}

/** Characters of a name in a certificate. */
const longestName = 200;
