import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { CallToolResultSchema } from "@modelcontextprotocol/sdk/types.js";
import * as z from "zod";
import { catalog } from "../src/catalog.ts";
import { collections } from "../src/xo/routes.ts";
import { ask, call, connect, itemsOf, signIn, useXo, warningsOf } from "./harness.ts";
import { allSamples, type Sample } from "./samples.ts";

const fixture = useXo({ situations: ["crowded"] });

/** Names that no record has. */
const unknown = Array.from({ length: 500 }, (_, at) => `nofield${at * 7919}`);

const wide: Sample[] = [
  ...catalog
    .filter(({ input }) => "fields" in input.shape && !("collection" in input.shape))
    .map(({ name }): Sample => [name, { fields: "*" }]),
  ...collections.map((collection): Sample => ["query_objects", { collection, fields: "*" }]),
  ["list_srs", { fields: unknown.join(",") }],
  [
    "list_srs",
    {
      filter: unknown
        .slice(0, 200)
        .map((name) => `${name}:a`)
        .join(" "),
    },
  ],
  ["list_srs", { sort: unknown.join(",") }],
  ["list_srs", Object.fromEntries(unknown.map((name) => [name, 1]))],
  ["list_vms", { filter: `name_label:${"x".repeat(20_000)}` }],
  ["query_sql", { sql: "select * from vms join disks" }],
  ["query_sql", { sql: "select group_concat(name_description) from vms" }],
  ["query_sql", { sql: "select hex(randomblob(100000)), 1, 2" }],
];

describe.each([2_000, 24_000])("every answer has room in %d characters", (budget) => {
  let client: Client;
  beforeAll(async () => {
    client = await connect({ ...signIn(fixture.xo), XO_MCP_MAX_CHARS: String(budget) });
    // With it, the client holds each answer against the tool's own output schema.
    await client.listTools();
  });
  afterAll(() => client.close());

  test.each([...allSamples, ...wide])("%s %.60j", async (name, args) => {
    const result = CallToolResultSchema.parse(await client.callTool({ name, arguments: args }));
    const [block] = result.content;
    const text = block?.type === "text" ? block.text : "";
    expect(text).not.toBe("");
    expect(text.length).toBeLessThanOrEqual(budget);
    expect(text).not.toContain("unexpectedly");
  });
});

describe("what has no room", () => {
  let client: Client;
  let small: Client;
  let longestRun: Record<string, unknown>;
  beforeAll(async () => {
    const { xo } = fixture;
    client = await connect(signIn(xo));
    small = await connect({ ...signIn(xo), XO_MCP_MAX_CHARS: "2000" });
    const run = xo.estate.backupLogs.find(
      ({ tasks }) => Array.isArray(tasks) && tasks.length === 500,
    );
    longestRun = { collection: "backup-logs", filter: `id:${run?.id}` };
  });
  afterAll(async () => {
    await client.close();
    await small.close();
  });

  test("is the longest list of an item, with a mark of how much there is and how to ask for it alone", async () => {
    const answer = await ask(client, "query_objects", { ...longestRun, fields: "*" });
    const [run] = itemsOf(answer);
    const tasks = z.array(z.unknown()).parse(run?.["tasks"]);
    expect(tasks.length).toBeWithin(20, 500);
    expect(tasks.at(-1)).toBe("… [500 in all: fields=tasks]");
    expect(warningsOf(answer)).toContain(`items.tasks (${tasks.length - 1} of 500)`);
    const whole = await call(signIn(fixture.xo), "query_objects", { ...longestRun, fields: "*" });
    const [inWhole] = itemsOf(whole);
    expect({ ...run, tasks: [] }).toEqual({ ...inWhole, tasks: [] });
    expect(tasks.slice(0, -1)).toEqual(
      z
        .array(z.unknown())
        .parse(inWhole?.["tasks"])
        .slice(0, tasks.length - 1),
    );
  });

  test("is not asked for as it was", async () => {
    const answer = await ask(client, "query_objects", { ...longestRun, fields: "tasks" });
    expect(JSON.stringify(answer)).toContain('"… [500 in all]"');
    expect(warningsOf(answer)).toContain("xo-mcp call at a shell cuts nothing");
  });

  test("is the end of a text, which says how long it was", async () => {
    const args = { fields: "id,name_label,name_description", limit: 1 };
    const [pool] = itemsOf(await ask(small, "list_pools", args));
    expect(pool?.["name_label"]).toBe("Paris-DC1");
    expect(pool?.["name_description"]).toMatch(/^Zeile „1“\n.*… \[cut, \d+ characters in all/s);
  });

  test("loses nothing between two pages", async () => {
    const seen: unknown[] = [];
    let offset: unknown = 0;
    let total: unknown;
    while (offset !== undefined) {
      const answer = await ask(small, "list_networks", { offset });
      expect(itemsOf(answer)).toHaveLength(Number(answer["returned"]));
      seen.push(...itemsOf(answer).map(({ id }) => id));
      ({ next_offset: offset, total } = answer);
    }
    expect(new Set(seen).size).toBe(Number(total));
  });

  test("is what many warnings have in common", async () => {
    const { warnings } = await ask(client, "list_srs", { fields: unknown.join(",") });
    const [first, others] = z
      .array(z.string())
      .parse(warnings)
      .filter((text) => text.includes("nofield"));
    expect(first).toContain("No item has a field nofield0. There are: ");
    const [, ...names] = unknown;
    expect(others).toBe(`The same of ${names.slice(0, 10).join(", ")} and 489 more.`);
  });
});
