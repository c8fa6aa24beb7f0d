import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { catalog } from "../src/catalog.ts";
import { commandLine } from "../src/cli/command-line.ts";
import { flagsOf } from "../src/cli/flags.ts";
import { commonFlags } from "../src/commands/call.ts";
import { toolList } from "../src/mcp/tool-list.ts";
import { updating, whenMeant } from "./expect-golden.ts";
import { ceiling, tokensOfTools } from "./tokens.ts";

const root = join(import.meta.dir, "..");
const marked = /(?<=<!-- tools -->\n)[\s\S]*?(?=<!-- \/tools -->)/;
const markedTokens = /(?<=<!-- tokens -->).*?(?=<!-- \/tokens -->)/;

const readme = await textOf("README.md", marked, toolTable());
const contributing = await textOf("CONTRIBUTING.md", markedTokens, tokensLeft());

/** The text of a file, in which a marked part is written anew with UPDATE=1. */
async function textOf(name: string, part: RegExp, made: string): Promise<string> {
  const file = Bun.file(join(root, name));
  const text = await file.text();
  if (!updating) return text;
  await file.write(text.replace(part, () => made));
  return file.text();
}

/** How far the tool list is from its ceiling. */
function tokensLeft(): string {
  const [now, most] = [tokensOfTools(toolList()), ceiling].map((count) =>
    count.toLocaleString("en"),
  );
  return `It has ${now} tokens of the ${most} that it may have`;
}

/** The tools as a Markdown table, laid out as `bun fmt` does, and a call of each. */
function toolTable(): string {
  const rows = catalog.map(({ name, input, description }) => [
    `\`${name}\``,
    parametersOf(input).join(", "),
    // What it answers; when to use another tool is for the model.
    /^.*?\.(?= |$)/s.exec(description)?.[0].replaceAll("|", "\\|") ?? description,
  ]);
  const head = ["tool", "parameters", "what it answers"];
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i]?.length ?? 0)));
  const rule = widths.map((width) => "-".repeat(width));
  const lines = [head, rule, ...rows].map(
    (row) => `| ${row.map((text, i) => text.padEnd(widths[i] ?? 0)).join(" | ")} |\n`,
  );
  const calls = catalog.map(({ name, examples: [first] }) => `${commandLine(name, first)}\n`);
  return `\n${lines.join("")}\nA call of each, with names as the demo has them; \`--help\` of a tool has more:\n\n\`\`\`sh\n${calls.join("")}\`\`\`\n\n`;
}

/** The names of an input's parameters, the required ones in bold. */
function parametersOf(input: z.ZodObject): string[] {
  const { properties = {}, required = [] } = z.toJSONSchema(input, { io: "input" });
  return Object.keys(properties).map((name) =>
    required.includes(name) ? `**\`${name}\`**` : `\`${name}\``,
  );
}

function unique(names: Iterable<string>): string[] {
  return [...new Set(names)].toSorted();
}

function allMatches(text: string, pattern: RegExp): string[] {
  return unique([...text.matchAll(pattern)].map((match) => match[1] ?? match[0]));
}

describe("README", () => {
  test("its table of the tools is made from the definitions", () => {
    expect(marked.exec(readme)?.[0], whenMeant("The table of the tools in README.md")).toBe(
      toolTable(),
    );
  });

  test("names every tool, and no tool that does not exist", () => {
    const names = catalog.map(({ name }) => name);
    expect(allMatches(readme, /\b(?:check|find|get|list|query|search)_[a-z_]+/g)).toEqual(
      unique(names),
    );
    expect(
      allMatches(readme, /\bcall ([a-z]+_[a-z_]+)/g).filter((n) => !names.includes(n)),
    ).toEqual([]);
  });

  test("uses only flags that exist", () => {
    const lines = readme.replaceAll("\\\n", " ").split(/\n|\|/);
    const wrong = lines.flatMap((line) => {
      const tool = /\bxo-mcp call ([a-z_]+)/.exec(line)?.[1];
      const input = catalog.find(({ name }) => name === tool)?.input;
      if (input === undefined) return [];
      const known = ["help", ...[...flagsOf(input), ...commonFlags].map(({ name }) => name)];
      return allMatches(line, /(?<= )--([a-z_-]+)/g).filter((flag) => !known.includes(flag));
    });
    expect(wrong).toEqual([]);
  });

  test("names every variable that the program reads, and no other", async () => {
    const src = join(root, "src");
    const files = [...new Bun.Glob("**/*.ts").scanSync(src)].filter((name) =>
      /^config\b/.test(name),
    );
    const sources = await Promise.all(files.map((name) => Bun.file(join(src, name)).text()));
    const variable = /\bXO_[A-Z_]+\b/g;
    expect(allMatches(readme, variable)).toEqual(allMatches(sources.join("\n"), variable));
  });
});

test("CONTRIBUTING names only functions and values that exist", async () => {
  const sources = await Promise.all(
    [...new Bun.Glob("{src,test}/**/*.ts").scanSync(root)]
      .filter((name) => !name.includes("node_modules"))
      .map((name) => Bun.file(join(root, name)).text()),
  );
  const names = allMatches(contributing, /`([a-z]+[A-Z]\w*)\b/g);
  expect(names).toContain("defineTool");
  const defined = allMatches(sources.join("\n"), /\b(?:function|const) (\w+)/g);
  expect(names.filter((name) => !defined.includes(name))).toEqual([]);
});

test("CONTRIBUTING tells how far the tool list is from its ceiling", () => {
  expect(markedTokens.exec(contributing)?.[0], whenMeant("The tokens in CONTRIBUTING.md")).toBe(
    tokensLeft(),
  );
});

describe.each([
  ["README.md", readme],
  ["CONTRIBUTING.md", contributing],
])("%s", (_name, text) => {
  test("its links lead somewhere", () => {
    const anchors = [...text.matchAll(/^#+ (.*)$/gm)].map(
      (match) =>
        `#${(match[1] ?? "")
          .toLowerCase()
          .replace(/[^\w -]/g, "")
          .replaceAll(" ", "-")}`,
    );
    const links = allMatches(text, /\]\(([^)]+)\)/g).filter((link) => !/^https?:/.test(link));
    const broken = links.filter((link) =>
      link.startsWith("#")
        ? !anchors.includes(link)
        : !existsSync(join(root, link.split("#")[0] ?? "")),
    );
    expect(broken).toEqual([]);
  });

  test("names the pinned Bun", async () => {
    const { devDependencies } = await Bun.file(join(root, "package.json")).json();
    expect(allMatches(text, /\bbun@([\d.]+)/g)).toEqual([devDependencies.bun]);
  });

  test("names only scripts that exist", async () => {
    const { scripts } = await Bun.file(join(root, "package.json")).json();
    const wrong = allMatches(text, /\bbun(?:@[\d.]+)? run ([a-z:]+)/g).filter(
      (name) => !(name in scripts),
    );
    expect(wrong).toEqual([]);
  });
});
