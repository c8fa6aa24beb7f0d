import { describe, expect, test } from "bun:test";
import { type Answer, call, itemsOf, signIn, tryCall, useXo } from "./harness.ts";
import { answering } from "./health.ts";
import { byId, isType, ofType, type VmRecord } from "./xo/estate/records.ts";
import { trap, type TrapName } from "./xo/estate/traps.ts";
import type { FaultRule } from "./xo/start.ts";

const fixture = useXo();

const idOf = (name: TrapName): string => trap(fixture.xo.estate, name).id;
const details = (sr: string, args: Record<string, unknown> = {}): Promise<Answer> =>
  call(signIn(fixture.xo), "get_sr_details", { sr_id: sr, ...args });

/** Who has a disk on a storage, by the links: ids of VMs and templates, not of snapshots. */
function usersOf(srId: string, type: "VM" | "VM-template"): string[] {
  const { estate } = fixture.xo;
  const ids = ofType(estate, "VBD").flatMap(({ VM, VDI }) => {
    const vdi = estate.objects.get(VDI ?? "");
    return isType(vdi, "VDI") && vdi.$SR === srId && isType(estate.objects.get(VM), type)
      ? [VM]
      : [];
  });
  return [...new Set(ids)].toSorted();
}

const kindOf = (answer: Answer, kind: string): string[] =>
  itemsOf(answer, "used_by")
    .filter((user) => user["kind"] === kind)
    .map(({ id }) => String(id))
    .toSorted();

