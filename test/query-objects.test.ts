import { describe, expect, test } from "bun:test";
import * as z from "zod";
import {
  type Answer,
  ask,
  call,
  connect,
  itemsOf,
  signIn,
  tryCall,
  useXo,
  warningsOf,
} from "./harness.ts";
import { collections } from "../src/xo/routes.ts";
import { byId, ofType } from "./xo/estate/records.ts";
import { trap } from "./xo/estate/traps.ts";

const fixture = useXo({ pools: 2, hosts: 8, vms: 80 });

const query = (args: Record<string, unknown>): Promise<Answer> =>
  call(signIn(fixture.xo), "query_objects", args);
const refused = async (args: Record<string, unknown>): Promise<string> => {
  const outcome = await tryCall(signIn(fixture.xo), "query_objects", args);
  expect(outcome).toMatchObject({ stdout: "", exitCode: 2 });
  return outcome.stderr;
};

/** How many there are of each text, as [text, count], the most first. */
const tally = (texts: readonly string[]): [string, number][] =>
  [...Map.groupBy(texts, (text) => text)]
    .map(([text, same]): [string, number] => [text, same.length])
    .toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));

const groupsOf = (answer: Answer) =>
  z
    .array(z.object({ value: z.string(), count: z.number() }))
    .parse(answer["items"])
    .map(({ value, count }) => [value, count]);

