import { XoError } from "../errors.ts";
import { say } from "../sentence.ts";
import { type Reading, readCertificates } from "./files.ts";

/** Whom to believe that it is XO. `ca` is PEM text, `fingerprint` SHA-256 with colons. */
export type Trust =
  | { kind: "system" }
  | { kind: "ca"; ca: string }
  | { kind: "pin"; fingerprint: string; ca?: string }
  | { kind: "insecure" };

interface Variables {
  XO_CA_FILE?: string | undefined;
  XO_TLS_FINGERPRINT?: string | undefined;
  XO_INSECURE?: string | undefined;
}

/**
 * What the variables say about trust.
 * @throws XoError `config`
 */
export async function readTrust(env: Variables, { signal, warnings }: Reading): Promise<Trust> {
  const file = env.XO_CA_FILE;
  const ca = file === undefined ? undefined : await readCertificates("XO_CA_FILE", file, signal);
  const pin = env.XO_TLS_FINGERPRINT;
  if (isInsecure(env.XO_INSECURE)) {
    if (ca !== undefined || pin !== undefined) {
      throw new XoError(
        "config",
        say`XO_INSECURE=1 would switch off what ${pin === undefined ? "XO_CA_FILE" : "XO_TLS_FINGERPRINT"} asks for.`,
        say`Remove one of the two.`,
      );
    }
    warnings.push(
      say`XO_INSECURE=1: the certificate is not checked, so anybody on the way can read the credential. XO_TLS_FINGERPRINT is the safe way.`,
    );
    return { kind: "insecure" };
  }
  if (pin !== undefined) return readPin(pin, ca);
  return ca === undefined ? { kind: "system" } : { kind: "ca", ca };
}

function readPin(text: string, ca: string | undefined): Trust {
  const digits = text
    .trim()
    .replace(/^sha-?256(?: fingerprint)?[:=/ ]/i, "")
    .replaceAll(":", "")
    .toUpperCase();
  if (!/^[0-9A-F]{64}$/.test(digits)) {
    throw new XoError(
      "config",
      say`XO_TLS_FINGERPRINT is not a SHA-256 fingerprint: 64 hexadecimal digits, with or without colons.`,
      say`openssl x509 -noout -fingerprint -sha256 -in <certificate> prints it.`,
    );
  }
  const fingerprint = digits.match(/../g)?.join(":") ?? digits;
  return { kind: "pin", fingerprint, ...(ca === undefined ? {} : { ca }) };
}

function isInsecure(text: string | undefined): boolean {
  if (text === undefined || text === "0" || text === "false") return false;
  if (text === "1" || text === "true") return true;
  throw new XoError(
    "config",
    say`XO_INSECURE is 1 or not set.`,
    say`Remove it, to have certificates checked.`,
  );
}
