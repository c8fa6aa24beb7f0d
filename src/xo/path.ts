import { XoError } from "../errors.ts";
import { say } from "../sentence.ts";

/** A path on XO: what is requested, and the template it was made from (which holds no value). */
export interface Path {
  readonly pathname: string;
  readonly template: string;
}

// The URL parser takes these for steps up the path, encoded or not (WHATWG URL, section 4.1).
const dotSegment = /^(?:\.|%2e){1,2}$/i;

/**
 * A path with each value encoded into the one segment it was written into.
 * @throws XoError `usage` for a value that cannot be one segment
 */
export function path(literals: TemplateStringsArray, ...values: string[]): Path {
  const segments = values.map(segment);
  return {
    pathname: String.raw({ raw: literals }, ...segments),
    template: String.raw({ raw: literals }, ...values.map(() => "{id}")),
  };
}

/**
 * A page of a site, by its name below `base`, which may have slashes.
 * @throws XoError `usage` for a part that cannot be a segment
 */
export function pageBelow(base: string, name: string): Path {
  const segments = name.split("/").filter((part) => part !== "");
  return { pathname: [base, ...segments.map(segment)].join("/"), template: `${base}/{page}` };
}

function segment(value: string): string {
  const encoded = encodeURIComponent(value.toWellFormed());
  if (encoded === "" || dotSegment.test(encoded) || encoded.includes("%00")) {
    throw new XoError(
      "usage",
      say`An empty text, dots or a NUL cannot be an id.`,
      say`Give a UUID or a name.`,
    );
  }
  return encoded;
}

/** The path below which XO is served, without a slash at its end; "" if it has its server alone. */
export function baseOf(url: URL): string {
  return url.pathname.replace(/\/{1,9}$/, "");
}

/** The address of XO as a user writes it. */
export function addressOf(url: URL): string {
  return url.origin + baseOf(url);
}

/** What stands behind XO's own address in another; nothing if that leads elsewhere. */
export function belowXo(url: URL, other: URL): string | undefined {
  const base = baseOf(url);
  return other.origin === url.origin && other.pathname.startsWith(`${base}/`)
    ? other.pathname.slice(base.length)
    : undefined;
}
