import {
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from "node:crypto";
import { isIP } from "node:net";

/** A certificate and its key, made when a test asks for it: none is kept in the repository. */
export interface Identity {
  /** PEM. */
  cert: string;
  /** PEM. */
  key: string;
  /** SHA-256, with colons, as OpenSSL prints it. */
  fingerprint: string;
  /** What a certificate needs to know of the authority that signs it. */
  authority: { name: string; key: KeyObject };
}

export interface Wanted {
  /** The common name. */
  subject?: string;
  /** DNS names and IP addresses; none leaves the extension out, as XO's own certificate does. */
  names?: readonly string[];
  from?: Date;
  to?: Date;
  /** Signs it; without one it signs itself. */
  issuer?: Identity;
  isAuthority?: boolean;
}

const day = 24 * 60 * 60 * 1000;

/** A moment so many days from now. */
export function inDays(days: number): Date {
  return new Date(Date.now() + days * day);
}

/** An X.509 certificate (RFC 5280, section 4.1) for an elliptic-curve key. */
export function makeCertificate({
  subject = "xo.example",
  names = ["127.0.0.1", "localhost"],
  from = inDays(-1),
  to = inDays(30),
  issuer,
  isAuthority = false,
}: Wanted = {}): Identity {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const { name, key } = issuer?.authority ?? { name: subject, key: privateKey };
  const extensions = [
    ...(names.length === 0
      ? []
      : [extension(oids.subjectAltName, sequence(...names.map(generalName)))]),
    ...(isAuthority ? [extension(oids.basicConstraints, sequence(der(0x01, [0xff])))] : []),
  ];
  const algorithm = sequence(der(0x06, oids.ecdsaWithSha256));
  const body = sequence(
    der(0xa0, der(0x02, [2])),
    // A serial number is positive.
    der(0x02, [1, ...randomBytes(8)]),
    algorithm,
    distinguishedName(name),
    sequence(time(from), time(to)),
    distinguishedName(subject),
    publicKey.export({ type: "spki", format: "der" }),
    ...(extensions.length === 0 ? [] : [der(0xa3, sequence(...extensions))]),
  );
  const signature = der(0x03, [0], sign("sha256", body, key));
  const certificate = new X509Certificate(sequence(body, algorithm, signature));
  return {
    cert: certificate.toString(),
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    fingerprint: certificate.fingerprint256,
    authority: { name: subject, key: privateKey },
  };
}

const oids = {
  commonName: [0x55, 0x04, 0x03],
  basicConstraints: [0x55, 0x1d, 0x13],
  subjectAltName: [0x55, 0x1d, 0x11],
  ecdsaWithSha256: [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02],
};

type Bytes = Uint8Array | readonly number[];

/** One value in DER: tag, length, content. */
function der(tag: number, ...parts: Bytes[]): Buffer {
  const content = Buffer.concat(parts.map((part) => Uint8Array.from(part)));
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Uint8Array.from([tag, ...size]), content]);
}

function sequence(...parts: Bytes[]): Buffer {
  return der(0x30, ...parts);
}

function distinguishedName(commonName: string): Buffer {
  const attribute = sequence(der(0x06, oids.commonName), der(0x0c, Buffer.from(commonName)));
  return sequence(der(0x31, attribute));
}

/** UTCTime up to 2049, 260102030405Z; GeneralizedTime after it, with the whole year. */
function time(moment: Date): Buffer {
  const digits = `${moment.toISOString().replace(/[-:T]|\..*/g, "")}Z`;
  return moment.getUTCFullYear() < 2050
    ? der(0x17, Buffer.from(digits.slice(2)))
    : der(0x18, Buffer.from(digits));
}

function generalName(name: string): Buffer {
  return isIP(name) === 4 ? der(0x87, name.split(".").map(Number)) : der(0x82, Buffer.from(name));
}

function extension(oid: number[], value: Buffer): Buffer {
  return sequence(der(0x06, oid), der(0x04, value));
}