describe("get_sr_details", () => {
  test("names the VMs that use a storage, halted ones and templates too", async () => {
    const { estate } = fixture.xo;
    for (const name of ["full-sr", "overcommitted-sr"] as const) {
      const sr = byId(estate, "SR", idOf(name));
      const answer = await details(sr.name_label);
      expect(kindOf(answer, "vm")).toEqual(usersOf(sr.id, "VM"));
      expect(kindOf(answer, "template")).toEqual(usersOf(sr.id, "VM-template"));
      const halted = usersOf(sr.id, "VM").filter(
        (id) => byId(estate, "VM", id).power_state === "Halted",
      );
      expect(answer).toMatchObject({ id: sr.id, users: { vms_halted: halted.length } });
    }
    const answers = [await details("NFS vol1"), await details("NFS vol2")];
    expect(answers.flatMap((answer) => kindOf(answer, "template"))).toContain(
      idOf("custom-template"),
    );
  });

  test("has who takes most first, by the whole chain of their disks there", async () => {
    const { estate } = fixture.xo;
    const id = idOf("full-sr");
    const users = itemsOf(await details(id), "used_by");
    const sizes = users.map(({ chain_used_bytes }) => Number(chain_used_bytes));
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    for (const { id: vm, disks, ...bytes } of users.filter(({ kind }) => kind === "vm")) {
      const own = ofType(estate, "VBD").flatMap(({ VM, VDI }) => {
        const vdi = estate.objects.get(VDI ?? "");
        return VM === vm && isType(vdi, "VDI") && vdi.$SR === id ? [vdi] : [];
      });
      expect(disks).toBe(own.length);
      expect(bytes).toMatchObject({
        used_bytes: own.reduce((sum, { usage }) => sum + usage, 0),
        chain_used_bytes: own.reduce((sum, vdi) => sum + vdi.chainPhysicalUsage, 0),
      });
    }
  });

  test("counts a VM's snapshots with the VM, and each once", async () => {
    const vm = byId(fixture.xo.estate, "VM", idOf("eight-snapshots"));
    const answers = [];
    for (const { name_label, SR_type } of ofType(fixture.xo.estate, "SR")) {
      if (["nfs", "lvmoiscsi"].includes(SR_type)) answers.push(await details(name_label));
    }
    const own = answers.flatMap((answer) =>
      itemsOf(answer, "used_by").filter(({ id }) => id === vm.id),
    );
    expect(own).toMatchObject([{ name_label: vm.name_label, snapshots: 8 }]);
  });

  test("tells what the pool uses it for", async () => {
    const pool = ofType(fixture.xo.estate, "pool")[0];
    expect(await details(String(pool?.default_SR))).toMatchObject({
      used_as: ["default", "suspend", "crash dump"],
      pool: { name_label: pool?.name_label },
    });
    expect(await details(String(pool?.haSrs[0]))).toMatchObject({ used_as: ["HA"] });
    expect(await details(idOf("iso-sr"))).toMatchObject({ used_as: [] });
  });

  test("counts orphans and what they hold, and no ISO as one", async () => {
    const { estate } = fixture.xo;
    const sr = byId(estate, "SR", idOf("overcommitted-sr"));
    const held =
      byId(estate, "VDI", idOf("orphan-vdi")).usage +
      byId(estate, "VDI-snapshot", idOf("orphan-vdi-snapshot")).usage;
    const { disks, orphans } = await details(sr.id);
    expect(disks).toMatchObject({ orphan: 2 });
    expect(orphans).toMatchObject({
      total: 2,
      used_bytes: held,
      biggest: [{ id: idOf("orphan-vdi") }, { id: idOf("orphan-vdi-snapshot") }],
    });
    expect((await details(idOf("iso-sr")))["disks"]).not.toHaveProperty("orphan");
  });

  test("names a disk that a control domain still has", async () => {
    expect(itemsOf(await details("NFS vol2"), "used_by")).toContainEqual(
      expect.objectContaining({
        kind: "control domain",
        used_bytes: byId(fixture.xo.estate, "VDI", idOf("control-domain-vdi")).usage,
      }),
    );
  });

  test("has the links of all hosts, with the unplugged one", async () => {
    const { estate } = fixture.xo;
    const pbd = byId(estate, "PBD", idOf("unplugged-pbd"));
    const links = itemsOf(await details(pbd.SR), "links");
    expect(links).toHaveLength(ofType(estate, "host").length);
    expect(links.filter(({ link }) => link !== "plugged")).toEqual([
      { host: byId(estate, "host", pbd.host).name_label, link: "unplugged", problem: true },
    ]);
  });

  test("says that a shared storage has no link to a host at all", async () => {
    const { xo } = fixture;
    await xo.setFaults([{ match: { path: "/pbds\\?" }, body: "[]" }]);
    const answer = await details("NFS vol1");
    await xo.clearFaults();
    expect(itemsOf(answer, "links").map(({ link }) => link)).toEqual(["none", "none", "none"]);
  });

  test("names who has an ISO in the drive, which takes nothing more", async () => {
    const answer = await details("ISO library");
    const inserted = { kind: "vm", disks: 0, used_bytes: 0, inserted: [expect.any(String)] };
    const users = itemsOf(answer, "used_by");
    expect(users).toMatchObject([inserted, inserted]);
    expect(users.map(({ id }) => String(id)).toSorted()).toEqual(
      [idOf("cd-vm"), idOf("diskless-vm")].toSorted(),
    );
  });

  describe("of what is lost if it fails", () => {
    const pair = () => {
      const { estate } = fixture.xo;
      const source = byId(estate, "VM", idOf("replica-source"));
      const replica = byId(estate, "VM", idOf("replica"));
      const storageOf = (vm: VmRecord) =>
        vm.$VBDs.flatMap((link) => {
          const vdi = estate.objects.get(byId(estate, "VBD", link).VDI ?? "");
          return isType(vdi, "VDI") ? [vdi.$SR] : [];
        })[0];
      return { source, replica, here: String(storageOf(source)), there: storageOf(replica) };
    };

    test("names the jobs that save a VM, and its replica where that is elsewhere", async () => {
      const { source, replica, here, there } = pair();
      const user = itemsOf(await details(here), "used_by").find(({ id }) => id === source.id);
      expect(user?.["replicas_elsewhere"]).toEqual(
        here === there ? undefined : [replica.name_label],
      );
      const copies = itemsOf(await details(String(there)), "used_by");
      expect(copies.find(({ id }) => id === replica.id)).toMatchObject({ is_replica: true });
    });

    test("counts only copies that are not on the storage itself", async () => {
      const { xo } = fixture;
      const { source, here } = pair();
      const job = (id: string, more: object) => ({
        id,
        name: id,
        type: "backup",
        vms: { id: source.id },
        ...more,
      });
      const [schedule] = xo.estate.schedules;
      await xo.setFaults([
        answering("backup-jobs", [
          job("snapshots", { remotes: {}, srs: {} }),
          job("to-here", { srs: { id: here } }),
          job("off", { remotes: { id: "r" } }),
        ]),
        answering("schedules", [
          { ...schedule, id: "s1", enabled: true, jobId: "snapshots" },
          { ...schedule, id: "s2", enabled: true, jobId: "to-here" },
          { ...schedule, id: "s3", enabled: false, jobId: "off" },
        ]),
      ]);
      const answer = await details(here);
      await xo.clearFaults();
      expect(answer["protection"]).toMatchObject({
        with_enabled_backup_job: 0,
        replicated_to_by: ["to-here"],
        backup_jobs: [
          { name: "snapshots", enabled: true, writes_to: "snapshots only", vms: 1 },
          { name: "to-here", enabled: true, writes_to: "storages", vms: 1 },
          { name: "off", enabled: false, writes_to: "repositories", vms: 1 },
        ],
      });
    });

    test("does not say that there is no copy to an account that sees no jobs", async () => {
      const answer = await call(signIn(fixture.xo, "reader"), "get_sr_details", {
        sr_id: "NFS vol1",
      });
      expect(answer["protection"]).not.toHaveProperty("without_copy_elsewhere");
      expect(answer["protection"]).not.toHaveProperty("with_enabled_backup_job");
    });
  });

  describe("of use that nothing explains", () => {
    const explained = async (name: TrapName, ...faults: FaultRule[]) => {
      const { xo } = fixture;
      await xo.setFaults(faults);
      const answer = await details(idOf(name));
      await xo.clearFaults();
      return answer["explained"];
    };
    const disks = (name: TrapName) =>
      ofType(fixture.xo.estate, "VDI").filter(({ $SR }) => $SR === idOf(name));

    test("is silent where the chains are enough", async () => {
      expect(await explained("full-sr")).not.toHaveProperty("unexplained_bytes");
    });

    test("does not know where snapshots are left of disks that are gone", async () => {
      expect(await explained("overcommitted-sr")).toEqual({
        unknown: expect.stringContaining("1 snapshots of disks that are not here any more"),
      });
    });

    test("does not know where an older XO tells no chains", async () => {
      const old = disks("unexplained-sr").map(({ chainPhysicalUsage: _chain, ...disk }) => disk);
      expect(await explained("unexplained-sr", answering("vdis", old))).toEqual({
        unknown: expect.stringContaining("this XO does not tell"),
      });
    });

    test("does not know where snapshots have no base in any chain", async () => {
      const flat = disks("full-sr").map((disk) => ({ ...disk, chainPhysicalUsage: disk.usage }));
      expect(await explained("full-sr", answering("vdis", flat))).toEqual({
        unknown: expect.stringContaining("layered on"),
      });
    });
  });

  test("pages through those who use it", async () => {
    const all = itemsOf(await details("NFS vol2"), "used_by");
    const first = await details("NFS vol2", { limit: 3 });
    const rest = await details("NFS vol2", { offset: 3 });
    expect(first).toMatchObject({ next_offset: 3 });
    expect([...itemsOf(first, "used_by"), ...itemsOf(rest, "used_by")]).toEqual(all);
  });

  test("refuses a storage of no known name, and one of many with the same", async () => {
    const env = signIn(fixture.xo);
    const unknown = await tryCall(env, "get_sr_details", { sr_id: "NFS vol9" });
    expect(unknown).toMatchObject({ exitCode: 5 });
    expect(unknown.stderr).toContain('Did you mean "NFS vol');
    const many = await tryCall(env, "get_sr_details", { sr_id: "Local storage" });
    expect(many).toMatchObject({ exitCode: 5 });
    expect(many.stderr).toContain("Give the full UUID");
  });

  test("reads each collection once, and tells no secret", async () => {
    const { xo } = fixture;
    await xo.clearRequests();
    const answer = await details("NFS vol1");
    const paths = (await xo.requests())
      .map(({ path }) => path.split("?")[0])
      // All once more, to know of which pools XO shows nothing.
      .filter((path, at, all) => path !== "/rest/v0/pools" || all.indexOf(path) === at);
    expect(paths.toSorted()).toEqual([...new Set(paths)].toSorted());
    expect(JSON.stringify(answer)).not.toContain("CANARY");
  });
});
