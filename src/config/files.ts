import { X509Certificate } from "node:crypto";
import { statSync } from "node:fs";
import { XoError } from "../errors.ts";
import { quoted, say, type Sentence } from "../sentence.ts";
import { decodeText } from "./encoding.ts";
import { readBytes } from "./read-bytes.ts";

/** Where settings are read from, and until when. */
export interface Reading {
  signal: AbortSignal;
  /** What a person should know about them is added here. */
  warnings: Sentence[];
}

/** A secret kept in a file; a warning is added if others of this machine may read it. */
export async function readSecretFile(
  name: string,
  path: string | undefined,
  { signal, warnings }: Reading,
): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const text = await readTextFile(name, path, signal);
  if (text === undefined) {
    throw new XoError(
      "config",
      say`The file named by ${quoted(name)} is no text in UTF-8 or UTF-16.`,
      say`Save it as UTF-8.`,
    );
  }
  if (readableByOthers(path)) {
    warnings.push(
      say`The file named by ${quoted(name)} can be read by others on this machine: chmod 600 helps.`,
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
export async function readCertificates(
  name: string,
  path: string,
  signal: AbortSignal,
): Promise<string> {
  const blocks = (await readTextFile(name, path, signal))?.match(pemBlock) ?? [];
  if (blocks.length === 0 || !blocks.every(isCertificate)) {
    throw new XoError(
      "config",
      say`The file named by ${quoted(name)} ${blocks.length === 0 ? "has no certificate in it" : "has a broken certificate in it"}.`,
      say`It must be PEM text: -----BEGIN CERTIFICATE----- and so on.`,
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

/** The text of a file, as far as it is one. Its path is never told: it may be a token in the wrong variable. */
async function readTextFile(
  name: string,
  path: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const bytes = await readBytes(path, signal).catch((error: unknown) => {
    throw signal.aborted ? silent(name) : unreadable(name, error);
  });
  if (bytes !== "too large") return decodeText(bytes);
  throw new XoError(
    "config",
    say`The file named by ${quoted(name)} is larger than 1 MiB.`,
    say`Check the path: what it names is no such file.`,
  );
}

function silent(name: string): XoError {
  return new XoError(
    "config",
    say`The file named by ${quoted(name)} gave nothing in time.`,
    say`If it is a pipe, something must write into it and close it.`,
  );
}

function unreadable(name: string, error: unknown): XoError {
  const code =
    error instanceof Error && "code" in error ? say` (${quoted(String(error.code))})` : "";
  return new XoError(
    "config",
    say`The file named by ${quoted(name)} cannot be read${code}.`,
    say`Check the path and who may read the file.`,
  );
}
