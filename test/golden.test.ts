import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { catalog } from "../src/catalog.ts";
import { expectGolden } from "./expect-golden.ts";
import { connect, run } from "./harness.ts";
import { ceiling, tokensOf, tokensOfTools } from "./tokens.ts";

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

describe("over MCP", () => {
  let client: Client;
  beforeAll(async () => {
    // No variable is set: what a host asks at its start needs none.
    client = await connect({});
  });
  afterAll(() => client.close());

  test("the instructions", async () => {
    await expectGolden("instructions.txt", `${client.getInstructions()}\n`);
  });

  test("the tools", async () => {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(catalog.map(({ name }) => name));
    for (const tool of tools) await expectGolden(`tools/${tool.name}.json`, json(tool));
    const files = [...new Bun.Glob("*.json").scanSync(`${import.meta.dir}/golden/tools`)];
    expect(files.toSorted()).toEqual(tools.map(({ name }) => `${name}.json`));
  });

  test("the tool list is small enough for a model's context", async () => {
    const { tools } = await client.listTools();
    const hint = "Say it shorter, or raise the ceiling in test/tokens.ts in a commit of its own";
    expect(tokensOfTools(tools), hint).toBeLessThanOrEqual(ceiling);
    // The tables of SQL stand in one parameter.
    const sql = tools.find(({ name }) => name === "query_sql");
    expect(tokensOf(sql?.inputSchema.properties?.["sql"])).toBeLessThanOrEqual(900);
    expect(JSON.stringify({ tools }).length).toBeLessThan(45_000);
  });

  test("the prompts", async () => {
    const { prompts } = await client.listPrompts();
    const texts = await Promise.all(prompts.map(({ name }) => client.getPrompt({ name })));
    await expectGolden(
      "prompts.json",
      json(prompts.map((prompt, at) => ({ ...prompt, ...texts[at] }))),
    );
  });
});

describe("on the command line", () => {
  const commands = [
    [],
    ["serve"],
    ["check"],
    ["call"],
    ["sql"],
    ["help"],
    ...catalog.map(({ name }) => ["call", name]),
  ];

  test.each(commands.map((command) => [command.join(" "), command] as const))(
    "xo-mcp %s --help",
    async (name, command) => {
      const { stdout, stderr, exitCode } = await run([...command, "--help"]);
      expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
      await expectGolden(`help/${name.replaceAll(" ", "-") || "xo-mcp"}.txt`, stdout);
    },
  );
});
