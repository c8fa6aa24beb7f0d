import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { type Answer, ask, call, connect, itemsOf, signIn, useXo, warningsOf } from "./harness.ts";
import { ofType } from "./xo/estate/records.ts";
import { startXo } from "./xo/start.ts";

/** Longer than one reading serves other calls. */
const aWhile = 3_300;

const namesOf = (page: Answer) => itemsOf(page).map(({ id }) => String(id));

describe("the pages of one list", () => {
  const fixture = useXo({ pools: 2, hosts: 8, vms: 80 });
  let client: Client;
  beforeEach(async () => {
    await fixture.xo.clearRequests();
    // A process of its own has read nothing yet.
    client = await connect({ ...signIn(fixture.xo), XO_MCP_MAX_CHARS: "200000" });
  });
  afterEach(async () => {
    await client.close();
    for (const { id } of fixture.xo.estate.servers) await fixture.xo.reconnectServer(id);
  });

  const readsOf = async (collection: string) => {
    const requests = await fixture.xo.requests();
    return requests.filter(({ path }) => path.startsWith(`/rest/v0/${collection}?`)).length;
  };

  /** XO loses a pool, and what was read for other calls has had its time. */
  const losePool = async () => {
    const [vm] = ofType(fixture.xo.estate, "VM").toReversed();
    const server = fixture.xo.estate.servers.find(({ poolId }) => poolId === vm?.$pool);
    await fixture.xo.disconnectServer(server?.id ?? "");
    await Bun.sleep(aWhile);
  };

  test.each([
    ["list_vms", "vms"],
    ["list_vdis", "vdis"],
    ["list_srs", "srs"],
    ["query_objects", "vifs"],
  ])("of %s come from one reading, however long XO has changed", async (tool, collection) => {
    const args = tool === "query_objects" ? { collection } : {};
    const whole = namesOf(await call(signIn(fixture.xo), tool, args));
    await fixture.xo.clearRequests();

    const first = await ask(client, tool, { ...args, limit: 3 });
    expect(first).not.toHaveProperty("read_at");
    const reads = await readsOf(collection);
    await losePool();
    // In another order of its arguments, and with another length, it is the same list.
    const second = await ask(client, tool, { offset: 3, limit: 5, ...args });
    const third = await ask(client, tool, { offset: 8, limit: 1000, ...args });
    expect([first, second, third].flatMap(namesOf)).toEqual(whole);
    expect(await readsOf(collection)).toBe(reads);
    expect(second["read_at"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(third["read_at"]).toBe(second["read_at"]);
    expect(warningsOf(second)).toContain("XO is not connected to");

    const anew = await ask(client, tool, { ...args, limit: 3 });
    expect(Number(anew["total"])).toBeLessThan(whole.length);
    expect(anew).not.toHaveProperty("read_at");
  });

  test("are of another reading where more was asked: it is another list", async () => {
    await ask(client, "list_vms", { limit: 3 });
    await losePool();
    const other = await ask(client, "list_vms", { filter: "power_state:*", limit: 3, offset: 3 });
    expect(await readsOf("vms")).toBe(2);
    expect(Number(other["total"])).toBeLessThan(ofType(fixture.xo.estate, "VM").length);
  });

  test("ask for the connections each time", async () => {
    await ask(client, "list_vms", { limit: 3 });
    await ask(client, "list_vms", { limit: 3, offset: 3 });
    await ask(client, "list_vms", { limit: 3, offset: 6 });
    expect(await readsOf("servers")).toBe(3);
  });
});

test("5,000 VMs by 150 are read of XO once", async () => {
  await using xo = await startXo({ size: "large" });
  const client = await connect(signIn(xo));
  const seen: string[] = [];
  let offset: unknown = 0;
  while (offset !== undefined) {
    const page = await ask(client, "list_vms", { limit: 150, offset });
    seen.push(...namesOf(page));
    ({ next_offset: offset } = page);
  }
  await client.close();
  expect(new Set(seen).size).toBe(5000);
  const lists = (await xo.requests()).filter(({ path }) => path.startsWith("/rest/v0/vms?"));
  expect(lists).toHaveLength(1);
});
