import * as z from "zod";
import { type Sentence } from "./sentence.ts";
import { type Credentials, readCredentials } from "./config/credentials.ts";
import { wholeNumber } from "./config/numbers.ts";
import { requireReplaced } from "./config/placeholder.ts";
import { readTrust, type Trust } from "./config/trust.ts";
import { parseUrl } from "./config/url.ts";

export interface Config {
  /** The address of XO: its origin, and the path below which a proxy may serve it. */
  url: URL;
  credentials: Credentials;
  trust: Trust;
  proxies: ProxyVariables;
  /** Milliseconds that one tool call may take. */
  timeout: number;
  /** What a person should know about these settings. */
  warnings: Sentence[];
}

/**
 * The proxy variables. Bun's fetch reads them by itself: here they only tell whether a certificate
 * can be looked at.
 */
export type ProxyVariables = z.output<typeof proxyVariables>;

type Environment = Record<string, string | undefined>;

// MCP hosts pass variables that a user left empty as "": the same as unset.
const optional = z
  .string()
  .optional()
  .transform((text) => (text === undefined || text.trim() === "" ? undefined : text));

const proxyVariables = z.object({
  HTTP_PROXY: optional,
  http_proxy: optional,
  HTTPS_PROXY: optional,
  https_proxy: optional,
  ALL_PROXY: optional,
  all_proxy: optional,
  NO_PROXY: optional,
  no_proxy: optional,
});

const variables = z.object({
  XO_URL: optional,
  XO_TOKEN: optional,
  XO_TOKEN_FILE: optional,
  XO_USERNAME: optional,
  XO_PASSWORD: optional,
  XO_PASSWORD_FILE: optional,
  XO_CA_FILE: optional,
  XO_TLS_FINGERPRINT: optional,
  XO_INSECURE: optional,
  XO_TIMEOUT: optional,
  XO_MCP_MAX_CHARS: optional,
});

/**
 * The settings of this process.
 * @param signal the end of the time that files may take: one of them may be a pipe
 * @throws XoError `config`, naming the variable and what it should be, never its value
 */
export async function readConfig(
  signal: AbortSignal,
  environment: Environment = process.env,
): Promise<Config> {
  const env = variables.parse(environment);
  const proxies = proxyVariables.parse(environment);
  // In NO_PROXY, <local> is a word of Windows.
  const { NO_PROXY: _no, no_proxy: _, ...rest } = { ...env, ...proxies };
  for (const [name, value] of Object.entries(rest)) requireReplaced(name, value);
  const reading = { signal, warnings: [] };
  return {
    url: parseUrl(env.XO_URL),
    credentials: await readCredentials(env, reading),
    trust: await readTrust(env, reading),
    proxies,
    timeout: readTimeout(environment),
    warnings: reading.warnings,
  };
}

/** Milliseconds that one tool call may take (`XO_TIMEOUT`, in seconds). */
export function readTimeout(environment: Environment = process.env): number {
  const { XO_TIMEOUT } = variables.parse(environment);
  return wholeNumber("XO_TIMEOUT", XO_TIMEOUT, { least: 1, most: 3600, standard: 30 }) * 1000;
}

/** Characters that one result may have over MCP (`XO_MCP_MAX_CHARS`). */
export function readBudget(environment: Environment = process.env): number {
  const { XO_MCP_MAX_CHARS } = variables.parse(environment);
  const range = { least: 2_000, most: 10_000_000, standard: 24_000 };
  return wholeNumber("XO_MCP_MAX_CHARS", XO_MCP_MAX_CHARS, range);
}
