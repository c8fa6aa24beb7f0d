import { describe, expect, test } from "bun:test";
import { call, itemsOf, signIn, tryCall, useXo, warningsOf } from "./harness.ts";
import { answering } from "./health.ts";
import { byId, ofType } from "./xo/estate/records.ts";
import { trap, type TrapName } from "./xo/estate/traps.ts";

const fixture = useXo();

const idOf = (name: TrapName): string => trap(fixture.xo.estate, name).id;
const list = (args: Record<string, unknown> = {}) => call(signIn(fixture.xo), "list_vdis", args);
const idsOf = async (args: Record<string, unknown>): Promise<string[]> =>
  itemsOf(await list(args)).map(({ id }) => String(id));

/** The disks of a VM by its own links; a disk in a CD drive is one too. */
function disksOf(vmId: string): string[] {
  return ofType(fixture.xo.estate, "VBD").flatMap(({ VM, VDI }) =>
    VM === vmId && VDI !== undefined ? [VDI] : [],
  );
}

describe("list_vdis", () => {
  test("names the ten biggest disks, with the VM and the storage of each", async () => {
    const { estate } = fixture.xo;
    const sizes = ofType(estate, "VDI")
      .map(({ size }) => size)
      .toSorted((a, b) => b - a);
    const answer = await list({ limit: 10 });
    const items = itemsOf(answer);
    expect(items.map(({ size_bytes }) => size_bytes)).toEqual(sizes.slice(0, 10));
    expect(answer).toMatchObject({ returned: 10, next_offset: 10 });
    const [biggest] = items;
    const vdi = byId(estate, "VDI", String(biggest?.["id"]));
    const vm = byId(estate, "VM", byId(estate, "VBD", vdi.$VBDs[0] ?? "").VM);
    expect(biggest).toMatchObject({
      state: "attached",
      used_bytes: vdi.usage,
      chain_used_bytes: vdi.chainPhysicalUsage,
      vm_id: vm.id,
      used_by: vm.name_label,
      sr_id: vdi.$SR,
      storage: byId(estate, "SR", vdi.$SR).name_label,
    });
  });

  test("finds orphans and what they hold, a loose disk snapshot too", async () => {
    const { estate } = fixture.xo;
    const answer = await list({ state: "orphan" });
    const ids = itemsOf(answer).map(({ id }) => String(id));
    const snapshot = byId(estate, "VDI-snapshot", idOf("orphan-vdi-snapshot"));
    // Two disks without a name of a VM are left behind in each pool.
    const left = ofType(estate, "VDI").filter(
      ({ name_label, $VBDs }) =>
        $VBDs.length === 0 && (name_label === "old-db-data" || name_label === ""),
    );
    expect(ids.toSorted()).toEqual([...left.map(({ id }) => id), snapshot.id].toSorted());
    expect(ids).toContain(idOf("orphan-vdi"));
    expect(answer).toMatchObject({
      total_used_bytes: [...left, snapshot].reduce((sum, { usage }) => sum + usage, 0),
    });
    expect(itemsOf(answer).find(({ id }) => id === snapshot.id)).toMatchObject({
      kind: "snapshot",
    });
  });

  test.each([
    ["unused-iso", "other"],
    ["pvs-cache-vdi", "other"],
    ["suspend-vdi", "other"],
    ["empty-vdi", "other"],
    ["removable-vdi", "other"],
    ["missing-vdi", "missing"],
    ["control-domain-vdi", "attached"],
  ] as const)("does not take %s for an orphan", async (name, state) => {
    const [disk] = itemsOf(await list({ filter: `id:${idOf(name)}` }));
    expect(disk).toMatchObject({ id: idOf(name), state });
  });

  test("does not take the disks of snapshots for orphans, nor list them", async () => {
    const ids = await idsOf({});
    const held = ofType(fixture.xo.estate, "VDI-snapshot").filter(({ $VBDs }) => $VBDs.length > 0);
    expect(held.length).toBeGreaterThan(0);
    expect(held.filter(({ id }) => ids.includes(id))).toEqual([]);
  });

  test("says that a control domain has a disk, and a template", async () => {
    const { estate } = fixture.xo;
    const template = byId(estate, "VM-template", idOf("custom-template"));
    const [golden] = disksOf(template.id);
    const items = itemsOf(await list());
    expect(items.find(({ id }) => id === idOf("control-domain-vdi"))).toMatchObject({
      used_by_kind: "control domain",
      used_by: expect.stringContaining("xcp-paris-03"),
    });
    expect(items.find(({ id }) => id === golden)).toMatchObject({
      used_by_kind: "template",
      used_by: template.name_label,
    });
  });

  test("finds what a storage has lost, with the VM that misses it", async () => {
    expect(itemsOf(await list({ state: "missing" }))).toMatchObject([
      { id: idOf("missing-vdi"), state: "missing", vm_id: idOf("missing-disk-vm") },
    ]);
  });

  test("has the disks of one VM, halted or not, by its name", async () => {
    const vm = byId(fixture.xo.estate, "VM", idOf("eight-snapshots"));
    const halted = idOf("halted-vm");
    expect((await idsOf({ vm_id: vm.name_label })).toSorted()).toEqual(disksOf(vm.id).toSorted());
    expect((await idsOf({ vm_id: halted })).toSorted()).toEqual(disksOf(halted).toSorted());
  });

  test("counts the whole chain of a disk with snapshots, not its top alone", async () => {
    const vm = byId(fixture.xo.estate, "VM", idOf("eight-snapshots"));
    for (const { used_bytes, chain_used_bytes } of itemsOf(await list({ vm_id: vm.id }))) {
      expect(Number(chain_used_bytes)).toBeGreaterThan(Number(used_bytes));
    }
  });

  test("has the pool and the description of each, and an id for who has no name", async () => {
    const { xo } = fixture;
    const vm = byId(xo.estate, "VM", idOf("empty-name"));
    const disks = disksOf(vm.id).map((id) => byId(xo.estate, "VDI", id));
    await xo.setFaults([
      answering(
        "vdis",
        disks.map((disk) => ({ ...disk, name_description: "for logs" })),
      ),
    ]);
    const items = itemsOf(await list({ vm_id: vm.id }));
    await xo.clearFaults();
    expect(items.length).toBeGreaterThan(0);
    for (const item of items) {
      expect(item).toMatchObject({
        used_by: vm.id,
        description: "for logs",
        pool: byId(xo.estate, "pool", vm.$pool).name_label,
      });
    }
  });

  test("knows no size below nothing, and adds none", async () => {
    const { xo } = fixture;
    const [model] = ofType(xo.estate, "VDI");
    const made = [10, -1].map((bytes) => ({
      ...model,
      id: `d${bytes}`,
      size: bytes,
      usage: bytes,
      chainPhysicalUsage: bytes,
    }));
    await xo.setFaults([answering("vdis", made), answering("vdi-snapshots", [])]);
    const answer = await list();
    await xo.clearFaults();
    expect(answer).toMatchObject({ total_size_bytes: 10, total_used_bytes: 10 });
    const below = itemsOf(answer).find(({ id }) => id === "d-1");
    expect(below).not.toHaveProperty("size_bytes");
    expect(below).not.toHaveProperty("used_bytes");
  });

  test("has those of a host and of a state, and no shared storage for its own", async () => {
    const { estate } = fixture.xo;
    const [host] = ofType(estate, "host");
    const orphans = await idsOf({ host_id: host?.name_label, state: "orphan" });
    const local = ofType(estate, "VDI").filter(
      ({ $SR, $VBDs }) => $VBDs.length === 0 && byId(estate, "SR", $SR).$container === host?.id,
    );
    expect(orphans.every((id) => local.some((disk) => disk.id === id))).toBe(true);
    const halted = disksOf(idOf("halted-vm"));
    const ids = await idsOf({ host_id: host?.id });
    const shared = halted.filter((id) => byId(estate, "SR", byId(estate, "VDI", id).$SR).shared);
    expect(shared.filter((id) => ids.includes(id))).toEqual([]);
  });

  test("has the disks on one storage alone", async () => {
    const sr = byId(fixture.xo.estate, "SR", idOf("full-sr"));
    const there = ofType(fixture.xo.estate, "VDI").filter(({ $SR }) => $SR === sr.id);
    expect((await idsOf({ sr_id: sr.name_label })).toSorted()).toEqual(
      there.map(({ id }) => id).toSorted(),
    );
  });

  test("keeps its joins, its order and its loose snapshots when it is asked for fields", async () => {
    const whole = itemsOf(await list({ state: "orphan" }));
    const answer = await list({
      state: "orphan",
      fields: "storage,id,kind,size_bytes,other_config",
    });
    expect(answer).toMatchObject({ total: whole.length, redacted: ["other_config"] });
    expect(itemsOf(answer)).toEqual(
      whole.map(({ storage, id, kind, size_bytes }) => ({
        storage,
        id,
        ...(kind === undefined ? {} : { kind }),
        size_bytes,
      })),
    );
    expect(whole.some(({ kind }) => kind === "snapshot")).toBe(true);
  });

  test("sorts by what it shows, by several fields at once", async () => {
    const items = itemsOf(
      await list({ sort: "storage,-size_bytes", fields: "storage,size_bytes" }),
    );
    const wanted = items.toSorted(
      (a, b) =>
        String(a["storage"]).localeCompare(String(b["storage"]), "en", { numeric: true }) ||
        Number(b["size_bytes"]) - Number(a["size_bytes"]),
    );
    expect(items).toEqual(wanted);
  });

  test("says that XO's own fields are in query_objects, and what is meant by a misspelt one", async () => {
    const told = warningsOf(await list({ fields: "id,VDI_type,sise_bytes" }));
    expect(told).toContain("No item has a field VDI_type. It is XO's: query_objects shows it");
    expect(told).toContain("No item has a field sise_bytes. Did you mean size_bytes?");
  });

  test("tells a wrong field of the filter and of the order from none", async () => {
    const filtered = await list({ filter: "name_lable:x" });
    expect(filtered).toMatchObject({ total: 0 });
    expect(warningsOf(filtered)).toContain("No record in vdis has a field name_lable");
    expect(warningsOf(await list({ sort: "-size" }))).toContain("No item has a field size");
  });

  test("calls nothing an orphan whose storage it does not see", async () => {
    const { xo } = fixture;
    await xo.setFaults([{ match: { path: "/srs\\?" }, body: "[]" }]);
    const answer = await list({ state: "orphan" });
    await xo.clearFaults();
    expect(answer).toMatchObject({ total: 0 });
    expect(warningsOf(answer)).toContain("are orphans is unknown: their storage is not told");
  });

  test("warns of what an account may not see, and of a lost pool", async () => {
    const { xo } = fixture;
    const limited = await call(signIn(xo, "reader"), "list_vdis", { state: "orphan" });
    expect(limited).toMatchObject({ of: "what this account may see" });
    expect(limited).not.toHaveProperty("total_size_bytes");
    const server = String(xo.estate.servers[0]?.id);
    await xo.disconnectServer(server);
    const lost = await list({ state: "orphan" });
    await xo.reconnectServer(server);
    expect(lost).toMatchObject({ total: 0, items: [] });
    expect(warningsOf(lost)).toContain("not connected to");
  });

  test("fails rather than take an unread collection for an empty one", async () => {
    const { xo } = fixture;
    await xo.setFaults([{ match: { path: "/vdi-snapshots" }, status: 500, body: "{}" }]);
    const outcome = await tryCall(signIn(xo), "list_vdis", { state: "orphan" });
    await xo.clearFaults();
    expect(outcome).toMatchObject({ stdout: "", exitCode: 1 });
  });

  test("reads each collection once", async () => {
    const { xo } = fixture;
    await xo.clearRequests();
    await list({ vm_id: byId(xo.estate, "VM", idOf("halted-vm")).name_label, sr_id: "NFS vol1" });
    const paths = (await xo.requests()).map(({ path }) => path.split("?")[0]);
    expect(paths.toSorted()).toEqual([...new Set(paths)].toSorted());
  });
});
