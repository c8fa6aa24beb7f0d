import * as z from "zod";
import { fitting } from "../budget/lengths.ts";
import type { Section } from "../docs/page.ts";
import { XoError } from "../errors.ts";
import { listed, quoted, say } from "../sentence.ts";
import { nearest } from "../nearest.ts";
import { type Context, defineTool, warnings } from "../tool.ts";

const topics = [
  "installation",
  "configuration",
  "backups",
  "restapi",
  "manage",
  "users",
  "architecture",
  "troubleshooting",
  "releases",
] as const;

/** Characters of a page in an answer to a model; a section that is asked for may use the whole budget. */
const overview = 6_000;

/** Characters for what stands beside outline and text. */
const envelope = 1_000;

export const searchDocumentation = defineTool({
  name: "search_documentation",
  title: "Read the documentation",
  description:
    "Xen Orchestra's own manual on a topic: its outline, and its sections as far as there is room. Use it for how-to questions, not for the state of the infrastructure.",
  input: z.strictObject({
    topic: z.enum(topics).describe("The page to read"),
    section: z.string().optional().describe("Only this section, by its title (from outline)"),
  }),
  output: z.object({
    topic: z.string(),
    title: z.string(),
    url: z.string(),
    source: z
      .enum(["xo", "public"])
      .describe("xo: fits this installation; public: the newest version"),
    outline: z.array(z.string()).describe("Titles of all sections; ask for one with section"),
    sections: z.array(z.object({ title: z.string(), text: z.string() })),
    warnings,
  }),
  examples: [{ topic: "backups" }],
  maxText: "published",
  async run({ topic, section }, context) {
    const { page, url, source } = await context.manual.page(topic, xoIfSet(context), context);
    if (source === "public") {
      context.warn(
        say`From the public site, which describes the newest XO: this XO served no manual.`,
      );
    }
    const whole = section !== undefined || context.budget === Number.POSITIVE_INFINITY;
    const room = (whole ? context.budget : Math.min(context.budget, overview)) - envelope;
    const outline = outlineOf(page.sections, room / 2);
    const sections = section === undefined ? page.sections : chosen(page.sections, section);
    return {
      topic,
      title: page.title,
      url,
      source,
      outline,
      sections: fit(sections, room - JSON.stringify(outline).length),
    };
  },
});

/** The public copy needs no XO, so a missing setting is no reason to refuse. */
function xoIfSet(context: Context) {
  try {
    return context.xo;
  } catch (error) {
    if (error instanceof XoError && error.kind === "config") return undefined;
    throw error;
  }
}

/** The sections of a title, in any case; of a chapter without text of its own, what follows it. */
function chosen(sections: Section[], wanted: string): Section[] {
  const found = sections.flatMap((section, at) =>
    section.title.toLowerCase() === wanted.toLowerCase() ? chapterAt(sections, at) : [],
  );
  if (found.length > 0) return found;
  const titles = sections.map(({ title }) => title);
  const meant = nearest(wanted, titles);
  throw new XoError(
    "not_found",
    say`This page has no section ${quoted(wanted)}.`,
    meant === undefined
      ? say`It has: ${listed(titles.slice(0, 60))}.`
      : say`Did you mean ${quoted(meant)}?`,
  );
}

function chapterAt(sections: Section[], at: number): Section[] {
  const [first, ...after] = sections.slice(at);
  if (first === undefined) return [];
  if (first.text !== "") return [first];
  const next = after.findIndex(({ text }) => text === "");
  return next === -1 ? after : after.slice(0, next);
}

/** The titles of all sections; of a page of very many, the first that fit, and how many more. */
function outlineOf(sections: Section[], room: number): string[] {
  const titles = sections.map(({ title }) => title);
  const shown = titles.slice(0, fitting(titles, room));
  const more = titles.length - shown.length;
  return more === 0 ? titles : [...shown, `… and ${more} more`];
}

/** The sections that fit, whole and in order. A first section that is too long is cut. */
function fit(sections: Section[], room: number): Pick<Section, "title" | "text">[] {
  const told = sections.filter(({ text }) => text !== "");
  const [first] = told;
  const whole = fitting(told, room);
  const shown = whole > 0 || first === undefined ? told.slice(0, whole) : [cutTo(first, room)];
  return shown.map(({ title, text }) => ({ title, text }));
}

function cutTo(section: Section, room: number): Section {
  const text = section.text.slice(0, Math.max(300, room - 300));
  return { ...section, text: `${text}… [cut: read on at the address above]` };
}
