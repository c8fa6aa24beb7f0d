import { describe, expect, test } from "bun:test";
import { call, itemsOf, signIn, useXo, warningsOf } from "./harness.ts";
import { answering } from "./health.ts";
import { byId, isType, ofType, type VmSnapshotRecord } from "./xo/estate/records.ts";
import { trap, type TrapName } from "./xo/estate/traps.ts";

const fixture = useXo();

const day = 86_400;
const idOf = (name: TrapName): string => trap(fixture.xo.estate, name).id;
const list = (args: Record<string, unknown> = {}) =>
  call(signIn(fixture.xo), "list_snapshots", args);
const one = async (name: TrapName) => itemsOf(await list({ filter: `id:${idOf(name)}` }))[0];

/** The ids of the snapshots for which something holds. */
function idsWhere(matches: (snapshot: VmSnapshotRecord, days: number) => boolean): string[] {
  const { estate, now } = fixture.xo;
  return ofType(estate, "VM-snapshot")
    .filter((snapshot) => matches(snapshot, (now / 1000 - snapshot.snapshot_time) / day))
    .map(({ id }) => id)
    .toSorted();
}

const idsOf = async (args: Record<string, unknown>): Promise<string[]> =>
  itemsOf(await list(args))
    .map(({ id }) => String(id))
    .toSorted();

const isMarked = ({ other }: VmSnapshotRecord) => "xo:backup:job" in other;

