import { moved, pages } from "./pages.ts";
import type { Page, Section } from "./page.ts";

export interface DocsAnswer {
  status: number;
  /** Where a folder is asked for without the slash at its end. */
  location?: string;
  type: string;
  body: string;
}

/**
 * The manual as a static site generator publishes it under `base` ("" or "/docs"): its pages, the
 * text-free pages of topics that moved, and the index that a search box in the browser would load.
 * A page is a file; a topic that moved is a folder, to which the static server redirects from its
 * name without a slash.
 */
export function docsSite(base: string, path: string): DocsAnswer {
  const name = path.replace(/^\/|\/$/g, "");
  if (name === "search-doc.json") {
    return { status: 200, type: "application/json", body: JSON.stringify(searchIndex(base)) };
  }
  const target = moved.get(name);
  if (target !== undefined) {
    return path.endsWith("/")
      ? html(200, redirectPage(`${base}/${target}`))
      : { ...html(301, "Redirecting"), location: `${base}/${name}/` };
  }
  const page = pages.find((candidate) => candidate.path === name);
  if (page !== undefined) return html(200, pageHtml(page));
  if (name === "") return html(200, indexHtml(base));
  return html(404, "<!doctype html>\n<title>Page Not Found</title>\n<h1>Page Not Found</h1>\n");
}

/** The index's own shape: a page's text stands under its sections, escaped as if for HTML. */
function searchIndex(base: string) {
  const searchDocs = pages.flatMap((page) => {
    const url = `${base}/${page.path}`;
    return [
      {
        title: page.title,
        type: 0,
        sectionRef: "#",
        url,
        content: "",
        keywords: "",
        version: null,
      },
      ...page.sections.map((section) => ({
        // Each heading has a link to itself, whose text is a zero-width space.
        title: `${section.title}\u200b`,
        type: 1,
        pageTitle: page.title,
        url: `${url}#${slug(section)}`,
        content: `${escape(section.text.join(" "))} `,
        version: null,
        tagName: section.under === undefined ? "h2" : "h3",
      })),
    ];
  });
  return { searchDocs, options: {} };
}

function pageHtml({ title, intro = [], sections }: Page): string {
  const paragraphs = (texts: string[]) => texts.map((text) => `<p>${escape(text)}</p>`);
  const body = sections.map((section) => {
    const tag = section.under === undefined ? "h2" : "h3";
    const heading = `<${tag} class="anchor" id="${slug(section)}">${escape(section.title)}</${tag}>`;
    return [heading, ...paragraphs(section.text)].join("\n");
  });
  const header = `<header><h1>${escape(title)}</h1></header>`;
  return layout(title, [header, ...paragraphs(intro), ...body].join("\n"));
}

function indexHtml(base: string): string {
  const links = pages.map(
    ({ path, title }) => `<li><a href="${base}/${path}">${escape(title)}</a></li>`,
  );
  return layout("Manual", `<h1>Manual</h1>\n<ul>\n${links.join("\n")}\n</ul>`);
}

function layout(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escape(title)} | Xen Orchestra</title></head>
<body><article><div class="theme-doc-markdown markdown">
${body}
</div></article></body>
</html>
`;
}

function redirectPage(target: string): string {
  return `<!doctype html>
<html>
<head>
<meta charset="UTF-8">
<meta http-equiv="refresh" content="0; url=${target}">
<link rel="canonical" href="${target}" />
</head>
<script>
window.location.href = '${target}' + window.location.search + window.location.hash;
</script>
</html>
`;
}

function html(status: number, body: string): DocsAnswer {
  return { status, type: "text/html; charset=utf-8", body };
}

function slug({ title }: Section): string {
  return title
    .toLowerCase()
    .replace(/[^\w\s-]/g, "")
    .trim()
    .replace(/\s+/g, "-");
}

function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
