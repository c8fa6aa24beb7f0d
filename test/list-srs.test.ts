import { describe, expect, test } from "bun:test";
import { call, itemsOf, signIn, useXo, warningsOf } from "./harness.ts";
import { answering, health } from "./health.ts";
import { byId, isType, ofType, promisedOn } from "./xo/estate/records.ts";
import { trap, type TrapName } from "./xo/estate/traps.ts";

// The second pool has a host that is down, so that all its links are unplugged.
const fixture = useXo({ pools: 2, hosts: 8, vms: 80 });

const idOf = (name: TrapName): string => trap(fixture.xo.estate, name).id;
const list = (args: Record<string, unknown> = {}) => call(signIn(fixture.xo), "list_srs", args);
const one = async (id: string) => itemsOf(await list({ filter: `id:${id}` }))[0];

/** The VMs with a disk or an ISO on a storage, by their links. */
function vmsOn(srId: string): Set<string> {
  const { estate } = fixture.xo;
  const links = ofType(estate, "VBD").filter(({ VM, VDI }) => {
    const vdi = estate.objects.get(VDI ?? "");
    return isType(vdi, "VDI") && vdi.$SR === srId && isType(estate.objects.get(VM), "VM");
  });
  return new Set(links.map(({ VM }) => VM));
}

