import { describe, expect } from "bun:test";
import { type Answer, itemsOf, warningsOf } from "../harness.ts";
import type { Estate } from "../xo/estate/estate.ts";
import {
  byId,
  disksOn,
  isType,
  ofType,
  promisedOn,
  type SrRecord,
  type VmSnapshotRecord,
} from "../xo/estate/records.ts";
import { trap, type TrapName } from "../xo/estate/traps.ts";
import { ask } from "./ask.ts";

const srOf = (estate: Estate, name: TrapName): SrRecord =>
  byId(estate, "SR", trap(estate, name).id);
const idsIn = (answer: Answer, part?: string) => itemsOf(answer, part).map(({ id }) => String(id));
const total = (numbers: number[]) => numbers.reduce((sum, number) => sum + number, 0);

/** The ids of the VMs with a disk on a storage, by their links. */
function vmsOn(estate: Estate, srId: string): string[] {
  const vms = disksOn(estate, srId).flatMap(({ $VBDs }) =>
    $VBDs.flatMap((link) => {
      const { VM } = byId(estate, "VBD", link);
      return isType(estate.objects.get(VM), "VM") ? [VM] : [];
    }),
  );
  return [...new Set(vms)];
}

/** Whether an enabled schedule will remove a snapshot. */
function isKept(estate: Estate, { other }: VmSnapshotRecord): boolean {
  return estate.schedules.some(
    ({ id, enabled }) => id === other["xo:backup:schedule"] && enabled === true,
  );
}

/** The VMs by what their disks take alone, most first; ISOs in their drives are none of it. */
function bySpace(estate: Estate, poolId?: string) {
  return ofType(estate, "VM")
    .filter(({ $pool }) => poolId === undefined || $pool === poolId)
    .map(({ id, $VBDs, name_label }) => {
      const disks = $VBDs.flatMap((link) => {
        const vdi = estate.objects.get(byId(estate, "VBD", link).VDI ?? "");
        return isType(vdi, "VDI") && byId(estate, "SR", vdi.$SR).content_type === "user"
          ? [vdi]
          : [];
      });
      return {
        id,
        name_label,
        used_bytes: total(disks.map(({ usage }) => usage)),
        chain_used_bytes: total(disks.map(({ chainPhysicalUsage }) => chainPhysicalUsage)),
      };
    })
    .toSorted((a, b) => b.used_bytes - a.used_bytes);
}

const poolOf = (estate: Estate) => ofType(estate, "pool").at(-1)?.id ?? "";

