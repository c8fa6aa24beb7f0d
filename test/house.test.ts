import { describe, expect, test } from "bun:test";
import { dirname, join, relative } from "node:path";
import { catalog } from "../src/catalog.ts";
import { flagsOf } from "../src/cli/flags.ts";
import { commonFlags } from "../src/commands/call.ts";
import { instructions } from "../src/mcp/instructions.ts";

const root = join(import.meta.dir, "../src");

const sources = new Map(
  await Promise.all(
    [...new Bun.Glob("**/*.ts").scanSync(root)]
      .toSorted()
      .map(async (name) => [name, await Bun.file(join(root, name)).text()] as const),
  ),
);

/** Names of the source files that match. */
function filesWith(pattern: RegExp): string[] {
  return [...sources].flatMap(([name, text]) => (pattern.test(text) ? [name] : []));
}

/** What may import what. A room is a folder, or a file at the top; it may always import itself. */
const base = [
  "budget",
  "deadline",
  "errors",
  "json",
  "nearest",
  "own-secrets",
  "secret",
  "sentence",
  "time",
  "untrusted",
  "version",
];
const rooms: Record<string, string[]> = {
  ...Object.fromEntries(base.map((name) => [name, []])),
  errors: ["sentence"],
  sentence: ["untrusted"],
  time: ["sentence"],
  budget: ["sentence"],
  untrusted: ["own-secrets"],
  log: [],
  config: ["errors", "secret", "sentence"],
  // The network room; it takes its settings as a value.
  xo: [...base, "config"],
  docs: [...base, "xo"],
  sight: [...base, "xo"],
  // SQLite, in a process of its own; it knows nothing of XO.
  sqlite: [...base, "xo"],
  tool: [...base, "docs", "sight", "sqlite", "xo"],
  estate: [...base, "sight", "tool", "xo"],
  backup: [...base, "estate", "tool", "xo"],
  health: [...base, "backup", "estate", "sight", "tool", "xo"],
  listing: [...base, "estate", "tool", "xo"],
  stats: [...base, "estate", "tool", "xo"],
  sql: [...base, "backup", "estate", "sight", "sqlite", "tool", "xo"],
  tools: [
    ...base,
    "backup",
    "docs",
    "estate",
    "health",
    "listing",
    "sight",
    "sql",
    "stats",
    "tool",
    "xo",
  ],
  catalog: ["tool", "tools"],
  settings: ["config", "errors", "sentence", "xo"],
  paging: [],
  session: [...base, "config", "docs", "paging", "settings", "sight", "sqlite", "tool", "xo"],
  mcp: [...base, "catalog", "session", "tool", "tools"],
  cli: ["errors", "nearest", "sentence"],
  help: [],
  render: ["sentence", "errors", "tool"],
  commands: [...base, "cli", "config", "help", "log", "mcp", "render", "session", "tool", "tools"],
  main: [...base, "cli", "commands", "log", "render", "sqlite"],
};

/** The parts of the program that may use a package. */
const packages: Record<string, RegExp> = {
  "@modelcontextprotocol/sdk": /^mcp\//,
  citty: /^(?:main\.ts$|commands\/|cli\/)/,
  consola: /^log\.ts$/,
  croner: /^backup\//,
  zod: /./,
  "node:crypto": /^config\//,
  "node:fs": /^(?:config\/|render\/stdout\.ts$|sqlite\/(?:child|watchdog)\.ts$)/,
  "node:net": /^xo\/ip\.ts$/,
  "node:sqlite": /^sqlite\//,
  "node:stream": /^mcp\/stdio\//,
  "node:timers": /^(?:sql|xo)\//,
  "node:tls": /^xo\/certificate\.ts$/,
  "node:util": /^(?:secret\.ts$|cli\/)/,
};

interface Import {
  from: string;
  to: string;
}

const imports: Import[] = [...sources].flatMap(([from, text]) =>
  [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) => ({
    from,
    to: match[1] ?? "",
  })),
);

function roomOf(file: string): string {
  return (file.split("/")[0] ?? "").replace(/\.ts$/, "");
}

