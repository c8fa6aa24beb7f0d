import * as z from "zod";
import { cleanText } from "../untrusted.ts";

/** The index that a Docusaurus site gives its search box (docusaurus-lunr-search). */
export const SearchIndex = z.object({
  searchDocs: z.array(
    z.object({
      title: z.string().catch(""),
      /** 0 is a page, 1 a section of one. */
      type: z.number().catch(1),
      url: z.string(),
      content: z.string().catch(""),
    }),
  ),
});

type Entry = z.output<typeof SearchIndex>["searchDocs"][number];

export interface Section {
  title: string;
  /** Path on its site, with the anchor. */
  url: string;
  /** Empty of a chapter whose sections have it all. */
  text: string;
}

/** One page of the manual as plain text, in its own order. */
export interface Page {
  title: string;
  url: string;
  sections: Section[];
}

/** The page at a path below the site's base, or nothing if the index has no text for it. */
export function pageAt(entries: readonly Entry[], base: string, path: string): Page | undefined {
  const own = entries.filter(({ url }) => pagePath(url, base) === path.replace(/\/$/, ""));
  const head = own.find(({ type }) => type === 0);
  const entry = ({ title, url, content }: Entry): Section => ({
    title: titleOf(title),
    url,
    text: decodeEntities(content).trim(),
  });
  // The page's own entry has text only where no heading does; a chapter may have none of its own.
  const sections = own
    .filter(({ type, content }) => type !== 0 || content.trim() !== "")
    .map(entry);
  if (sections.every(({ text }) => text === "")) return undefined;
  const url = head?.url ?? sections[0]?.url.split("#")[0] ?? path;
  return { title: titleOf(head?.title ?? sections[0]?.title ?? path), url, sections };
}

/** The index keeps the zero-width space of each heading's link to itself. */
function titleOf(text: string): string {
  return cleanText(decodeEntities(text)).trim();
}

function pagePath(url: string, base: string): string {
  const [pathname = ""] = url.split(/[#?]/);
  const below = pathname.startsWith(`${base}/`) ? pathname.slice(base.length) : pathname;
  return below.replace(/\/$/, "");
}

const entities: Record<string, string> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
};

/** The index holds text as it stood in HTML. */
function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|([a-z]+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return entities[String(name).toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** Where a page without text sends its reader: its canonical address, or its meta refresh. */
export function movedTo(html: string, from: URL): URL | undefined {
  let target: string | null = null;
  new HTMLRewriter()
    .on('meta[http-equiv="refresh"]', {
      element: (element) => {
        target ??=
          /url\s*=\s*['"]?([^'"\s;]+)/i.exec(element.getAttribute("content") ?? "")?.[1] ?? null;
      },
    })
    .on('link[rel="canonical"]', {
      element: (element) => {
        target ??= element.getAttribute("href");
      },
    })
    .transform(html);
  return target !== null && URL.canParse(target, from.href) ? new URL(target, from) : undefined;
}
