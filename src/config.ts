import { readFileSync } from "node:fs";
import * as z from "zod";
import { XoError } from "./errors.ts";
import { Secret } from "./secret.ts";

export type Credentials =
  { kind: "token"; token: Secret } | { kind: "basic"; username: string; password: Secret };

export interface Config {
  /** The origin of XO, without a path. */
  url: URL;
  credentials: Credentials;
  /** PEM text of the certificates to trust instead of the system's. */
  ca?: string;
  /** Milliseconds that one tool call may take. */
  timeout: number;
}

type Environment = Record<string, string | undefined>;

// MCP hosts pass variables that a user left empty as "": the same as unset.
const optional = z
  .string()
  .optional()
  .transform((text) => (text === undefined || text.trim() === "" ? undefined : text));

const variables = z.object({
  XO_URL: optional,
  XO_TOKEN: optional,
  XO_TOKEN_FILE: optional,
  XO_USERNAME: optional,
  XO_PASSWORD: optional,
  XO_PASSWORD_FILE: optional,
  XO_CA_FILE: optional,
  XO_TIMEOUT: optional,
  XO_MCP_MAX_CHARS: optional,
});

const where =
  "Set it in the environment, or in the `env` section of the MCP server's configuration.";

/**
 * The settings of this process.
 * @throws XoError `config`, naming the variable and what it should be, never its value
 */
export function readConfig(environment: Environment = process.env): Config {
  const env = variables.parse(environment);
  const ca = env.XO_CA_FILE === undefined ? undefined : readCertificates(env.XO_CA_FILE);
  return {
    url: parseUrl(env.XO_URL),
    credentials: readCredentials(env),
    ...(ca === undefined ? {} : { ca }),
    timeout:
      wholeNumber("XO_TIMEOUT", env.XO_TIMEOUT, { least: 1, most: 3600, standard: 30 }) * 1000,
  };
}

/** Characters that one result may have over MCP (`XO_MCP_MAX_CHARS`). */
export function readBudget(environment: Environment = process.env): number {
  const { XO_MCP_MAX_CHARS } = variables.parse(environment);
  const range = { least: 2_000, most: 10_000_000, standard: 24_000 };
  return wholeNumber("XO_MCP_MAX_CHARS", XO_MCP_MAX_CHARS, range);
}

function parseUrl(text: string | undefined): URL {
  if (text === undefined) {
    throw new XoError("config", "XO_URL is not set.", `${where} Example: https://xo.example.com`);
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw new XoError(
      "config",
      "XO_URL is not a web address: it must begin with https:// or http://.",
      "Example: https://xo.example.com",
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw new XoError(
      "config",
      "XO_URL has a user name or password in it.",
      "Remove it from the address and use XO_TOKEN, or XO_USERNAME and XO_PASSWORD.",
    );
  }
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "") {
    throw new XoError(
      "config",
      "XO_URL has a path: only the address of the server belongs there.",
      `Use ${url.origin}`,
    );
  }
  return url;
}

function readCredentials(env: z.infer<typeof variables>): Credentials {
  const token = env.XO_TOKEN ?? readSecretFile("XO_TOKEN_FILE", env.XO_TOKEN_FILE);
  if (token !== undefined) return { kind: "token", token: headerSafe("XO_TOKEN", token.trim()) };

  const username = env.XO_USERNAME;
  const password = env.XO_PASSWORD ?? readSecretFile("XO_PASSWORD_FILE", env.XO_PASSWORD_FILE);
  if (username !== undefined && password !== undefined) {
    return basicCredentials(username, password);
  }
  const missing = [
    username === undefined ? "XO_USERNAME" : undefined,
    password === undefined ? "XO_PASSWORD" : undefined,
  ].filter((name) => name !== undefined);
  throw new XoError(
    "config",
    missing.length === 2
      ? "No credential is set: XO_TOKEN, or XO_USERNAME and XO_PASSWORD."
      : `${missing.join(" and ")} is not set.`,
    where,
  );
}

function basicCredentials(username: string, password: string): Credentials {
  // XO splits the decoded pair at every colon, so either half with one is refused as wrong.
  for (const [name, text] of [
    ["XO_USERNAME", username],
    ["XO_PASSWORD", password],
  ] as const) {
    if (text.includes(":")) {
      throw new XoError(
        "config",
        `${name} has a colon in it, which XO cannot take with this kind of sign-in.`,
        "Make a token in XO and set XO_TOKEN instead.",
      );
    }
  }
  return { kind: "basic", username, password: new Secret(password) };
}

/** A token goes into a cookie: what may not stand there (RFC 6265, section 4.1.1) is a paste error. */
function headerSafe(name: string, text: string): Secret {
  if (!/^[\x21\x23-\x2B\x2D-\x3A\x3C-\x5B\x5D-\x7E]+$/.test(text)) {
    throw new XoError(
      "config",
      `${name} has characters that no token of XO has.`,
      "Copy it again.",
    );
  }
  return new Secret(text);
}

function readSecretFile(name: string, path: string | undefined): string | undefined {
  // An editor's newline at the end is no part of a password.
  return path === undefined ? undefined : readTextFile(name, path).replace(/\r?\n$/, "");
}

function readCertificates(path: string): string {
  const text = readTextFile("XO_CA_FILE", path);
  if (!/-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----/.test(text)) {
    throw new XoError(
      "config",
      "The file named by XO_CA_FILE has no certificate in it.",
      "It must be PEM text: -----BEGIN CERTIFICATE----- and so on.",
    );
  }
  return text;
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

function wholeNumber(
  name: string,
  text: string | undefined,
  range: { least: number; most: number; standard: number },
): number {
  if (text === undefined) return range.standard;
  const value = Number(text);
  if (Number.isInteger(value) && value >= range.least && value <= range.most) return value;
  throw new XoError(
    "config",
    `${name} must be a whole number from ${range.least} to ${range.most}.`,
    `Remove it for the default, ${range.standard}.`,
  );
}
