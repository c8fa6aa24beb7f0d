import { X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { XoError } from "../errors.ts";

/** A secret kept in a file; a warning is added if others of this machine may read it. */
export function readSecretFile(
  name: string,
  path: string | undefined,
  warnings: string[],
): string | undefined {
  if (path === undefined) return undefined;
  const text = readTextFile(name, path);
  if (readableByOthers(path)) {
    warnings.push(
      `The file named by ${name} can be read by others on this machine: chmod 600 helps.`,
    );
  }
  // An editor's newline at the end is no part of a password.
  return text.replace(/\r?\n$/, "");
}

/** The mode bits of group and others; Windows keeps its permissions elsewhere. */
function readableByOthers(path: string): boolean {
  return process.platform !== "win32" && (statSync(path).mode & 0o044) !== 0;
}

const pemBlock = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * The certificates of a PEM file. Each is parsed here, because Bun answers a bad one with an error
 * that seems to be about the address.
 * @throws XoError `config`
 */
export function readCertificates(name: string, path: string): string {
  const blocks = readTextFile(name, path).match(pemBlock) ?? [];
  if (blocks.length === 0 || !blocks.every(isCertificate)) {
    throw new XoError(
      "config",
      `The file named by ${name} ${blocks.length === 0 ? "has no certificate in it" : "has a broken certificate in it"}.`,
      "It must be PEM text: -----BEGIN CERTIFICATE----- and so on.",
    );
  }
  return `${blocks.join("\n")}\n`;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

function readTextFile(name: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
    throw new XoError(
      "config",
      // The path is not told: a token pasted into the wrong variable would be printed.
      `The file named by ${name} cannot be read${code}.`,
      "Check the path and who may read the file.",
    );
  }
}