describe("the house", () => {
  test("imports point downwards only", () => {
    const wrong = imports
      .filter(({ to }) => to.startsWith("."))
      .map(({ from, to }) => ({ from, to: relative(root, join(root, dirname(from), to)) }))
      .filter(({ from, to }) => {
        const [own, other] = [roomOf(from), roomOf(to)];
        return own !== other && !(rooms[own] ?? []).includes(other);
      });
    expect(wrong).toEqual([]);
  });

  test("each package is used only where it belongs", () => {
    const wrong = imports
      .filter(({ to }) => !to.startsWith("."))
      .filter(({ from, to }) => {
        const name = Object.keys(packages).find(
          (known) => to === known || to.startsWith(`${known}/`),
        );
        return name === undefined || !packages[name]?.test(from);
      });
    expect(wrong).toEqual([]);
  });

  test("one function sends requests, and it can only GET", () => {
    expect(filesWith(/\bfetch\(|\.fetch\(/)).toEqual(["xo/http.ts"]);
    expect(filesWith(/FetchSession/).filter((name) => !name.startsWith("xo/"))).toEqual([]);
    expect(sources.get("xo/http.ts")?.match(/method:.*|body:.*/g)).toEqual(['method: "GET",']);
    expect(filesWith(/["'`](?:POST|PUT|PATCH|DELETE)["'`]/)).toEqual([]);
    expect(filesWith(/XMLHttpRequest|WebSocket|Bun\.connect|Bun\.udpSocket/)).toEqual([]);
  });

  test("one program is started: this one, as its own child without environment", () => {
    expect(filesWith(/Bun\.\$|Bun\.spawn|child_process/)).toEqual(["sqlite/child-process.ts"]);
    expect(sources.get("sqlite/child-process.ts")).toContain("env: {},");
  });

  test("a filter is made by us, or guarded", () => {
    expect(filesWith(/\bFilter\.parse\(/)).toEqual(["xo/filter.ts", "xo/filter/guard.ts"]);
  });

  test("one file reads the environment", () => {
    expect(filesWith(/process\.env|Bun\.env|import\.meta\.env/)).toEqual(["config.ts"]);
  });

  test("no key from outside is assigned by name: it could be __proto__", () => {
    // x[key] = …, but not x["name"] = …
    const byVariable = /[\w)\]?!]\[(?!["'`])[^\]\n]+\]+\s*(?:[-+*/%&|?]{0,3}=(?![=>])|\+\+|--)/;
    expect(filesWith(byVariable)).toEqual(["listing/fields.ts"]);
    expect(filesWith(/Object\.assign\(/)).toEqual([
      "health/holdings.ts",
      "tools/check-connection.ts",
    ]);
    expect(filesWith(/Reflect\.(?:set|defineProperty)|\.__proto__|setPrototypeOf/)).toEqual([]);
  });

  test("what is foreign in a sentence of ours is quoted: the type is made in one place", () => {
    const files = (pattern: RegExp) => filesWith(pattern).filter((name) => name !== "sentence.ts");
    // Cut and clean once more; from our own child.
    expect(files(/\bSentence\.(?:parse|brand)|brand\("sentence"\)/)).toEqual(["session.ts"]);
    // Names of parameters, collections and parts, and zod's own words.
    expect(files(/\bours\(/)).toEqual([
      "estate/pool-dashboard.ts",
      "mcp/read-arguments.ts",
      "sight/needs.ts",
      "sight/sight.ts",
      "sql/load.ts",
      "tool.ts",
      "xo/filter/check.ts",
      "xo/redact.ts",
      "xo/resolve.ts",
    ]);
    expect(files(/\bexpression\(/).filter((name) => !name.startsWith("xo/"))).toEqual([]);
  });

  test("JSON from outside is parsed in one place", () => {
    expect(filesWith(/JSON\.parse\(|\.json\(\)/)).toEqual([
      "json.ts",
      "sqlite/child-process.ts",
      "sqlite/child.ts",
    ]);
  });

  test("stdout is written by render, and frames to a host by one file", () => {
    expect(filesWith(/process\.stdout\.write|Bun\.stdout|console\./)).toEqual([
      "mcp/stdio/frames.ts",
      "render/stdout.ts",
    ]);
  });

  test("files are small and folders say what they hold", () => {
    const long = [...sources]
      .filter(([, text]) => text.split("\n").length > 250)
      .map(([name]) => name);
    expect(long).toEqual([]);
    expect(
      [...sources.keys()].filter((name) => /(?:utils?|helpers?|common|misc)\b/.test(name)),
    ).toEqual([]);
  });

  test("what XO tells of storage is judged in one place each", () => {
    // Reading a field, not asking for it.
    const reading = (field: string) =>
      filesWith(new RegExp(`\\b${field}\\b(?!"|: true)`)).filter(
        (name) => !/^(?:xo\/|render\/units)/.test(name),
      );
    expect(reading("physical_usage")).toEqual(["estate/space.ts"]);
    expect(reading("allocationStrategy")).toEqual(["estate/promised.ts"]);
  });

  test.each([
    ["a replica by its source", /xo:backup:vm/, ["estate/replicas.ts"]],
    ["the marks of XO's backups", /xo:backup:job/, ["estate/replicas.ts", "estate/snapshots.ts"]],
    [
      "a VM whose start is blocked",
      /blockedOperations\?\.\[/,
      ["estate/replicas.ts", "estate/temporary-vms.ts"],
    ],
    // The rule only says the tag in its text.
    [
      "the tag against backups",
      /xo:no-bak/,
      ["backup/jobs.ts", "estate/temporary-vms.ts", "health/rules/vm-not-backed-up.ts"],
    ],
    ["a VM being imported", /Importing/, ["estate/temporary-vms.ts"]],
    ["a disk left out by its name", /\[NOBAK/, ["backup/left-out-disks.ts"]],
    // The health report asks for the field.
    ["a guest's agent", /managementAgentDetected/, ["estate/guest-tools.ts", "health/listed.ts"]],
  ])("%s is told by one rule", (_what, mark, files) => {
    const found = filesWith(mark).filter((name) => !name.startsWith("xo/"));
    expect(found).toEqual(files);
  });

  test("no type is silenced", () => {
    expect(
      filesWith(/: any\b|\bas (?:any|unknown|never)\b|@ts-(?:ignore|expect-error)|[\w)\]]!\./),
    ).toEqual([]);
  });
});

describe.each(catalog.map((tool) => [tool.name, tool] as const))("%s", (name, tool) => {
  test("is named in snake_case, in a file of its name", () => {
    expect(name).toMatch(/^[a-z]+(?:_[a-z]+)*$/);
    expect(sources.has(`tools/${name.replaceAll("_", "-")}.ts`)).toBe(true);
  });

  test("has a title, a description and described flat parameters", () => {
    expect(tool.title).not.toBe("");
    expect(tool.description.length).toBeGreaterThan(40);
    // Some hosts cut descriptions there.
    expect(tool.description.length).toBeLessThan(1_024);
    const flags = flagsOf(tool.input);
    expect(flags.filter(({ description }) => description.trim() === "")).toEqual([]);
    const taken = new Set(commonFlags.map((flag) => flag.name));
    expect(flags.filter((flag) => taken.has(flag.name))).toEqual([]);
  });
});

test("the instructions fit where hosts cut them", () => {
  expect(instructions.length).toBeLessThan(2_000);
});