ask([
  {
    asks: "I want to retire this storage: who uses it, what lies about on it, what is it for?",
    tool: "get_sr_details",
    args: (estate) => ({ sr_id: srOf(estate, "overcommitted-sr").id }),
    answers: (answer, estate) => {
      const sr = srOf(estate, "overcommitted-sr");
      const vms = vmsOn(estate, sr.id);
      const halted = vms.filter((id) => byId(estate, "VM", id).power_state === "Halted");
      expect(answer).toMatchObject({
        used_as: [],
        users: { vms: vms.length, vms_halted: halted.length },
        orphans: {
          biggest: expect.arrayContaining([
            {
              id: trap(estate, "orphan-vdi").id,
              name_label: "old-db-data",
              used_bytes: byId(estate, "VDI", trap(estate, "orphan-vdi").id).usage,
            },
          ]),
        },
        snapshots: { own_bytes_are: expect.stringContaining("not counting what they share") },
      });
    },
  },
  {
    asks: "What is lost if this storage fails?",
    tool: "get_sr_details",
    args: (estate) => ({ sr_id: srOf(estate, "full-sr").id }),
    answers: (answer, estate) => {
      const vms = vmsOn(estate, srOf(estate, "full-sr").id).map((id) => byId(estate, "VM", id));
      const replicas = vms.filter(({ blockedOperations }) => "start" in blockedOperations);
      const sources = vms.length - replicas.length;
      expect(answer).toMatchObject({
        protection: { vms: sources, replicas_here: replicas.length },
      });
      const { with_enabled_backup_job, without_copy_elsewhere } = Object(answer["protection"]);
      expect(with_enabled_backup_job).toBeGreaterThan(0);
      expect(without_copy_elsewhere.total).toBeGreaterThan(0);
      expect(with_enabled_backup_job + without_copy_elsewhere.total).toBeLessThanOrEqual(sources);
    },
  },
  {
    asks: "Why does this storage use so much more than its disks?",
    tool: "get_sr_details",
    args: (estate) => ({ sr_id: srOf(estate, "unexplained-sr").id }),
    answers: (answer, estate) => {
      const sr = srOf(estate, "unexplained-sr");
      const snapshots = ofType(estate, "VDI-snapshot").filter(({ $SR }) => $SR === sr.id);
      const explained =
        total(disksOn(estate, sr.id).map(({ chainPhysicalUsage }) => chainPhysicalUsage)) +
        total(snapshots.map(({ usage }) => usage));
      expect(answer).toMatchObject({
        used_bytes: sr.physical_usage,
        explained: {
          explained_bytes: explained,
          unexplained_bytes: sr.physical_usage - explained,
          why: expect.stringContaining("More is used than all disks and snapshots here can hold"),
        },
      });
    },
  },
  {
    asks: "How much would I get back by deleting one of these clones?",
    tool: "list_vdis",
    args: (estate) => ({ filter: `id:${trap(estate, "clone-vdi-2").id}` }),
    answers: (answer, estate) => {
      const clone = byId(estate, "VDI", trap(estate, "clone-vdi-2").id);
      expect(clone.chainPhysicalUsage).toBeGreaterThan(clone.usage);
      expect(itemsOf(answer)).toMatchObject([
        { used_bytes: clone.usage, chain_used_bytes: clone.chainPhysicalUsage },
      ]);
    },
  },
  {
    asks: "Is a storage promised more than it has, with its snapshots and without?",
    tool: "list_srs",
    args: (estate) => ({ filter: `id:${srOf(estate, "overcommitted-sr").id}` }),
    answers: (answer, estate) => {
      const sr = srOf(estate, "overcommitted-sr");
      const [item] = itemsOf(answer);
      expect(item).toMatchObject({
        allocated_bytes: sr.usage,
        allocated_disks_bytes: promisedOn(estate, sr.id),
      });
      expect(item?.["overcommit_ratio"]).toBeCloseTo(sr.usage / sr.size, 2);
      expect(item?.["overcommit_ratio_disks"]).toBeCloseTo(promisedOn(estate, sr.id) / sr.size, 2);
    },
  },
  {
    asks: "Which storages has a host lost?",
    tool: "get_health_report",
    args: { checks: ["storage-link-unplugged"] },
    answers: (answer, estate) => {
      const [finding] = itemsOf(answer, "findings");
      const found = idsIn(finding ?? {}, "objects");
      expect(found).toEqual([byId(estate, "PBD", trap(estate, "unplugged-pbd").id).SR]);
      expect(found).not.toContain(srOf(estate, "maintenance-sr").id);
    },
  },
  {
    asks: "Which storage is in maintenance?",
    tool: "list_srs",
    args: { filter: "inMaintenanceMode?" },
    answers: (answer, estate) => {
      const [item, ...others] = itemsOf(answer);
      expect(others).toEqual([]);
      expect(item).toMatchObject({
        id: srOf(estate, "maintenance-sr").id,
        in_maintenance: true,
      });
      expect(item).not.toHaveProperty("unplugged_hosts");
    },
  },
  {
    asks: "Which disks are bound to this host: on its own storage, or of VMs that run there?",
    tool: "list_vdis",
    args: (estate) => ({ host_id: ofType(estate, "host")[0]?.id }),
    answers: (answer, estate) => {
      const host = ofType(estate, "host")[0]?.id ?? "";
      const wanted = ofType(estate, "VDI").filter(({ $SR, $VBDs }) => {
        const sr = byId(estate, "SR", $SR);
        const isOwn = !sr.shared && sr.$container === host;
        return (
          isOwn ||
          $VBDs.some((link) => {
            const vm = estate.objects.get(byId(estate, "VBD", link).VM);
            return isType(vm, "VM") && vm.$container === host && vm.power_state !== "Halted";
          })
        );
      });
      expect(idsIn(answer).toSorted()).toEqual(wanted.map(({ id }) => id).toSorted());
      expect(answer).toMatchObject({ total_size_bytes: total(wanted.map(({ size }) => size)) });
    },
  },
  {
    asks: "What do the disks of this pool come to?",
    tool: "list_vdis",
    args: (estate) => ({ pool_id: poolOf(estate), limit: 1 }),
    answers: (answer, estate) => {
      const loose = ofType(estate, "VDI-snapshot").filter(({ $VBDs }) => $VBDs.length === 0);
      const pool = poolOf(estate);
      const own = [...ofType(estate, "VDI"), ...loose].filter(({ $pool }) => $pool === pool);
      expect(answer).toMatchObject({
        total: own.length,
        total_size_bytes: total(own.map(({ size }) => size)),
        items: [{ pool: byId(estate, "pool", pool).name_label }],
      });
    },
  },
  {
    asks: "Which snapshots of this pool will nothing ever remove?",
    tool: "list_snapshots",
    args: (estate) => ({ kind: "unkept", pool_id: ofType(estate, "pool")[0]?.id }),
    answers: (answer, estate) => {
      const pool = ofType(estate, "pool")[0];
      const wanted = ofType(estate, "VM-snapshot").filter(
        (snapshot) => snapshot.$pool === pool?.id && !isKept(estate, snapshot),
      );
      expect(idsIn(answer).toSorted()).toEqual(wanted.map(({ id }) => id).toSorted());
      expect(answer).toMatchObject({ total: wanted.length });
      expect(
        itemsOf(answer).find(({ id }) => id === trap(estate, "old-snapshot").id),
      ).toMatchObject({ pool: pool?.name_label, storage: expect.any(String) });
    },
  },
  {
    asks: "Whose disks take most space?",
    tool: "get_top_consumers",
    args: { metric: "disk_space" },
    answers: (answer, estate) => {
      const all = bySpace(estate);
      const top = itemsOf(answer, "consumers");
      expect(top.map(({ used_bytes }) => used_bytes)).toEqual(
        all.slice(0, 5).map(({ used_bytes }) => used_bytes),
      );
      for (const { id, used_bytes, chain_used_bytes } of top) {
        const vm = all.find((each) => each.id === id);
        expect([used_bytes, chain_used_bytes]).toEqual([vm?.used_bytes, vm?.chain_used_bytes]);
      }
      expect(answer).toMatchObject({
        total: all.length,
        total_used_bytes: total(all.map(({ used_bytes }) => used_bytes)),
      });
    },
  },
  {
    asks: "And in one pool?",
    tool: "get_top_consumers",
    args: (estate) => ({ metric: "disk_space", pool_id: poolOf(estate), count: 1 }),
    answers: (answer, estate) => {
      const [first] = bySpace(estate, poolOf(estate));
      expect(itemsOf(answer, "consumers")[0]).toMatchObject({ used_bytes: first?.used_bytes });
    },
  },
  {
    asks: "Which VM does most on disk, reading and writing?",
    tool: "get_top_consumers",
    args: { metric: "disk", count: 1 },
    answers: (answer) => {
      const [first] = itemsOf(answer, "consumers");
      expect(Number(first?.["disk_bytes_per_second"])).toBeGreaterThan(0);
      expect(Number(first?.["share_percent"])).toBeGreaterThan(0);
    },
  },
  {
    asks: "Which VMs have too many snapshots?",
    tool: "get_health_report",
    args: { checks: ["snapshots-many"] },
    answers: (answer, estate) => {
      const many = ofType(estate, "VM").filter(({ snapshots }) => snapshots.length > 5);
      const [finding] = itemsOf(answer, "findings");
      expect(idsIn(finding ?? {}, "objects").toSorted()).toEqual(
        many
          .filter(({ blockedOperations }) => !("start" in blockedOperations))
          .map(({ id }) => id)
          .toSorted(),
      );
    },
  },
]);

