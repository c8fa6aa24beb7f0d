import { comparable } from "../untrusted.ts";
import { rangeOf } from "../xo/ip.ts";

/** What somebody looks for: the text, and what else it may be beside a part of a name. */
export interface Query {
  text: string;
  /** Without case. */
  folded: string;
  words: readonly string[];
  /** Whether the text is the beginning of a UUID, or a whole one. */
  isUuid: boolean;
  /** Whether an address is the one, or in the range. */
  hasAddress: ((address: string) => boolean) | undefined;
  /** The digits of a MAC address, or of three of its bytes and more. */
  mac: string | undefined;
  /** What stands behind tag: in the text, without case. */
  tag: string | undefined;
}

/** What an object may be found by. */
export interface Findable {
  id: string;
  name_label: string;
  tags?: readonly string[] | null | undefined;
  addresses?: readonly string[];
  /** Whether these are of the past: it is off, and another may have them now. */
  addressesAreOld?: boolean;
  macs?: readonly string[];
}

/** Why an object was found; the lower the rank, the better. */
export interface Match {
  rank: number;
  why: string;
}

export function readQuery(given: string): Query {
  const text = comparable(given).trim();
  const folded = text.toLowerCase();
  return {
    text,
    folded,
    words: folded.split(" "),
    isUuid: /^[0-9a-f]{4}[0-9a-f-]{0,32}$/.test(folded),
    hasAddress: rangeOf(text),
    mac: macDigits(folded),
    tag: /^tags?:\s*"?(.+?)"?$/.exec(folded)?.[1],
  };
}

/** 02:5e:00:aa:bb:cc, 02-5e-00-aa-bb-cc, 025e.00aa.bbcc, 025e00aabbcc; a part of the first two. */
function macDigits(text: string): string | undefined {
  const known =
    /^[0-9a-f]{2}(?:[:-][0-9a-f]{2}){2,5}[:-]?$|^[0-9a-f]{4}(?:\.[0-9a-f]{4}){2}$|^[0-9a-f]{12}$/;
  return known.test(text) ? digitsOf(text) : undefined;
}

function digitsOf(mac: string): string {
  return mac.toLowerCase().replace(/[^0-9a-f]/g, "");
}

/** The best reason for which an object is what was looked for, if there is one. */
export function matchOf(query: Query, object: Findable): Match | undefined {
  const { text, folded } = query;
  const name = comparable(object.name_label);
  const foldedName = name.toLowerCase();
  if ([object.id, object.id.slice(-36)].includes(folded)) return { rank: 0, why: "UUID" };
  if (name === text) return { rank: 1, why: "name" };
  if (foldedName === folded) return { rank: 2, why: "name, but for its case" };
  const place = matchOfPlace(query, object);
  if (place !== undefined) return place;
  if (foldedName.startsWith(folded)) return { rank: 5, why: "start of the name" };
  const tag = matchOfTag(query, object);
  if (tag?.rank === 6) return tag;
  // The id of a template that comes with XAPI has its pool's before it.
  const byUuid = query.isUuid && object.id.slice(-36).startsWith(folded);
  if (byUuid && folded.length >= 8) return { rank: 7, why: "start of the UUID" };
  if (foldedName.includes(folded)) return { rank: 8, why: "part of the name" };
  if (byUuid) return { rank: 9, why: "start of the UUID" };
  if (query.words.length > 1 && query.words.every((word) => foldedName.includes(word))) {
    return { rank: 10, why: "all words in the name" };
  }
  if (folded.includes("*") && fits(folded, foldedName)) return { rank: 10, why: `name as ${text}` };
  return tag;
}

/** By what is on the network: an address or a MAC. */
function matchOfPlace({ hasAddress, mac }: Query, object: Findable): Match | undefined {
  const address = hasAddress && object.addresses?.find(hasAddress);
  if (address !== undefined) {
    return object.addressesAreOld === true
      ? {
          rank: 4,
          why: `last known IP address ${address}: it is off or out of reach, another may have it now`,
        }
      : { rank: 3, why: `IP address ${address}` };
  }
  const found = mac && object.macs?.find((own) => digitsOf(own).includes(mac));
  return found ? { rank: 4, why: `MAC ${found}` } : undefined;
}

/** Whether a name is as a text in which * stands for any letters. */
function fits(wanted: string, name: string): boolean {
  const [first = "", ...rest] = wanted.split("*");
  const last = rest.pop() ?? "";
  if (name.length < first.length + last.length) return false;
  if (!name.startsWith(first) || !name.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at <= name.length - last.length;
}

function foldedOf(tag: string): string {
  return comparable(tag).toLowerCase();
}

function matchOfTag({ folded: text, tag: named }: Query, { tags }: Findable): Match | undefined {
  // A tag may have a colon itself.
  const folded = named !== undefined && !tags?.some((tag) => foldedOf(tag) === text) ? named : text;
  const whole = tags?.find((tag) => foldedOf(tag) === folded);
  if (whole !== undefined) return { rank: 6, why: `tag ${whole}` };
  const part = tags?.find((tag) => foldedOf(tag).includes(folded));
  return part === undefined ? undefined : { rank: 11, why: `part of the tag ${part}` };
}
