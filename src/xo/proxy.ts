import type { ProxyVariables } from "../config.ts";
import { rangeOf } from "./ip.ts";

/**
 * The variable that names the proxy through which a request to this address goes, if it does; as
 * Bun's fetch reads them. Its value is not needed here, and may hold a password.
 */
export function proxyVariable(url: URL, env: ProxyVariables): string | undefined {
  const own =
    url.protocol === "https:"
      ? (["https_proxy", "HTTPS_PROXY"] as const)
      : (["http_proxy", "HTTP_PROXY"] as const);
  const name = ([...own, "all_proxy", "ALL_PROXY"] as const).find(
    (variable) => env[variable] !== undefined,
  );
  if (name === undefined) return undefined;
  const exceptions = (env.no_proxy ?? env.NO_PROXY ?? "")
    .split(",")
    .map((entry) => entry.trim().toLowerCase());
  return exceptions.some((entry) => entry !== "" && matches(url, entry)) ? undefined : name;
}

/** Entries are *, a name with all below it, an address, or a range of addresses; a port may follow. */
function matches(url: URL, entry: string): boolean {
  if (entry === "*") return true;
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (entry.includes("/")) return rangeOf(entry)?.(host) ?? false;
  const name = entry.replace(/^\*?\./, "").replace(/(?<=[^:]):\d+$/, "");
  return host === name || host.endsWith(`.${name}`);
}
