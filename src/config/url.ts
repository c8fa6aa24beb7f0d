import { XoError } from "../errors.ts";
import { setItWhere } from "./where.ts";

/**
 * The origin of XO. A wrong value is never echoed: it may hold a password.
 * @throws XoError `config`
 */
export function parseUrl(text: string | undefined): URL {
  if (text === undefined) {
    throw new XoError(
      "config",
      "XO_URL is not set.",
      `${setItWhere} Example: https://xo.example.com`,
    );
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
