import { afterEach, describe, expect, test } from "bun:test";
import { call, itemsOf, signIn, useXo, warningsOf } from "./harness.ts";
import { ofType } from "./xo/estate/records.ts";
import { trap } from "./xo/estate/traps.ts";

const fixture = useXo({ pools: 3, hosts: 9, vms: 60 });

const serverOf = (pool: string): string => {
  const server = fixture.xo.estate.servers.find(({ poolNameLabel }) => poolNameLabel === pool);
  return String(server?.id);
};

afterEach(() => fixture.xo.reconnectServer(serverOf("Lyon-DC2")));

describe("list_pools", () => {
  test("tells the settings of each when no fields are named", async () => {
    const { xo } = fixture;
    const pools = ofType(xo.estate, "pool").map(
      ({ id, name_label, HA_enabled, auto_poweron, name_description }) => {
        return { id, name_label, name_description, auto_poweron, HA_enabled };
      },
    );
    const answer = await call(signIn(xo), "list_pools");
    expect(answer).toMatchObject({ total: 3, returned: 3 });
    expect(itemsOf(answer)).toEqual(
      pools.toSorted((a, b) => (a.name_label < b.name_label ? -1 : 1)),
    );
  });

  test("keeps false, which is an answer, and drops null, which is none", async () => {
    const { xo } = fixture;
    const answer = await call(signIn(xo), "list_pools", {
      filter: "name_label:Berlin",
      fields: "name_label,HA_enabled,default_SR",
    });
    expect(itemsOf(answer)).toEqual([{ name_label: "Berlin-DC3", HA_enabled: false }]);
  });

  test("filters and sorts", async () => {
    const answer = await call(signIn(fixture.xo), "list_pools", {
      filter: "!HA_enabled?",
      fields: "name_label",
      sort: "-name_label",
    });
    expect(itemsOf(answer)).toEqual([{ name_label: "Lyon-DC2" }, { name_label: "Berlin-DC3" }]);
  });

  test("names a pool that XO cannot reach, with the code of the reason alone", async () => {
    const { xo } = fixture;
    const server = trap(xo.estate, "disconnected-server");
    const answer = await call(signIn(xo), "list_pools");
    expect(warningsOf(answer)).toContain(`${String(server["label"])} (disconnected: ECONNREFUSED)`);
    expect(JSON.stringify(answer)).not.toContain(String(server["host"]));
  });

  test("names a pool that was lost in the meantime", async () => {
    const { xo } = fixture;
    await xo.disconnectServer(serverOf("Lyon-DC2"), { error: { code: "ETIMEDOUT" } });
    const answer = await call(signIn(xo), "list_pools", { fields: "name_label" });
    expect(itemsOf(answer)).toEqual([{ name_label: "Berlin-DC3" }, { name_label: "Paris-DC1" }]);
    expect(warningsOf(answer)).toContain("lyon (disconnected: ETIMEDOUT)");
  });

  test("warns when the connections cannot be asked for", async () => {
    const { xo } = fixture;
    await xo.setFaults([{ match: { path: "/servers" }, status: 500, body: "{}" }]);
    const answer = await call(signIn(xo), "list_pools");
    await xo.clearFaults();
    expect(answer).toMatchObject({ total: 3 });
    expect(warningsOf(answer)).toContain("Whether XO is connected to all its pools");
  });

  test("gives an account without rights an empty list with the reason", async () => {
    const answer = await call(signIn(fixture.xo, "nobody"), "list_pools");
    expect(answer).toMatchObject({ total: 0, items: [] });
    expect(warningsOf(answer)).toContain("this account may");
  });
});