describe("with a replica of 15 restore points", () => {
  ask(
    [
      {
        asks: "Which VMs have too many snapshots?",
        tool: "get_health_report",
        args: { checks: ["snapshots-many"] },
        answers: (answer, estate) => {
          const replica = byId(estate, "VM", trap(estate, "replica").id);
          expect(replica.snapshots.length).toBeGreaterThan(5);
          expect(replica.blockedOperations).toHaveProperty("start");
          const [finding] = itemsOf(answer, "findings");
          const found = idsIn(finding ?? {}, "objects");
          expect(found).toContain(trap(estate, "eight-snapshots").id);
          expect(found).not.toContain(replica.id);
        },
      },
    ],
    ["many-restore-points"],
  );
});

describe("with a full library and a full drive", () => {
  ask(
    [
      {
        asks: "Which storages are over 80 % full?",
        tool: "list_srs",
        args: { min_used_percent: 80 },
        answers: (answer, estate) => {
          expect(idsIn(answer)).toEqual([srOf(estate, "full-sr").id]);
        },
      },
    ],
    ["full-media"],
  );
});

describe("with sizes that cannot be", () => {
  const impossible = (estate: Estate) =>
    ofType(estate, "SR")
      .filter(({ content_type }) => content_type === "user")
      .slice(0, 3);
  const possible = (estate: Estate) =>
    ofType(estate, "SR").filter(
      (sr) => sr.content_type === "user" && !impossible(estate).includes(sr),
    );
  const named = (answer: Answer, estate: Estate) => {
    for (const { name_label } of impossible(estate)) {
      expect(warningsOf(answer)).toContain(name_label);
    }
    expect(warningsOf(answer)).toContain("they are in no total");
  };
  const sums = (estate: Estate) => ({
    total_bytes: total(possible(estate).map(({ size }) => size)),
    used_bytes: total(possible(estate).map(({ physical_usage }) => physical_usage)),
  });

  ask(
    [
      {
        asks: "How full is all storage?",
        tool: "list_srs",
        answers: (answer, estate) => {
          named(answer, estate);
          const items = itemsOf(answer);
          for (const { id } of impossible(estate)) {
            const item = items.find((each) => each["id"] === id);
            expect(item).toBeDefined();
            for (const figure of ["size_bytes", "used_bytes", "used_percent", "overcommit_ratio"]) {
              expect(item).not.toHaveProperty(figure);
            }
          }
        },
      },
      {
        asks: "How full is this storage?",
        tool: "get_sr_details",
        args: (estate) => ({ sr_id: impossible(estate)[0]?.id }),
        answers: (answer) => {
          expect(warningsOf(answer)).toContain("sizes");
          for (const figure of ["size_bytes", "used_bytes", "used_percent", "explained"]) {
            expect(answer).not.toHaveProperty(figure);
          }
        },
      },
      {
        asks: "How much storage is there?",
        tool: "get_infrastructure_summary",
        answers: (answer, estate) => {
          named(answer, estate);
          expect(answer).toMatchObject({ storage: sums(estate) });
        },
      },
      {
        asks: "How much storage has the pool?",
        tool: "get_capacity_report",
        args: (estate) => ({ pool_id: ofType(estate, "pool")[0]?.id }),
        answers: (answer, estate) => {
          named(answer, estate);
          const [pool] = itemsOf(answer, "pools");
          const own = possible(estate).filter(
            ({ $pool, shared }) => shared && $pool === ofType(estate, "pool")[0]?.id,
          );
          expect(pool).toMatchObject({
            storage: {
              shared: {
                total_bytes: total(own.map(({ size }) => size)),
                used_bytes: total(own.map(({ physical_usage }) => physical_usage)),
              },
            },
          });
        },
      },
      {
        asks: "Which storage is fullest?",
        tool: "get_pool_dashboard",
        args: (estate) => ({ pool_id: ofType(estate, "pool")[0]?.id }),
        answers: (answer) => {
          const { storage_by_use } = Object(answer["top"]);
          expect(storage_by_use.length).toBeGreaterThan(0);
          for (const { used_percent } of storage_by_use) {
            expect(used_percent).toBeWithin(0, 100.1);
          }
        },
      },
      {
        asks: "Is a storage nearly full?",
        tool: "get_health_report",
        args: { checks: ["storage-nearly-full", "storage-overcommitted"] },
        answers: (answer) => {
          expect(answer).toMatchObject({ counts: { critical: 0 } });
          expect(JSON.stringify(answer["unknown"])).toContain(
            "3 storages with no sizes that can be",
          );
        },
      },
      {
        asks: "How full is what this host uses?",
        tool: "get_host_details",
        args: (estate) => ({ host_id: ofType(estate, "host")[0]?.id }),
        answers: (answer, estate) => {
          named(answer, estate);
          const links = itemsOf(answer, "storage");
          for (const { id } of impossible(estate)) {
            expect(links.find((link) => link["id"] === id)).not.toHaveProperty("used_percent");
          }
        },
      },
    ],
    ["impossible-sizes"],
  );
});
