import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { catalog } from "../src/catalog.ts";
import { ask, connect, signIn, tryCall, useXo } from "./harness.ts";
import { ofType } from "./xo/estate/records.ts";

describe("where nothing has a name", () => {
  const fixture = useXo({ situations: ["nameless"] });
  let client: Client;
  beforeAll(async () => {
    client = await connect(signIn(fixture.xo));
  });
  afterAll(() => client.close());

  const first = (type: "VM" | "host" | "SR" | "pool") =>
    String(ofType(fixture.xo.estate, type)[0]?.id);
  const arguments_: Record<string, () => Record<string, unknown>> = {
    find_objects: () => ({ query: first("VM") }),
    get_capacity_report: () => ({ without_host_id: first("host"), new_vms: 2 }),
    get_host_details: () => ({ host_id: first("host") }),
    get_pool_dashboard: () => ({ pool_id: first("pool") }),
    get_sr_details: () => ({ sr_id: first("SR") }),
    get_stats: () => ({ object_id: first("host"), points: 2 }),
    get_top_consumers: () => ({ metric: "memory" }),
    get_vm_details: () => ({ vm_id: first("VM") }),
    list_backup_runs: () => ({ since: "30d" }),
    list_events: () => ({ since: "30d" }),
    query_objects: () => ({ collection: "vms", group_by: "$pool" }),
  };
  const tools = catalog.map(({ name }) => name).filter((name) => name !== "search_documentation");

  test.each(tools)("%s has no empty text where one stands for an object", async (tool) => {
    const answer = await ask(client, tool, arguments_[tool]?.() ?? {});
    expect(emptyTexts(answer)).toEqual([]);
  });

  test("a table and a sentence say so, with the id", async () => {
    const { xo } = fixture;
    const halted = ofType(xo.estate, "VM").find(({ power_state }) => power_state === "Halted");
    const { stdout } = await tryCall(signIn(xo), "get_stats", { object_id: halted?.id });
    expect(stdout).toContain(`The VM (no name) ${halted?.id} is Halted`);
    const table = await tryCall(signIn(xo), "get_vm_details", { vm_id: halted?.id }, "table");
    expect(table.stdout).toMatch(/^name_label +\(no name\)$/m);
    expect(table.stdout).toMatch(/^pool.name_label +\(no name\)$/m);
    const lists = await tryCall(signIn(xo), "list_snapshots", { limit: 3 }, "table");
    expect(lists.stdout).toContain("(no name)");
  });
});

/** An object's own name, and the unit of what has none. */
const ownTexts = /(?:^|\.)(?:name|name_label|unit)$/;

/** Where an answer has a text of blanks alone, but for the objects' own names. */
function emptyTexts(value: unknown, path = ""): string[] {
  if (typeof value === "string") {
    return value.trim() === "" && !ownTexts.test(path) ? [path] : [];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    emptyTexts(inner, Array.isArray(value) ? `${path}[]` : `${path}.${key}`),
  );
}
