import { XoError } from "../errors.ts";
import { quoted, say } from "../sentence.ts";
import type { SitePage } from "./connection.ts";
import { mostRedirects, readText, send } from "./http.ts";
import { pageBelow } from "./path.ts";

/** The public documentation site: another server than XO, which never sees a credential. */
export class PublicSite {
  readonly #session = new Bun.FetchSession({ tls: { rejectUnauthorized: true } });

  constructor(
    readonly origin: URL,
    private readonly trace?: (line: string) => void,
  ) {}

  /**
   * A page or file below the site's root.
   * @throws XoError `unreachable`, `tls` or `timeout`
   */
  async read(name: string, signal: AbortSignal): Promise<SitePage> {
    let url = new URL(pageBelow("", name).pathname, this.origin);
    for (let redirects = 0; ; redirects += 1) {
      const response = await send({
        url,
        route: "public manual",
        headers: {},
        session: this.#session,
        signal,
        trace: this.trace,
      });
      if (response.ok) return { text: await readText(response, url), pathname: url.pathname };
      const location = response.headers.get("location") ?? "";
      const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
      const isRedirect = response.status >= 300 && response.status < 400;
      if (!isRedirect || next?.origin !== this.origin.origin || redirects === mostRedirects) {
        throw new XoError(
          "unreachable",
          say`${quoted(this.origin.host)} answered with ${response.status}.`,
        );
      }
      await readText(response, url);
      url = next;
    }
  }
}
