import { patience } from "../deadline.ts";
import { XoError } from "../errors.ts";
import { quoted, say } from "../sentence.ts";
import { parseJson } from "../json.ts";
import type { Xo } from "../xo/client.ts";
import type { SitePage } from "../xo/connection.ts";
import { baseOf, pageBelow } from "../xo/path.ts";
import type { PublicSite } from "../xo/public-site.ts";
import { movedTo, type Page, pageAt, SearchIndex } from "./page.ts";

/** A page and where it was read. */
export interface Found {
  page: Page;
  /** Full address of the page. */
  url: string;
  /** XO's own copy fits the installed version; the public one describes the newest. */
  source: "xo" | "public";
}

/** One copy of the manual: how to read below its base. */
interface Site {
  source: Found["source"];
  origin: URL;
  /** Path before every page: "" or "/docs". */
  base: string;
  /** Where the site's paths begin, if not at the root of its server. */
  below: string;
  read(name: string, signal: AbortSignal): Promise<SitePage>;
}

/** Pages without text that may send on to the next, before one with text has to come. */
const mostMoves = 5;

type Index = ReturnType<typeof SearchIndex.parse>["searchDocs"];

/** XO's manual: the copy that XO 6.7 and later serve, else the public one. */
export class Manual {
  readonly #publicSite: PublicSite;
  /** What was read stays: 0.7 MB, the same for the life of an installation. */
  readonly #indexes = new Map<Found["source"], Index>();

  constructor(publicSite: PublicSite) {
    this.#publicSite = publicSite;
  }

  /**
   * The page of a topic, from XO itself if `xo` is there and has it.
   * @throws XoError when neither copy can be read
   */
  async page(
    topic: string,
    xo: Xo | undefined,
    call: { signal: AbortSignal; deadline: number },
  ): Promise<Found> {
    const sites = [...(xo === undefined ? [] : [ownSite(xo)]), publicCopy(this.#publicSite)];
    let failure: unknown;
    for (const site of sites) {
      // An XO that does not answer must leave time for the copy that may.
      const signal = site.source === "xo" ? patience(call, 0.5) : call.signal;
      try {
        const page = await this.#read(site, `/${topic}`, signal);
        if (page !== undefined) {
          return {
            page,
            url: new URL(site.below + page.url, site.origin).href,
            source: site.source,
          };
        }
      } catch (error) {
        // An XO that is down or too old has no manual to give; the public copy may.
        failure ??= error;
        if (call.signal.aborted) break;
      }
    }
    const reason = failure instanceof XoError ? failure : undefined;
    throw new XoError(
      reason?.kind ?? "not_found",
      say`No text was found for ${quoted(topic)}${reason === undefined ? "" : say`: ${reason.message}`}`,
      say`It is on ${quoted(new URL(topic, this.#publicSite.origin).href)}, where it can be read in a browser.`,
    );
  }

  /** The page of a name, or of wherever its text was moved; nothing if the site has no text for it. */
  async #read(site: Site, name: string, signal: AbortSignal): Promise<Page | undefined> {
    const index = this.#indexes.get(site.source) ?? (await readIndex(site, signal));
    this.#indexes.set(site.source, index);
    let at = name;
    for (let moves = 0; moves <= mostMoves; moves += 1) {
      const page = pageAt(index, site.base, at);
      if (page !== undefined) return page;
      const { text, pathname } = await site.read(at.slice(1), signal);
      const redirected = pageAt(index, site.base, below(site, pathname));
      if (redirected !== undefined) return redirected;
      const target = movedTo(text, new URL(pathname, site.origin));
      if (target === undefined) return undefined;
      // The canonical address may name the public site in XO's own copy: only its path counts.
      at = below(site, target.pathname);
    }
    return undefined;
  }
}

function below({ base }: Site, pathname: string): string {
  return pathname.startsWith(`${base}/`) ? pathname.slice(base.length) : pathname;
}

function publicCopy(site: PublicSite): Site {
  return {
    source: "public",
    origin: site.origin,
    base: "",
    below: "",
    read: (name, signal) => site.read(name, signal),
  };
}

function ownSite(xo: Xo): Site {
  return {
    source: "xo",
    origin: xo.url,
    base: "/docs",
    below: baseOf(xo.url),
    read: (name, signal) => xo.manual(pageBelow("/docs", name), signal),
  };
}

async function readIndex(site: Site, signal: AbortSignal): Promise<Index> {
  const { text } = await site.read("search-doc.json", signal);
  const parsed = SearchIndex.safeParse(parseJson(text));
  if (parsed.success) return parsed.data.searchDocs;
  throw new XoError("unsupported", say`${quoted(site.origin.host)} has no index of the manual.`);
}