describe("query_objects", () => {
  test.each(collections.map((name) => [name]))("reads %s, without a secret", async (collection) => {
    for (const fields of [undefined, "*"]) {
      const answer = await query({ collection, ...(fields && { fields }) });
      expect(JSON.stringify(answer)).not.toContain("CANARY");
      // The standard fields are ones that there are.
      expect(warningsOf(answer)).not.toContain("has a field");
    }
  });

  test("has all objects of a collection that has no tool of its own", async () => {
    const { estate } = fixture.xo;
    const controllers = ofType(estate, "VM-controller");
    const answer = await query({ collection: "vm-controllers" });
    expect(answer).toMatchObject({ total: controllers.length, returned: controllers.length });
    expect(itemsOf(answer)).toEqual(
      controllers
        .map(({ id, name_label, power_state, memory: { size }, $container }) => {
          return { id, name_label, power_state, memory: { size }, $container };
        })
        .toSorted((a, b) => (a.name_label < b.name_label ? -1 : 1)),
    );
  });

  test("has messages newest first, though they have no name to sort by", async () => {
    const alarms = ["ALARM", "BOND_STATUS_CHANGED", "MULTIPATH_PERIODIC_ALERT"];
    const messages = ofType(fixture.xo.estate, "message");
    // XO keeps alarms in a collection of their own.
    const times = messages.filter(({ name }) => !alarms.includes(name)).map(({ time }) => time);
    const answer = await query({ collection: "messages", fields: "time", limit: 5 });
    expect(itemsOf(answer)).toEqual(
      times
        .toSorted((a, b) => b - a)
        .slice(0, 5)
        .map((time) => ({ time })),
    );
  });

  test("finds interfaces that are plugged and have no link, in use or not", async () => {
    const { estate } = fixture.xo;
    const answer = await query({ collection: "pifs", filter: "attached? !carrier?", fields: "id" });
    const down = ofType(estate, "PIF").filter(({ attached, carrier }) => attached && !carrier);
    expect(itemsOf(answer).map(({ id }) => id)).toContain(trap(estate, "carrierless-pif").id);
    // XAPI plugs every port at the start of its host: whether it is in use, list_networks tells.
    expect(itemsOf(answer).map(({ id }) => id)).toContain(trap(estate, "spare-pif").id);
    expect(answer).toMatchObject({ total: down.length });
  });

  test("names the fields it never shows", async () => {
    const { id } = trap(fixture.xo.estate, "night-cpu");
    const answer = await query({ collection: "vms", filter: `id:${id}`, fields: "id,other" });
    expect(answer).toMatchObject({ items: [{ id }], redacted: ["other"] });
  });

  test("is told the known fields when one is wrong, or the one that is meant", async () => {
    const all = warningsOf(await query({ collection: "vbds", fields: "id,colour" }));
    expect(all).toContain("No record in vbds has a field colour. There are: ");
    expect(all).toContain("is_cd_drive");
    const meant = warningsOf(await query({ collection: "vbds", fields: "id,atached" }));
    expect(meant).toContain("No record in vbds has a field atached. Did you mean attached?");
  });

  test("is told the known collections when one is wrong", async () => {
    const stderr = await refused({ collection: "vm" });
    expect(stderr).toContain('there is no collection "vm"; did you mean vms? There are: alarms, ');
    for (const name of collections) expect(stderr).toContain(name);
    expect(await refused({ collection: "vms/x" })).toContain("there is no collection");
  });

  test("says that a filter matches nothing because of a wrong field", async () => {
    const answer = await query({ collection: "pifs", filter: "carier?" });
    expect(answer).toMatchObject({ total: 0 });
    expect(warningsOf(answer)).toContain("Did you mean carrier?");
  });

  describe("with group_by", () => {
    test("counts VMs by state, the largest group first", async () => {
      const vms = ofType(fixture.xo.estate, "VM");
      const answer = await query({ collection: "vms", group_by: "power_state" });
      const wanted = tally(vms.map(({ power_state }) => power_state));
      expect(groupsOf(answer)).toEqual(wanted);
      expect(answer).toMatchObject({ objects: vms.length, total: wanted.length });
    });

    test("names what an id stands for: halted VMs are in a pool, not on a host", async () => {
      const { estate } = fixture.xo;
      const answer = await query({ collection: "vms", group_by: "$container" });
      const groups = itemsOf(answer);
      expect(groups).toHaveLength(
        new Set(ofType(estate, "VM").map(({ $container }) => $container)).size,
      );
      for (const { value, name, count } of groups) {
        const { name_label } = z
          .object({ name_label: z.string() })
          .parse(estate.objects.get(String(value)));
        expect(name).toBe(name_label);
        expect(count).toBe(
          ofType(estate, "VM").filter(({ $container }) => $container === value).length,
        );
      }
    });

    test("counts a VM in each of its tags, and says so", async () => {
      const tags = ofType(fixture.xo.estate, "VM").flatMap(({ tags }) =>
        tags.length === 0 ? ["(none)"] : tags,
      );
      const answer = await query({ collection: "vms", group_by: "tags" });
      expect(groupsOf(answer)).toEqual(tally(tags));
      expect(warningsOf(answer)).toContain("tags holds several values");
    });

    test("goes down a dotted field, and keeps those without a value apart", async () => {
      const distros = ofType(fixture.xo.estate, "VM").map(
        ({ os_version }) => os_version?.["distro"] ?? "(none)",
      );
      const answer = await query({ collection: "vms", group_by: "os_version.distro" });
      expect(groupsOf(answer)).toEqual(tally(distros));
    });

    test("counts what the filter leaves, page by page", async () => {
      const { estate } = fixture.xo;
      const { $pool } = byId(estate, "VM", trap(estate, "dup-name-2").id);
      const hosts = ofType(estate, "VM")
        .filter((vm) => vm.$pool === $pool && vm.power_state === "Running")
        .map(({ $container }) => $container);
      const filter = `power_state:Running $pool:${$pool}`;
      const paged = { collection: "vms", group_by: "$container", filter, limit: 1 };
      const first = await query(paged);
      expect(first).toMatchObject({ objects: hosts.length, returned: 1, next_offset: 1 });
      const second = await query({ ...paged, offset: 1 });
      expect([...groupsOf(first), ...groupsOf(second)]).toEqual(tally(hosts).slice(0, 2));
    });

    test("refuses a field that nothing has, one that is secret, and fields beside it", async () => {
      const collection = "vms";
      expect(await refused({ collection, group_by: "powerstate" })).toContain(
        "Did you mean power_state?",
      );
      const long = "a_name_so_long_that_a_sentence_in_quotes_would_be_cut_before_its_end";
      expect(await refused({ collection, group_by: long })).toContain(
        `group_by: No record in vms has a field ${long}.`,
      );
      expect(await refused({ collection, group_by: "flavour" })).toContain("There are: ");
      expect(await refused({ collection, group_by: "memory.total" })).toContain("memory has ");
      expect(await refused({ collection, group_by: "os_version.versoin" })).toContain("os_version");
      expect(await refused({ collection, group_by: "power_state.now" })).toContain(
        "power_state holds nothing below it",
      );
      for (const group_by of ["other", "other.cloud-init-password", "xenStoreData"]) {
        expect(await refused({ collection, group_by })).toContain("may hold credentials");
      }
      expect(await refused({ collection, group_by: "tags", fields: "id" })).toContain("Leave out");
    });

    test("takes a field that is only never set for what it is", async () => {
      const answer = await query({ collection: "vms", group_by: "affinityHost", filter: "id:x" });
      expect(answer).toMatchObject({ objects: 0, total: 0, items: [] });
      const docks = await query({ collection: "networks", group_by: "nbd" });
      expect(docks).toMatchObject({ objects: ofType(fixture.xo.estate, "network").length });
    });
  });

  test("says what a lost pool leaves out of the counts", async () => {
    const { xo } = fixture;
    const [server] = xo.estate.servers;
    await xo.disconnectServer(String(server?.id));
    const answer = await query({ collection: "pbds", group_by: "attached" });
    await xo.reconnectServer(String(server?.id));
    const { length } = ofType(xo.estate, "PBD").filter(({ $pool }) => $pool !== server?.["poolId"]);
    expect(answer).toMatchObject({ objects: length });
    expect(warningsOf(answer)).toContain(`not connected to ${server?.["label"]}`);
  });

  test("tells a role's limits, and what it may not read at all", async () => {
    const env = signIn(fixture.xo, "reader");
    const answer = await call(env, "query_objects", { collection: "vms", group_by: "$pool" });
    expect(answer).toMatchObject({ of: "what this account may see" });
    expect(answer).not.toHaveProperty("objects");
    const nobody = signIn(fixture.xo, "nobody");
    const none = await call(nobody, "query_objects", { collection: "vms" });
    expect(none).toMatchObject({ total: 0 });
    expect(warningsOf(none)).toContain("this account may");
  });

  test("stays within the budget over MCP", async () => {
    const client = await connect({ ...signIn(fixture.xo), XO_MCP_MAX_CHARS: "6000" });
    const args = { collection: "vbds", group_by: "VM" };
    const answer = await ask(client, "query_objects", args);
    await client.close();
    expect(JSON.stringify(answer).length).toBeLessThan(6_000);
    expect(answer["next_offset"]).toBe(answer["returned"]);
  });

  test("loses nothing between two pages when warnings take room too", async () => {
    const client = await connect({ ...signIn(fixture.xo, "reader"), XO_MCP_MAX_CHARS: "3000" });
    const args = { collection: "vms", fields: "id,nosuch,nosuch2,password" };
    const seen = new Set<unknown>();
    let offset: unknown = 0;
    let total: unknown;
    while (offset !== undefined) {
      const answer = await ask(client, "query_objects", { ...args, offset });
      const items = itemsOf(answer);
      expect(items.length).toBeGreaterThan(0);
      expect(answer["returned"]).toBe(items.length);
      for (const { id } of items) seen.add(id);
      ({ next_offset: offset, total } = answer);
    }
    await client.close();
    expect(total).toBe(seen.size);
  });
});
