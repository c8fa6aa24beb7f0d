import * as z from "zod";
import { fitting } from "../budget.ts";
import type { Section } from "../docs/page.ts";
import { XoError } from "../errors.ts";
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

export const searchDocumentation = defineTool({
  name: "search_documentation",
  title: "Read the documentation",
  description:
    "Xen Orchestra's own manual on a topic, section by section as far as there is room, then the titles of the other sections. Use it for how-to questions, not for the state of the infrastructure.",
  input: z.strictObject({
    topic: z.enum(topics).describe("The page to read"),
    section: z.string().optional().describe("Only this section, by its title (from more_sections)"),
  }),
  output: z.object({
    topic: z.string(),
    title: z.string(),
    url: z.string(),
    source: z
      .enum(["xo", "public"])
      .describe("xo: fits this installation; public: the newest version"),
    sections: z.array(z.object({ title: z.string(), text: z.string() })),
    more_sections: z.array(z.string()).optional(),
    warnings,
  }),
  maxText: "published",
  async run({ topic, section }, context) {
    const { page, url, source } = await context.manual.page(topic, xoIfSet(context), context);
    if (source === "public") {
      context.warn(
        "From the public site, which describes the newest XO: this XO served no manual.",
      );
    }
    const wanted = section === undefined ? page.sections : pick(page.sections, section);
    const { shown, rest } = fit(wanted, context.budget - 1_000);
    return {
      topic,
      title: page.title,
      url,
      source,
      sections: shown.map(({ title, text }) => ({ title, text })),
      ...(rest.length === 0 ? {} : { more_sections: rest }),
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

function pick(sections: Section[], wanted: string): Section[] {
  const found = sections.filter(({ title }) => title.toLowerCase() === wanted.toLowerCase());
  if (found.length > 0) return found;
  const titles = sections.map(({ title }) => title);
  const meant = nearest(wanted, titles);
  throw new XoError(
    "not_found",
    `This page has no section ${JSON.stringify(wanted)}.`,
    meant === undefined ? `It has: ${titles.slice(0, 60).join(", ")}.` : `Did you mean ${meant}?`,
  );
}

/**
 * The sections that fit, whole and in order, and the titles of the rest, which take up to a third of
 * the room. A first section that is too long is cut.
 */
function fit(sections: Section[], room: number): { shown: Section[]; rest: string[] } {
  const titles = sections.map(({ title }) => title);
  const roomForTitles = Math.min(JSON.stringify(titles).length, Math.floor(room / 3));
  const whole = fitting(sections, room - roomForTitles);
  const [first] = sections;
  if (whole === sections.length || first === undefined) return { shown: sections, rest: [] };
  const shown = whole > 0 ? sections.slice(0, whole) : [cutTo(first, room - roomForTitles)];
  const others = titles.slice(shown.length);
  const named = others.slice(0, fitting(others, roomForTitles));
  const unnamed = others.length - named.length;
  return { shown, rest: unnamed === 0 ? named : [...named, `… and ${unnamed} more`] };
}

function cutTo(section: Section, room: number): Section {
  const text = section.text.slice(0, Math.max(300, room - 300));
  return { ...section, text: `${text}… [cut: read on at the address above]` };
}
