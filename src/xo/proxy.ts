import { BlockList, isIP } from "node:net";
import type { ProxyVariables } from "../config.ts";

/** Whether a request to this address goes through a proxy of the environment, as Bun's fetch reads it. */
export function usesProxy(url: URL, env: ProxyVariables): boolean {
  const own =
    url.protocol === "https:"
      ? (env.https_proxy ?? env.HTTPS_PROXY)
      : (env.http_proxy ?? env.HTTP_PROXY);
  if ((own ?? env.all_proxy ?? env.ALL_PROXY) === undefined) return false;
  const exceptions = (env.no_proxy ?? env.NO_PROXY ?? "")
    .split(",")
    .map((entry) => entry.trim().toLowerCase());
  return !exceptions.some((entry) => entry !== "" && matches(url, entry));
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
