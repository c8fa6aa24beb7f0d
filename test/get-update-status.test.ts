import { describe, expect, test } from "bun:test";
import { answering, failing } from "./health.ts";
import { call, itemsOf, signIn, tryCall, useXo, warningsOf } from "./harness.ts";
import { byId, type HostRecord, ofType } from "./xo/estate/records.ts";
import { trap, type TrapName } from "./xo/estate/traps.ts";
import type { FaultRule } from "./xo/start.ts";

const fixture = useXo();
// Lyon has a host that is down, Berlin one of another version, Oslo licences that end.
const four = useXo({ pools: 4, hosts: 20, vms: 40 });

const status = (args: Record<string, unknown> = {}) =>
  call(signIn(fixture.xo), "get_update_status", args);

const host = (name: TrapName) => byId(fixture.xo.estate, "host", trap(fixture.xo.estate, name).id);

const iso = (seconds: number) =>
  new Date(Math.floor(seconds) * 1000).toISOString().replace(".000Z", "Z");

describe("get_update_status", () => {
  test("tells which hosts need a reboot, and why", async () => {
    const { id, name_label, startTime } = host("reboot-host");
    // Ten days after its start.
    const patched = iso(startTime + 10 * 86_400);
    expect(itemsOf(await status(), "reboots")).toEqual([
      {
        host: name_label,
        host_id: id,
        pool: "Paris-DC1",
        reason: `patches were installed at ${patched}, after its start at ${iso(startTime)}`,
      },
    ]);
  });

  test("gives no reason that it does not know", async () => {
    const { xo } = fixture;
    const { id, name_label, $pool } = host("reboot-host");
    const bare = [{ id, name_label, $pool, power_state: "Running", rebootRequired: true }];
    await xo.setFaults([{ match: { path: "/hosts" }, body: JSON.stringify(bare) }]);
    const answer = await status();
    await xo.clearFaults();
    expect(itemsOf(answer, "reboots")).toMatchObject([
      { reason: "the hypervisor asks for it, without a reason" },
    ]);
    expect(itemsOf(answer, "pools")).toMatchObject([
      { versions: [{ version: "unknown", host_count: 1 }], versions_differ: false },
    ]);
    expect(warningsOf(answer)).toContain(`The certificates of these are unknown: ${name_label}.`);
  });

  test("says that a reboot is unknown where a host does not tell, not that none is needed", async () => {
    const { xo } = fixture;
    const { id, name_label } = host("reboot-host");
    const bare = [{ id, name_label, power_state: "Running" }];
    await xo.setFaults([{ match: { path: "/hosts" }, body: JSON.stringify(bare) }]);
    const answer = await status();
    await xo.clearFaults();
    expect(answer).toMatchObject({ reboots: [] });
    expect(warningsOf(answer)).toContain(`Whether these need a reboot is unknown: ${name_label}.`);
  });

  test("has the certificate that ends within 30 days, and none that ends later", async () => {
    const { id, certificates } = host("certificate-host");
    const [certificate] = certificates;
    const answer = await status();
    expect(answer).toMatchObject({ within_days: 30 });
    expect(itemsOf(answer, "endings")).toMatchObject([
      { what: "certificate", ends_at: iso(Number(certificate?.notAfter)), host_id: id },
    ]);
    expect(itemsOf(await status({ within_days: 19 }), "endings")).toEqual([]);
    const all = await status({ within_days: 4_000 });
    expect(itemsOf(all, "endings")).toHaveLength(ofType(fixture.xo.estate, "host").length);
  });

  test("has licences that end, with the days that are left", async () => {
    const { estate } = four.xo;
    const answer = await call(signIn(four.xo), "get_update_status", { pool_id: "Oslo-DC4" });
    const own = ofType(estate, "host").filter(({ productBrand }) => productBrand === "XenServer");
    const endings = itemsOf(answer, "endings");
    expect(endings.map(({ host_id }) => String(host_id)).toSorted()).toEqual(
      own.map(({ id }) => id).toSorted(),
    );
    // Made for 25 days from the estate's moment, which is some seconds ago.
    expect(endings.every(({ what, days_left }) => what === "licence" && days_left === 24)).toBe(
      true,
    );
  });

  test("tells apart a pool of one version and one of several, naming the hosts that differ", async () => {
    const { estate } = four.xo;
    const pools = itemsOf(await call(signIn(four.xo), "get_update_status"), "pools");
    for (const pool of ofType(estate, "pool")) {
      const hosts = ofType(estate, "host").filter(({ $pool }) => $pool === pool.id);
      const byVersion = Map.groupBy(hosts, nameOfVersion);
      expect(pools.find(({ id }) => id === pool.id)).toMatchObject({
        name_label: pool.name_label,
        hosts: hosts.length,
        versions_differ: byVersion.size > 1,
        versions: [...byVersion]
          .toSorted(([, a], [, b]) => b.length - a.length)
          .map(([version, members]) => ({ version, host_count: members.length })),
      });
    }
    const differing = pools.filter(({ versions_differ }) => versions_differ);
    expect(differing).toHaveLength(1);
    expect(JSON.stringify(differing)).toContain('"hosts":["xcp-berlin-02"]');
  });

  test("has each missing patch of a pool once, those with a known hole by themselves", async () => {
    const { estate } = four.xo;
    const pools = itemsOf(await call(signIn(four.xo), "get_update_status"), "pools");
    for (const pool of ofType(estate, "pool")) {
      const missing = ofType(estate, "host")
        .filter(({ $pool }) => $pool === pool.id)
        .flatMap(({ id }) => estate.missingPatches.get(id) ?? []);
      const names = (patches: Record<string, unknown>[]) =>
        [...new Set(patches.map(({ name }) => String(name)))].toSorted();
      const holes = missing.filter((patch) => /CVE|XSA/.test(JSON.stringify(patch["changelog"])));
      expect(pools.find(({ id }) => id === pool.id)).toMatchObject({
        missing_patches: {
          known: true,
          total: names(missing).length,
          security_names: names(holes),
        },
      });
    }
  });

  test("does not pass a host that is down for one without missing patches", async () => {
    const { estate } = four.xo;
    const answer = await call(signIn(four.xo), "get_update_status", { pool_id: "Lyon-DC2" });
    const down = ofType(estate, "host").filter(({ power_state }) => power_state === "Halted");
    expect(itemsOf(answer, "pools")).toMatchObject([{ missing_patches: { total: 0 } }]);
    expect(warningsOf(answer)).toContain(
      `Hosts that do not run were not looked at for patches, and what is told of them may be old: ${down[0]?.name_label}.`,
    );
  });

  describe("where XO could not look for patches", () => {
    const failedAt = (nHostsFailed: number) => ({
      match: { path: "^/rest/v0/dashboard\\?" },
      body: `${JSON.stringify({ missingPatches: { hasAuthorization: true, nHostsFailed } })}\n`,
    });
    const none = { match: { path: "/missing_patches" }, body: "[]" };
    const missing = async (xo: typeof fixture.xo, ...faults: FaultRule[]) => {
      await xo.setFaults(faults);
      const answer = await call(signIn(xo), "get_update_status");
      await xo.clearFaults();
      return itemsOf(answer, "pools").map(({ missing_patches }) => missing_patches);
    };

    test("at some hosts, a list may be short and an empty one is not none", async () => {
      const { xo } = fixture;
      expect(await missing(xo, failedAt(1))).toEqual([
        expect.objectContaining({
          known: true,
          total: expect.any(Number),
          perhaps_more:
            "XO could not look at 1 of 3 running hosts of all pools, and does not tell at which",
        }),
      ]);
      expect(await missing(xo, failedAt(1), none)).toEqual([
        {
          known: false,
          reason:
            "none, or XO could not look: it failed at 1 of 3 running hosts of all pools, and does not tell at which",
        },
      ]);
    });

    test("at no host, a list is whole and an empty one is none", async () => {
      const { xo } = fixture;
      const [whole] = await missing(xo, failedAt(0));
      expect(whole).toMatchObject({ known: true });
      expect(whole).not.toHaveProperty("perhaps_more");
      expect(await missing(xo, failedAt(0), none)).toMatchObject([{ known: true, total: 0 }]);
    });

    test("a host that is down is none of those", async () => {
      const { xo } = four;
      const down = ofType(xo.estate, "host").filter(({ power_state }) => power_state === "Halted");
      expect(down).toHaveLength(1);
      for (const each of await missing(xo, failedAt(1))) {
        expect(each).not.toHaveProperty("perhaps_more");
      }
      for (const each of await missing(xo, failedAt(3))) {
        expect(JSON.stringify(each)).toContain("2 of 19 running hosts of all pools");
      }
    });

    test("XO does not tell whether it could, to who may not read its dashboard", async () => {
      const { xo } = fixture;
      for (const untold of [
        failing("dashboard"),
        { match: { path: "/dashboard" }, body: '{"missingPatches":{"hasAuthorization":true}}\n' },
        { match: { path: "/dashboard" }, body: '{"nPools":1}\n' },
      ]) {
        expect(await missing(xo, untold, none)).toEqual([
          { known: false, reason: "none, or XO could not look: XO does not tell which" },
        ]);
        const [listed] = await missing(xo, untold);
        expect(listed).toMatchObject({ known: true });
        expect(listed).not.toHaveProperty("perhaps_more");
      }
    });
  });

  test("says of a certificate that has ended since when", async () => {
    const { xo } = fixture;
    const ended = [1 / 24, 3, 400].map((days) => ({
      ...host("certificate-host"),
      id: String(days),
      certificates: [{ notAfter: Math.floor(xo.now / 1000 - days * 86_400 - 60) }],
    }));
    await xo.setFaults([answering("hosts", [...ended, host("certificate-host")])]);
    const endings = itemsOf(await status(), "endings");
    await xo.clearFaults();
    expect(endings).toMatchObject([
      { host_id: "400", days_left: -401, ended_ago: "400 days" },
      { host_id: "3", days_left: -4, ended_ago: "3 days" },
      { days_left: -1, ended_ago: "61 minutes" },
      { host_id: host("certificate-host").id },
    ]);
    expect(endings[3]).not.toHaveProperty("ended_ago");
  });

  test("says why this XO does not tell of patches, and answers the rest", async () => {
    const { xo } = fixture;
    const body = JSON.stringify({
      error: "feature Unauthorized",
      data: { featureCode: "LIST_MISSING_PATCHES", currentPlan: "free", minPlan: "starter" },
    });
    const headers = { "content-type": "application/json" };
    await xo.setFaults([{ match: { path: "/missing_patches" }, status: 403, headers, body }]);
    const answer = await status();
    await xo.setFaults([{ match: { path: "/missing_patches" }, status: 500, body: "CANARY" }]);
    const failing = await status();
    await xo.clearFaults();
    expect(itemsOf(answer, "pools")).toMatchObject([
      {
        missing_patches: {
          known: false,
          reason:
            "The edition or licence of this XO does not allow it to answer /pools/{id}/missing_patches.",
        },
      },
    ]);
    expect(itemsOf(answer, "reboots")).toHaveLength(1);
    expect(itemsOf(failing, "pools")).toMatchObject([{ missing_patches: { known: false } }]);
    expect(JSON.stringify(failing)).not.toContain("CANARY");
  });

  test("fails when the hosts cannot be read", async () => {
    const { xo } = fixture;
    await xo.setFaults([{ match: { path: "/hosts" }, status: 500 }]);
    const outcome = await tryCall(signIn(xo), "get_update_status");
    await xo.clearFaults();
    expect(outcome).toMatchObject({ stdout: "", exitCode: 1 });
  });

  test("warns of what the account does not see, and of a pool that XO has lost", async () => {
    const { xo } = fixture;
    const [server] = xo.estate.servers;
    const limited = await call(signIn(xo, "reader"), "get_update_status");
    expect(limited).toMatchObject({ pools: [{ hosts: 3 }] });
    expect(limited).not.toHaveProperty("hosts");
    expect(warningsOf(limited)).toContain("hosts (hosts: this account may see only some)");
    await xo.disconnectServer(String(server?.id));
    const answer = await status();
    await xo.reconnectServer(String(server?.id));
    expect(answer).toMatchObject({ hosts: 0, pools: [], reboots: [] });
    expect(warningsOf(answer)).toContain(`not connected to ${server?.label}`);
  });

  test("asks for two values of a host's secret settings alone", async () => {
    const { xo } = fixture;
    await xo.clearRequests();
    expect(JSON.stringify(await status())).not.toContain("CANARY");
    const asked = (await xo.requests()).map(({ path }) => decodeURIComponent(path)).join("\n");
    expect(asked.match(/otherConfig[^,&\s]*/g)).toEqual([
      "otherConfig.rpm_patch_installation_time",
      "otherConfig.mpath-boot",
    ]);
  });
});

function nameOfVersion({ productBrand, version }: HostRecord): string {
  return `${productBrand} ${version}`;
}
