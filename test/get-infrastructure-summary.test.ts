import { describe, expect, test } from "bun:test";
import { ask, call, connect, itemsOf, signIn, useXo, warningsOf } from "./harness.ts";
import type { Estate } from "./xo/estate/estate.ts";
import { ofType } from "./xo/estate/records.ts";

const total = (numbers: number[]): number => numbers.reduce((sum, number) => sum + number, 0);

function count(vms: readonly { power_state: string }[], state: string): Record<string, number> {
  const { length } = vms.filter(({ power_state }) => power_state === state);
  return length === 0 ? {} : { [state.toLowerCase()]: length };
}

/** The whole of an estate, or what one pool has of it, counted from its records. */
function truth(estate: Estate, pool?: string) {
  const here = ({ $pool }: { $pool: string }) => pool === undefined || $pool === pool;
  const hosts = ofType(estate, "host").filter(here);
  const vms = ofType(estate, "VM").filter(here);
  const disks = ofType(estate, "SR").filter((sr) => here(sr) && sr.content_type === "user");
  const running = vms.filter(({ power_state }) => power_state === "Running");
  const halted = vms.filter(({ power_state }) => power_state === "Halted").length;
  const up = hosts.filter(({ power_state }) => power_state === "Running");
  const disabled = up.filter(({ enabled }) => !enabled).length;
  return {
    hosts: {
      total: hosts.length,
      running: up.length - disabled,
      halted: hosts.length - up.length,
      disabled,
      other: 0,
    },
    vms: {
      total: vms.length,
      running: running.length,
      halted,
      other: vms.length - running.length - halted,
      // What there is none of is not named.
      ...count(vms, "Paused"),
      ...count(vms, "Suspended"),
    },
    cpus: {
      logical: total(up.map(({ cpus }) => cpus.cores)),
      vcpus_running: total(running.map(({ CPUs }) => CPUs.number)),
    },
    memory: {
      total_bytes: total(up.map(({ memory }) => memory.size)),
      used_bytes: total(up.map(({ memory }) => memory.usage)),
    },
    storage: {
      total_bytes: total(disks.map(({ size }) => size)),
      used_bytes: total(disks.map(({ physical_usage }) => physical_usage)),
    },
  };
}

describe("get_infrastructure_summary", () => {
  describe("of 4 pools, 64 hosts and 5,000 VMs", () => {
    const fixture = useXo({ size: "large" });

    test("is right in total and for each pool", async () => {
      const { estate } = fixture.xo;
      const answer = await call(signIn(fixture.xo), "get_infrastructure_summary");
      const pools = ofType(estate, "pool").toSorted((a, b) =>
        a.name_label < b.name_label ? -1 : 1,
      );
      const names = pools.map(({ name_label }) => name_label);
      expect(answer).toMatchObject({ pools: { total: 4, names }, ...truth(estate) });
      expect(answer).toMatchObject({ vms: { total: 5000 }, hosts: { total: 64 } });
      expect(itemsOf(answer, "by_pool")).toEqual(
        pools.map(({ id, name_label }) => ({ id, name_label, ...truth(estate, id) })),
      );
    });

    test("is under 2,200 characters over MCP", async () => {
      const client = await connect(signIn(fixture.xo));
      const answer = await ask(client, "get_infrastructure_summary");
      await client.close();
      expect(itemsOf(answer, "by_pool")).toHaveLength(4);
      expect(JSON.stringify(answer).length).toBeLessThan(2_200);
    });
  });

  describe("of one pool", () => {
    const fixture = useXo();

    test("agrees with the totals of the lists", async () => {
      const env = signIn(fixture.xo);
      const halted = { filter: "power_state:Halted", limit: 1 };
      const answer = await call(env, "get_infrastructure_summary");
      expect(await call(env, "list_vms", { limit: 1 })).toMatchObject({ total: 40 });
      const { total: number } = await call(env, "list_vms", halted);
      expect(answer).toMatchObject({ vms: { total: 40, halted: number } });
    });

    test("counts paused and suspended VMs as neither running nor halted", async () => {
      const answer = await call(signIn(fixture.xo), "get_infrastructure_summary");
      expect(answer).toMatchObject({ vms: { other: 2 } });
    });

    test("says which pool is not in it", async () => {
      const answer = await call(signIn(fixture.xo), "get_infrastructure_summary");
      expect(warningsOf(answer)).toContain("XO is not connected to vienna");
    });

    test("of a lost pool is all zeros, with the reason", async () => {
      const { xo } = fixture;
      const id = String(xo.estate.servers[0]?.id);
      await xo.disconnectServer(id);
      const answer = await call(signIn(xo), "get_infrastructure_summary");
      await xo.reconnectServer(id);
      expect(answer).toMatchObject({
        pools: { total: 0, names: [] },
        vms: { total: 0 },
        by_pool: [],
      });
      expect(warningsOf(answer)).toContain("XO is not connected to paris");
    });

    test("of an account without rights has no figure, and says why", async () => {
      const answer = await call(signIn(fixture.xo, "nobody"), "get_infrastructure_summary");
      expect(Object.keys(answer)).toEqual(["warnings"]);
      expect(warningsOf(answer)).toContain(
        "vms, cpus.vcpus_running (VMs: this account may not see them)",
      );
    });

    test("of an account with one pool tells all of that pool, and nothing of all", async () => {
      const answer = await call(signIn(fixture.xo, "reader"), "get_infrastructure_summary");
      expect(itemsOf(answer, "by_pool")).toMatchObject([truth(fixture.xo.estate)]);
      expect(answer).not.toHaveProperty("vms");
      expect(warningsOf(answer)).toContain("VMs: this account may see only some");
    });

    test("leaves out a record that XO sends in an unknown form, and counts what it left out", async () => {
      const { xo } = fixture;
      const hosts = [{ id: "one", memory: { size: 1, usage: 1 } }, { id: 2 }];
      await xo.setFaults([{ match: { path: "/hosts" }, body: JSON.stringify(hosts) }]);
      const answer = await call(signIn(xo), "get_infrastructure_summary");
      await xo.clearFaults();
      expect(answer).toMatchObject({ hosts: { total: 1, other: 1 } });
      expect(warningsOf(answer)).toContain("1 of 2 hosts were left out");
    });
  });
});
