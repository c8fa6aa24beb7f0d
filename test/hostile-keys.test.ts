import { afterEach, describe, expect, test } from "bun:test";
import { RawSession } from "./faults/raw-session.ts";
import { ask, connect, itemsOf, signIn, tryCall, useXo } from "./harness.ts";

const fixture = useXo();
afterEach(() => fixture.xo.clearFaults());

/** One key that would reach every object of the process, in the ways JSON can write it. */
const ways = ["__proto__", "\\u005f_proto__", "__pr\\u006Fto__", "_\\u005Fproto_\\u005f"];

describe.each(ways)("an answer with the key %s", (key) => {
  test("as a part of a dashboard leaves the session as it was", async () => {
    await fixture.xo.setFaults([
      { match: { path: "/dashboard" }, body: `{"${key}":{"x":1}}\n{"hosts":{"${key}":{"y":1}}}\n` },
    ]);
    await using session = new RawSession(signIn(fixture.xo));
    await session.initialize();
    await session.call("get_pool_dashboard", { pool_id: "Paris-DC1" });
    const answers = await Promise.race([
      Promise.all([
        session.request("ping"),
        session.request("tools/list"),
        session.call("list_vms", { limit: 1 }),
      ]),
      Bun.sleep(10_000),
    ]);
    expect(answers).toMatchObject([
      { result: {} },
      { result: { tools: expect.anything() } },
      { result: { structuredContent: { returned: 1 } } },
    ]);
  });

  test("is without it, at any depth, and with all else", async () => {
    const id = "c0ffee00-0000-4000-8000-000000000001";
    const body = `[{"id":"${id}","name_label":"n","${key}":{"x":1},"tags":["${key}"],"os_version":{"name":"a","${key}":{"y":1}}}]`;
    await fixture.xo.setFaults([{ match: { path: "/vms" }, body }]);
    const args = { collection: "vms", fields: "*" };
    const { stdout } = await tryCall(signIn(fixture.xo), "query_objects", args);
    const [item] = itemsOf(JSON.parse(stdout));
    expect(Object.keys(item ?? {})).toEqual(["id", "name_label", "tags", "os_version"]);
    expect(item).toMatchObject({ tags: ["__proto__"], os_version: { name: "a" } });
  });
});

test("a field that is called __proto__ is only a name", async () => {
  const client = await connect(signIn(fixture.xo));
  const answer = await ask(client, "list_vms", { fields: "id,__proto__.x", limit: 1 });
  expect(itemsOf(answer)).toHaveLength(1);
  expect(await ask(client, "list_vms", { limit: 1 })).toMatchObject({ returned: 1 });
  await client.close();
});
