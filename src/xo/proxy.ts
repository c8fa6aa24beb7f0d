import { BlockList, isIP } from "node:net";
import type { ProxyVariables } from "../config.ts";

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
  const [range = "", bits] = entry.split("/");
  if (bits !== undefined) return inRange(host, range, Number(bits));
  const name = entry.replace(/^\*?\./, "").replace(/(?<=[^:]):\d+$/, "");
  return host === name || host.endsWith(`.${name}`);
}

function inRange(host: string, network: string, bits: number): boolean {
  const family = isIP(network);
  if (family === 0 || isIP(host) !== family) return false;
  const kind = family === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  try {
    list.addSubnet(network, bits, kind);
  } catch {
    return false;
  }
  return list.check(host, kind);
}
