import { connect, type DetailedPeerCertificate } from "node:tls";

/** What a server shows of itself in the TLS handshake. */
export interface ShownCertificate {
  subject: string;
  issuer: string;
  /** The names it is made out to, as OpenSSL writes them; "none" for XO's own certificate. */
  names: string;
  validFrom: string;
  validTo: string;
  /** SHA-256, with colons. */
  fingerprint: string;
  /** The certificate itself. */
  pem: string;
}

/**
 * Looks at a server's certificate. It trusts nothing and sends nothing over the connection: its end
 * is to compare a fingerprint before a credential leaves, and to explain a refusal.
 * @throws what `node:tls` throws when there is no handshake
 */
export function probeCertificate(url: URL, signal: AbortSignal): Promise<ShownCertificate> {
  return new Promise((resolve, reject) => {
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const socket = connect({
      host,
      port: Number(url.port || 443),
      // An IP address is no server name (RFC 6066, section 3).
      ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
      rejectUnauthorized: false,
    });
    const stop = () => {
      socket.destroy();
      reject(signal.reason);
    };
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    socket.once("secureConnect", () => {
      signal.removeEventListener("abort", stop);
      resolve(describe(socket.getPeerCertificate(true)));
      socket.destroy();
    });
    socket.once("error", (error) => {
      signal.removeEventListener("abort", stop);
      reject(error);
    });
  });
}

function describe(certificate: DetailedPeerCertificate): ShownCertificate {
  const base64 = certificate.raw.toString("base64").replace(/.{64}/g, "$&\n").trimEnd();
  return {
    subject: nameOf(certificate.subject),
    issuer: nameOf(certificate.issuer),
    names: certificate.subjectaltname || "none",
    validFrom: certificate.valid_from,
    validTo: certificate.valid_to,
    fingerprint: certificate.fingerprint256,
    pem: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
  };
}

function nameOf(parts: object): string {
  const text = Object.entries(parts)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(", ");
  return text || "none";
}
