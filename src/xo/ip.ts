import { BlockList, isIP } from "node:net";

/**
 * The addresses that a text stands for, whatever way they are written: one, a range (10.0.0.0/8), or
 * the beginning of an IPv4 address (10.21). Nothing for another text.
 */
export function rangeOf(text: string): ((address: string) => boolean) | undefined {
  const [network = "", bits, ...more] = wholeAddress(text).split("/");
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
