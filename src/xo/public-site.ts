import { XoError } from "../errors.ts";
import { readText, send } from "./http.ts";
import { path } from "./path.ts";

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
  async read(name: string, signal: AbortSignal): Promise<string> {
    const url = new URL(path`/${name}`.pathname, this.origin);
    const response = await send({
      url,
      route: "public manual",
      headers: {},
      session: this.#session,
      signal,
      trace: this.trace,
    });
    if (response.ok) return readText(response, url);
    throw new XoError("unreachable", `${this.origin.host} answered with ${response.status}.`);
  }
}