describe("list_snapshots", () => {
  test("finds those older than 30 days that no backup job made, oldest first", async () => {
    const answer = await list({ kind: "manual", older_than_days: 30 });
    const wanted = idsWhere((snapshot, days) => days > 30 && !isMarked(snapshot));
    expect(wanted).toContain(idOf("old-snapshot"));
    expect(wanted).not.toContain(idOf("abandoned-snapshot"));
    const items = itemsOf(answer);
    expect(items.map(({ id }) => String(id)).toSorted()).toEqual(wanted);
    expect(items[0]).toMatchObject({ id: idOf("old-snapshot"), age_days: 200 });
    const times = items.map(({ taken_at }) => String(taken_at));
    expect(times).toEqual(times.toSorted());
    expect(answer).toMatchObject({ older_than_days: 30, total: wanted.length });
  });

  test("counts to the second: 200 days old is not older than 200", async () => {
    const { estate, now } = fixture.xo;
    const { snapshot_time } = byId(estate, "VM-snapshot", idOf("old-snapshot"));
    const days = (now / 1000 - snapshot_time) / day;
    // The program's clock goes on while the estate's stands.
    expect(await idsOf({ older_than_days: Math.floor(days) - 1 })).toContain(idOf("old-snapshot"));
    expect(await idsOf({ older_than_days: days + 1 })).toEqual([]);
  });

  test("finds those of backup jobs by their marks, not by their names", async () => {
    const wanted = idsWhere(isMarked);
    expect(wanted).toContain(idOf("abandoned-snapshot"));
    expect(await idsOf({ kind: "backup" })).toEqual(wanted);
  });

  test("finds the one whose VM is gone, and not the one whose VM was made a template", async () => {
    const answer = await list({ kind: "orphan" });
    expect(itemsOf(answer)).toMatchObject([{ id: idOf("orphan-snapshot"), orphan: true }]);
    const kept = await one("template-snapshot");
    expect(kept).toMatchObject({
      vm: byId(fixture.xo.estate, "VM-template", idOf("custom-template")).name_label,
    });
    expect(kept).not.toHaveProperty("orphan");
  });

  test("takes a snapshot that names no VM for an orphan, as XO tells of one", async () => {
    const { xo } = fixture;
    const left = { id: idOf("old-snapshot"), name_label: "left", snapshot_time: 1_700_000_000 };
    await xo.setFaults([{ match: { path: "/vm-snapshots\\?" }, body: JSON.stringify([left]) }]);
    const answer = await list({ kind: "orphan" });
    await xo.clearFaults();
    expect(itemsOf(answer)).toMatchObject([{ name_label: "left", orphan: true }]);
  });

  test("says what keeps it: an enabled schedule, or nothing, and then why", async () => {
    const { estate } = fixture.xo;
    const enabled = new Map(
      estate.schedules
        .filter((schedule) => schedule.enabled === true)
        .map(({ id, name }) => [id, name]),
    );
    for (const item of itemsOf(await list({ kind: "backup" }))) {
      const { other } = byId(estate, "VM-snapshot", String(item["id"]));
      const schedule = enabled.get(String(other["xo:backup:schedule"]));
      expect(item).toMatchObject(
        schedule === undefined
          ? { kept_by: "nothing", reason: expect.any(String) }
          : { kept_by: "schedule", schedule },
      );
    }
    expect(await one("abandoned-snapshot")).toMatchObject({ reason: "schedule gone" });
    expect(await one("disabled-schedule-snapshot")).toMatchObject({ reason: "schedule disabled" });
    expect(await one("old-snapshot")).toMatchObject({ origin: "manual", kept_by: "nothing" });
  });

  test("has those of one VM, with what their disks take alone, and no sum of that", async () => {
    const { estate } = fixture.xo;
    const vm = byId(estate, "VM", idOf("eight-snapshots"));
    const answer = await list({ vm_id: vm.name_label });
    expect(itemsOf(answer)).toHaveLength(8);
    for (const { id, own_bytes } of itemsOf(answer)) {
      const disks = byId(estate, "VM-snapshot", String(id)).$VBDs.flatMap((link) => {
        const disk = estate.objects.get(byId(estate, "VBD", link).VDI ?? "");
        return isType(disk, "VDI-snapshot") ? [disk.usage] : [];
      });
      expect(disks.length).toBeGreaterThan(0);
      expect(own_bytes).toBe(disks.reduce((sum, usage) => sum + usage, 0));
    }
    expect(answer).toMatchObject({
      own_bytes_are: "not counting what they share with the disk, which is nearly all",
    });
    expect(JSON.stringify(answer)).not.toContain("total_");
  });

  test("has its pool and storage, a list where its disks lie on several", async () => {
    const { xo } = fixture;
    const { estate } = xo;
    const snapshot = byId(estate, "VM-snapshot", idOf("old-snapshot"));
    const place = byId(estate, "pool", snapshot.$pool).name_label;
    expect(await one("old-snapshot")).toMatchObject({ pool: place, storage: expect.any(String) });
    const storages = [idOf("full-sr"), idOf("overcommitted-sr")].map((id) =>
      byId(estate, "SR", id),
    );
    const disks = storages.map(({ id }, number) => ({
      id: `disk ${number}`,
      $SR: id,
      usage: number === 0 ? 7 : -1,
    }));
    const links = { ...snapshot, $VBDs: ["link 0", "link 1"] };
    await xo.setFaults([
      answering("vm-snapshots", [links]),
      answering(
        "vdi-snapshots",
        disks.map((disk, at) => ({ ...disk, $VBDs: [`link ${at}`] })),
      ),
    ]);
    const [item] = itemsOf(await list());
    await xo.clearFaults();
    expect(item).toMatchObject({
      storage: storages.map(({ name_label }) => name_label),
      own_bytes: 7,
    });
  });

  test("finds those that nothing keeps: made by hand, without a schedule, or with a disabled one", async () => {
    const { estate } = fixture.xo;
    const enabled = new Set(
      estate.schedules.filter((each) => each.enabled === true).map(({ id }) => id),
    );
    const wanted = idsWhere(({ other }) => !enabled.has(String(other["xo:backup:schedule"])));
    expect(await idsOf({ kind: "unkept" })).toEqual(wanted);
    for (const name of [
      "old-snapshot",
      "abandoned-snapshot",
      "disabled-schedule-snapshot",
    ] as const)
      expect(wanted).toContain(idOf(name));
    const limited = await call(signIn(fixture.xo, "reader"), "list_snapshots", { kind: "unkept" });
    expect(itemsOf(limited).every(({ origin }) => origin === "manual")).toBe(true);
    expect(warningsOf(limited)).toContain("may not see all schedules");
  });

  test("never shows what else XO's records of them hold", async () => {
    const answers = [await list(), await list({ fields: "*,other", limit: 2 })];
    expect(JSON.stringify(answers)).not.toContain("CANARY");
    expect(answers[1]).toMatchObject({ redacted: expect.arrayContaining(["other"]) });
  });

  test("does not say that nothing keeps it to an account that sees no schedules", async () => {
    const { xo } = fixture;
    const answer = await call(signIn(xo, "reader"), "list_snapshots", { kind: "backup" });
    const items = itemsOf(answer);
    expect(items).toHaveLength(idsWhere(isMarked).length);
    expect(items.filter(({ kept_by }) => kept_by !== "unknown")).toEqual([]);
    expect(warningsOf(answer)).toContain("may not see all schedules");
  });

  test("does not say that the VM is gone to an account that may not see it", async () => {
    const answer = await call(signIn(fixture.xo, "reader"), "list_snapshots", { kind: "orphan" });
    expect(answer).toMatchObject({ total: 0 });
    expect(warningsOf(answer)).toContain(
      "That nothing is listed does not say that there is nothing (snapshots, VMs, templates: this account may",
    );
  });

  test("warns that a lost pool's snapshots are missing", async () => {
    const { xo } = fixture;
    const server = String(xo.estate.servers[0]?.id);
    await xo.disconnectServer(server);
    const answer = await list();
    await xo.reconnectServer(server);
    expect(answer).toMatchObject({ total: 0 });
    expect(warningsOf(answer)).toContain("not connected to");
  });

  test("leaves out those of an unknown age, and says so", async () => {
    const { xo } = fixture;
    const undated = { id: idOf("old-snapshot"), name_label: "undated", snapshot_time: 0 };
    await xo.setFaults([{ match: { path: "/vm-snapshots\\?" }, body: JSON.stringify([undated]) }]);
    const answer = await list({ older_than_days: 1 });
    await xo.clearFaults();
    expect(answer).toMatchObject({ total: 0 });
    expect(warningsOf(answer)).toContain("does not know when they were taken");
  });

  test("reads each collection once", async () => {
    const { xo } = fixture;
    await xo.clearRequests();
    await list({ vm_id: byId(xo.estate, "VM", idOf("eight-snapshots")).name_label });
    const paths = (await xo.requests()).map(({ path }) => path.split("?")[0]);
    expect(paths.toSorted()).toEqual([...new Set(paths)].toSorted());
  });
});