describe("list_srs", () => {
  test("has every storage, the fullest first", async () => {
    const { estate } = fixture.xo;
    const answer = await list();
    const items = itemsOf(answer);
    expect(items.map(({ id }) => String(id)).toSorted()).toEqual(
      ofType(estate, "SR")
        .map(({ id }) => id)
        .toSorted(),
    );
    const first = byId(estate, "SR", String(items[0]?.["id"]));
    const fullest = Math.max(
      ...ofType(estate, "SR").flatMap(({ SR_type, physical_usage, size }) =>
        size > 0 && SR_type !== "udev" ? [physical_usage / size] : [],
      ),
    );
    expect(first.physical_usage / first.size).toBe(fullest);
  });

  test("finds the one that is full, by the threshold given", async () => {
    const answer = await list({ min_used_percent: 90 });
    expect(answer).toMatchObject({ min_used_percent: 90 });
    expect(itemsOf(answer)).toMatchObject([
      { id: idOf("full-sr"), used_percent: 93, used_as: ["default", "suspend", "crash dump"] },
    ]);
    expect(await list({ min_used_percent: 93.5 })).toMatchObject({ total: 0 });
  });

  test("tells over-committed from full, and neither from thick", async () => {
    const { estate } = fixture.xo;
    const over = byId(estate, "SR", idOf("overcommitted-sr"));
    const promised = promisedOn(estate, over.id);
    const item = await one(over.id);
    expect(item).toMatchObject({ allocated_bytes: over.usage, allocated_disks_bytes: promised });
    expect(item?.["overcommit_ratio"]).toBeCloseTo(over.usage / over.size, 2);
    expect(item?.["overcommit_ratio_disks"]).toBeCloseTo(promised / over.size, 2);
    expect(Number(item?.["overcommit_ratio_disks"])).toBeGreaterThan(2);
    expect(Number((await one(idOf("full-sr")))?.["overcommit_ratio_disks"])).toBeLessThan(2);
    const thick = itemsOf(await list({ filter: "SR_type:lvmoiscsi" }));
    expect(thick.length).toBeGreaterThan(0);
    expect(thick.filter((each) => "overcommit_ratio" in each)).toEqual([]);
  });

  test.each([0, -1, null])("adds up disks and snapshots where XAPI tells %p", async (usage) => {
    const { xo } = fixture;
    const sr = byId(xo.estate, "SR", idOf("full-sr"));
    const snapshots = ofType(xo.estate, "VDI-snapshot").filter(({ $SR }) => $SR === sr.id);
    await xo.setFaults([answering("srs", [{ ...sr, usage }])]);
    const [item] = itemsOf(await list());
    await xo.clearFaults();
    expect(item).toMatchObject({
      allocated_bytes:
        promisedOn(xo.estate, sr.id) + snapshots.reduce((sum, { size }) => sum + size, 0),
      allocated_is: "the sum of disks and snapshots: XAPI tells less",
    });
  });

  test.each([
    ["cephfs", undefined, true],
    ["largeblock", undefined, true],
    ["linstor", "unknown", false],
    ["linstor", "thin", true],
    ["nosuch", undefined, false],
    ["lvm", "thick", false],
  ])("takes %s (%p) for thin or not", async (SR_type, allocationStrategy, thin) => {
    const { xo } = fixture;
    const sr = byId(xo.estate, "SR", idOf("full-sr"));
    await xo.setFaults([answering("srs", [{ ...sr, SR_type, allocationStrategy }])]);
    const [item] = itemsOf(await list());
    await xo.clearFaults();
    expect(item !== undefined && "overcommit_ratio" in item).toBe(thin);
  });

  test("finds the host that a shared storage has no link to at all, but for media", async () => {
    const { xo } = fixture;
    const all = ofType(xo.estate, "PBD");
    const [lost, media] = [idOf("full-sr"), idOf("iso-sr")].map((sr) =>
      all.find((pbd) => pbd.SR === sr && pbd.attached),
    );
    await xo.setFaults([
      answering(
        "pbds",
        all.filter((pbd) => pbd !== lost && pbd !== media),
      ),
    ]);
    const items = itemsOf(await list());
    const report = await health(signIn(xo), { checks: ["storage-link-unplugged"] });
    const limited = await call(signIn(xo, "reader"), "list_srs", {});
    const details = await call(signIn(xo, "reader"), "get_sr_details", { sr_id: lost?.SR });
    const ofHost = await call(signIn(xo, "reader"), "get_host_details", { host_id: lost?.host });
    await xo.clearFaults();
    const host = byId(xo.estate, "host", lost?.host ?? "").name_label;
    expect(items.find(({ id }) => id === lost?.SR)).toMatchObject({ unplugged_hosts: [host] });
    expect(items.find(({ id }) => id === media?.SR)).not.toHaveProperty("unplugged_hosts");
    expect(report.found.get("storage-link-unplugged")).toContain(String(lost?.SR));
    expect(report.found.get("storage-link-unplugged")).not.toContain(String(media?.SR));
    // What is not there may only be hidden.
    expect(itemsOf(limited).find(({ id }) => id === lost?.SR)).not.toHaveProperty(
      "unplugged_hosts",
    );
    expect(itemsOf(details, "links").filter(({ link }) => link === "none")).toEqual([]);
    expect(String(ofHost["problems"])).not.toContain("not linked to this host");
  });

  test("names by its id what has no name", async () => {
    const { xo } = fixture;
    const pools = ofType(xo.estate, "pool").map((pool) => ({ ...pool, name_label: "\u200b" }));
    await xo.setFaults([answering("pools", pools)]);
    const items = itemsOf(await list({ limit: 1 }));
    await xo.clearFaults();
    expect(items[0]?.["pool"]).toBe(byId(xo.estate, "SR", idOf("full-sr")).$pool);
  });

  test("finds the unplugged link, and none on the host that is down", async () => {
    const { estate } = fixture.xo;
    const pbd = byId(estate, "PBD", idOf("unplugged-pbd"));
    const down = ofType(estate, "host").filter(({ power_state }) => power_state === "Halted");
    const unplugged = ofType(estate, "PBD").filter(({ attached }) => !attached);
    expect(unplugged.some(({ host }) => down.some(({ id }) => id === host))).toBe(true);
    const broken = itemsOf(await list()).filter((item) => "unplugged_hosts" in item);
    expect(broken).toMatchObject([
      { id: pbd.SR, unplugged_hosts: [byId(estate, "host", pbd.host).name_label] },
    ]);
  });

  test("counts the VMs of each, halted ones and inserted ISOs too, snapshots and templates not", async () => {
    for (const { id, vms } of itemsOf(await list())) expect(vms).toBe(vmsOn(String(id)).size);
    const media = await one(idOf("iso-sr"));
    expect(media).toMatchObject({ content: "iso", vms: 2 });
  });

  test("tells local storage by its host, shared by its pool", async () => {
    const { estate } = fixture.xo;
    const local = ofType(estate, "SR").find(({ SR_type }) => SR_type === "ext");
    const host = byId(estate, "host", local?.$container ?? "");
    expect(await one(local?.id ?? "")).toMatchObject({ shared: false, host: host.name_label });
    expect(await one(idOf("full-sr"))).not.toHaveProperty("host");
  });

  test("does not take a drive for full because a medium is in it", async () => {
    const { $SR } = byId(fixture.xo.estate, "VDI", idOf("removable-vdi"));
    const drive = await one($SR);
    expect(drive).toMatchObject({ type: "udev", size_bytes: drive?.["used_bytes"] });
    expect(drive).not.toHaveProperty("used_percent");
  });

  test("has no percentage for what has no size", async () => {
    const drives = itemsOf(await list({ filter: "SR_type:udev size:0" }));
    expect(drives.length).toBeGreaterThan(0);
    expect(drives.filter((item) => "used_percent" in item || "size_bytes" in item)).toEqual([]);
  });

  test("has the storage of one pool", async () => {
    const { estate } = fixture.xo;
    const pool = ofType(estate, "pool").at(-1);
    const answer = await list({ pool_id: pool?.name_label });
    const there = ofType(estate, "SR").filter(({ $pool }) => $pool === pool?.id);
    expect(answer).toMatchObject({ total: there.length });
  });

  test("warns of a lost pool", async () => {
    const { xo } = fixture;
    const server = String(xo.estate.servers[0]?.id);
    await xo.disconnectServer(server);
    const answer = await list();
    await xo.reconnectServer(server);
    expect(warningsOf(answer)).toContain("not connected to");
  });

  test("never shows how a host signs in to the storage", async () => {
    const answers = [await list(), await list({ fields: "*" })];
    expect(JSON.stringify(answers)).not.toContain("CANARY");
  });
});
