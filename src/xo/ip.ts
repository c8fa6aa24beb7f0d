import { BlockList, isIP } from "node:net";

/**
 * The addresses that a text stands for, whatever way they are written: one, also in a URL or with a
 * port, a range (10.0.0.0/8, 10.0.0.0/255.0.0.0, 10.0.0.1-10.0.0.9), or the beginning of an IPv4
 * address (10.21, 10.21.*). Nothing for another text.
 */
export function rangeOf(text: string): ((address: string) => boolean) | undefined {
  const plain = bare(text);
  const between = rangeBetween(plain);
  if (between !== undefined) return between;
  const [network = "", bits, ...more] = wholeAddress(plain).split("/");
  const family = isIP(network);
  if (family === 0 || more.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) {
    return undefined;
  }
  const kind = family === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  try {
    if (bits === undefined) list.addAddress(network, kind);
    else list.addSubnet(network, Number(bits), kind);
  } catch {
    return undefined;
  }
  return (address) => isIP(address) === family && list.check(address, kind);
}

/** The first two or three numbers of an IPv4 address are a range: 10.21 is 10.21.0.0/16. */
function wholeAddress(text: string): string {
  if (!/^\d{1,3}(?:\.\d{1,3}){1,2}\.?$/.test(text)) return text;
  const parts = text.replace(/\.$/, "").split(".");
  return `${[...parts, "0", "0"].slice(0, 4).join(".")}/${parts.length * 8}`;
}

/** An address without what stands around it: protocol, brackets, port, path, zone; masks as a length. */
function bare(text: string): string {
  const isUrl = /^[a-z][a-z+.-]*:\/\//i.test(text);
  const host = isUrl ? (text.split("/")[2] ?? "") : text;
  const [, inBrackets] = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(host) ?? [];
  if (inBrackets !== undefined) return inBrackets.split("%")[0] ?? "";
  const [, beforePort] = /^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/.exec(host) ?? [];
  if (beforePort !== undefined) return beforePort;
  const [, begin] = /^(\d{1,3}(?:\.\d{1,3}){0,2})(?:\.\*)+$/.exec(host) ?? [];
  if (begin !== undefined) return begin.includes(".") ? begin : `${begin}.0.0.0/8`;
  const [network = "", mask = "", ...more] = host.split("/");
  if (more.length > 0 || isIP(mask) !== 4) return isIP(host) === 6 ? withoutZone(host) : host;
  const length = lengthOf(mask);
  return length === undefined ? host : `${network}/${length}`;
}

/** How many bits of an IPv4 netmask are set; nothing for one with holes, or for another text. */
export function lengthOf(mask: string): number | undefined {
  if (isIP(mask) !== 4) return undefined;
  const bits = mask
    .split(".")
    .map((part) => Number(part).toString(2).padStart(8, "0"))
    .join("");
  return /^1*0*$/.test(bits) ? bits.lastIndexOf("1") + 1 : undefined;
}

/** One address, in the one form that it has: without zone and port, IPv6 as short as it gets. */
export interface Address {
  address: string;
  version: 4 | 6;
  /** How long its network's part is, where that stands with it. */
  length: number | undefined;
  isLinkLocal: boolean;
}

const linkLocal = [rangeOf("fe80::/10"), rangeOf("169.254.0.0/16")];

/** The address that a text is; nothing for another text. */
export function addressOf(text: string): Address | undefined {
  const [host = "", bits] = bare(text).split("/");
  const plain = withoutZone(host);
  const version = isIP(plain);
  if (version !== 4 && version !== 6) return undefined;
  const address = version === 4 ? plain : new URL(`http://[${plain}]`).hostname.slice(1, -1);
  return {
    address,
    version,
    length: bits !== undefined && /^\d{1,3}$/.test(bits) ? Number(bits) : undefined,
    isLinkLocal: linkLocal.some((range) => range?.(address) === true),
  };
}

function withoutZone(address: string): string {
  return address.split("%")[0] ?? "";
}

/** 10.20.0.30-10.20.0.33, and 10.20.0.30-33. */
function rangeBetween(text: string): ((address: string) => boolean) | undefined {
  const [, first = "", last = ""] = /^([^-\s]+)\s*-\s*([^-\s]+)$/.exec(text) ?? [];
  const family = isIP(first);
  if (family === 0) return undefined;
  const whole = /^\d{1,3}$/.test(last) ? first.replace(/\d{1,4}$/, last) : last;
  if (isIP(whole) !== family) return undefined;
  const list = new BlockList();
  const kind = family === 4 ? "ipv4" : "ipv6";
  try {
    list.addRange(first, whole, kind);
  } catch {
    return undefined;
  }
  return (address) => isIP(address) === family && list.check(address, kind);
}
