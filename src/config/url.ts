import { XoError } from "../errors.ts";
import { quoted, say } from "../sentence.ts";
import { setItWhere } from "./where.ts";

/** Where XO's own pages and its REST API stand: an address copied from a browser ends with them. */
const ownPages = /\/(?:rest|v5|v6|signin|docs|api)(?:\/[^]*)?$/;

/**
 * The address of XO, below a path if a proxy serves it there. A wrong value is never echoed: it may hold a password.
 * @throws XoError `config`
 */
export function parseUrl(text: string | undefined): URL {
  if (text === undefined) {
    throw new XoError(
      "config",
      say`XO_URL is not set.`,
      say`${setItWhere} Example: https://xo.example.com`,
    );
  }
  if (/^\s*["'<]|^\s*XO_URL\s*=/i.test(text)) {
    throw new XoError(
      "config",
      say`XO_URL has more than the address in it: quotes, or its own name.`,
      say`Example: https://xo.example.com`,
    );
  }
  if (/^\s*https?:\/*https?:/i.test(text)) {
    throw new XoError(
      "config",
      say`XO_URL has http:// or https:// twice.`,
      say`Once is right: https://xo.example.com`,
    );
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw new XoError(
      "config",
      say`XO_URL is not a web address: it must begin with https:// or http://.`,
      say`Example: https://xo.example.com`,
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw new XoError(
      "config",
      say`XO_URL has a user name or password in it.`,
      say`Remove it from the address and use XO_TOKEN, or XO_USERNAME and XO_PASSWORD.`,
    );
  }
  const path = url.pathname.replace(ownPages, "").replace(/\/{1,9}$/, "");
  if (url.search !== "" || url.hash !== "" || path !== url.pathname.replace(/\/{1,9}$/, "")) {
    throw new XoError(
      "config",
      say`XO_URL is the address of a page: only that of XO itself belongs there.`,
      // Behind an address with a question mark anything may stand.
      path === ""
        ? say`Use ${quoted(url.origin)}`
        : say`Use ${quoted(url.origin)}, with the path below which XO is served.`,
    );
  }
  if (!/^(?:\/[\w.~-]+)*$/.test(path)) {
    throw new XoError(
      "config",
      say`XO_URL has a path with signs that no path of XO's has.`,
      say`Example: https://example.com/xo`,
    );
  }
  return new URL(path, url.origin);
}
