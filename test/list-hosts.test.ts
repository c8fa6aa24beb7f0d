import { describe, expect, test } from "bun:test";
import { call, itemsOf, signIn, tryCall, useXo, warningsOf } from "./harness.ts";
import { ofType } from "./xo/estate/records.ts";
import { trap } from "./xo/estate/traps.ts";

// From the second pool on, a host is halted and one is in maintenance.
const fixture = useXo({ pools: 2, hosts: 10, vms: 80 });

describe("list_hosts", () => {
  test("tells product, version and state of each when no fields are named", async () => {
    const { xo } = fixture;
    const hosts = ofType(xo.estate, "host").map(
      ({ id, name_label, power_state, productBrand, version }) => {
        return { id, name_label, productBrand, version, power_state };
      },
    );
    const answer = await call(signIn(xo), "list_hosts");
    expect(answer).toMatchObject({ total: 10, returned: 10 });
    expect(itemsOf(answer)).toEqual(
      hosts.toSorted((a, b) => (a.name_label < b.name_label ? -1 : 1)),
    );
  });

  test("keeps to a pool given by its name", async () => {
    const { xo } = fixture;
    const answer = await call(signIn(xo), "list_hosts", { pool_id: "Lyon-DC2", fields: "$pool" });
    const pool = ofType(xo.estate, "pool").find(({ name_label }) => name_label === "Lyon-DC2");
    const ofPool = ofType(xo.estate, "host").filter(({ $pool }) => $pool === pool?.id);
    expect(itemsOf(answer)).toEqual(ofPool.map(({ $pool }) => ({ $pool })));
  });

  test("finds what is halted, what is in maintenance and what waits for a reboot", async () => {
    const { xo } = fixture;
    const found = async (filter: string) =>
      itemsOf(await call(signIn(xo), "list_hosts", { filter })).map(({ name_label }) => name_label);
    expect(await found("power_state:Halted")).toEqual(["xcp-lyon-04"]);
    expect(await found("power_state:Running !enabled?")).toEqual(["xcp-lyon-05"]);
    expect(await found("rebootRequired?")).toEqual([trap(xo.estate, "reboot-host")["name_label"]]);
  });

  test("sorts by a nested field, the most used memory first", async () => {
    const { xo } = fixture;
    const usage = ofType(xo.estate, "host").map(({ memory }) => memory.usage);
    const answer = await call(signIn(xo), "list_hosts", {
      fields: "memory.usage",
      sort: "-memory.usage",
    });
    expect(itemsOf(answer)).toEqual(
      usage.toSorted((a, b) => b - a).map((bytes) => ({ memory: { usage: bytes } })),
    );
  });

  test("leaves out what a role does not show, and says so", async () => {
    const { xo } = fixture;
    const [visible] = ofType(xo.estate, "pool");
    const answer = await call(signIn(xo, "reader"), "list_hosts", { fields: "$pool" });
    expect(answer).toMatchObject({ total: 5 });
    expect(new Set(itemsOf(answer).map(({ $pool }) => $pool))).toEqual(new Set([visible?.id]));
    expect(answer).toMatchObject({ of: "what this account may see" });
  });

  test("does not tell an account with a role which pools there are besides its own", async () => {
    const outcome = await tryCall(signIn(fixture.xo, "reader"), "list_hosts", {
      pool_id: "Lyon-DC2",
    });
    expect(outcome).toMatchObject({ stdout: "", exitCode: 5 });
    expect(outcome.stderr).toContain("This account may not see it");
  });

  test("gives an account without rights an empty list with the reason", async () => {
    const answer = await call(signIn(fixture.xo, "nobody"), "list_hosts");
    expect(answer).toMatchObject({ total: 0, returned: 0, items: [] });
    expect(warningsOf(answer)).toContain("this account may");
    expect(warningsOf(answer)).toContain("could not be checked with this account");
  });
});
