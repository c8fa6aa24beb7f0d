import type { Estate } from "../xo/estate/estate.ts";
import {
  byId,
  isType,
  ofType,
  promisedOn,
  type SrRecord,
  type VbdRecord,
  type VdiRecord,
  type VdiSnapshotRecord,
  type VmSnapshotRecord,
} from "../xo/estate/records.ts";
import { trap } from "../xo/estate/traps.ts";
import { askAll } from "./questions.ts";

const GIB = 1024 ** 3;
const DAY = 86_400;

const isMedia = ({ SR_type }: SrRecord) => SR_type === "iso" || SR_type === "udev";
const percentOf = ({ physical_usage, size }: SrRecord) =>
  Math.round((physical_usage / size) * 1000) / 10;
const holding = (estate: Estate) => ofType(estate, "SR").filter((sr) => !isMedia(sr));
const nameIn = (estate: Estate, id: string) => {
  const name = estate.objects.get(id)?.["name_label"];
  return typeof name === "string" && name !== "" ? name : undefined;
};
const sum = <T>(all: readonly T[], of: (each: T) => number) =>
  all.reduce((total, each) => total + of(each), 0);

/** The links of VMs to disks, discs in drives left out. */
function disksOfVms(estate: Estate): { link: VbdRecord; disk: VdiRecord }[] {
  return ofType(estate, "VBD").flatMap((link) => {
    const disk = estate.objects.get(link.VDI ?? "");
    const isOfVm = isType(estate.objects.get(link.VM), "VM");
    return isOfVm && !link.is_cd_drive && isType(disk, "VDI") ? [{ link, disk }] : [];
  });
}

/** By what `leftovers.ts` leaves: the traps that are no orphans say why each is none. */
function orphans(estate: Estate): (VdiRecord | VdiSnapshotRecord)[] {
  const spared = new Set(
    (["pvs-cache-vdi", "suspend-vdi", "empty-vdi"] as const).map((name) => trap(estate, name).id),
  );
  return [...ofType(estate, "VDI"), ...ofType(estate, "VDI-snapshot")].filter(
    ({ id, $VBDs, $SR }) =>
      $VBDs.length === 0 && !isMedia(byId(estate, "SR", $SR)) && !spared.has(id),
  );
}

function disksOf(estate: Estate, { $VBDs }: VmSnapshotRecord): VdiSnapshotRecord[] {
  return $VBDs.flatMap((link) => {
    const disk = estate.objects.get(byId(estate, "VBD", link).VDI ?? "");
    return isType(disk, "VDI-snapshot") ? [disk] : [];
  });
}

const isBackup = ({ other }: VmSnapshotRecord) => "xo:backup:job" in other;
const jobOf = ({ other }: VmSnapshotRecord) => String(other["xo:backup:job"]);

askAll([
  {
    asks: "Which storages for disks are more than 75 percent full?",
    sql: "select name, pool, used_percent from srs where used_percent > 75",
    rows: (estate) =>
      holding(estate)
        .filter((sr) => percentOf(sr) > 75)
        .map((sr) => [sr.name_label, nameIn(estate, sr.$pool), percentOf(sr)]),
  },
  {
    asks: "How much is free on each host's own storage?",
    sql: "select host, free_bytes from srs where shared = 0 and is_media = 0",
    rows: (estate) =>
      holding(estate)
        .filter(({ shared }) => !shared)
        .map((sr) => [nameIn(estate, sr.$container), sr.size - sr.physical_usage]),
  },
  {
    asks: "Which thin storages promised their disks more than one and a half times their size?",
    sql: "select name, pool, overcommit_ratio_disks from srs where overcommit_ratio_disks > 1.5 order by 3 desc",
    rows: (estate) =>
      holding(estate)
        .filter(({ allocationStrategy }) => allocationStrategy === "thin")
        .map((sr) => ({ sr, ratio: Math.round((promisedOn(estate, sr.id) / sr.size) * 100) / 100 }))
        .filter(({ ratio }) => ratio > 1.5)
        .map(({ sr, ratio }) => [sr.name_label, nameIn(estate, sr.$pool), ratio]),
  },
  {
    asks: "How full is the shared storage of each pool as a whole?",
    sql: "select pool, round(100 * sum(used_bytes) / sum(size_bytes), 1) from srs where shared = 1 and is_media = 0 group by pool_id",
    rows: (estate) =>
      [...Map.groupBy(holding(estate), ({ $pool }) => $pool)].map(([pool, srs]) => {
        const shared = srs.filter((sr) => sr.shared);
        const ratio = sum(shared, (sr) => sr.physical_usage) / sum(shared, ({ size }) => size);
        return [nameIn(estate, pool), Math.round(ratio * 1000) / 10];
      }),
  },
  {
    asks: "Which host has lost its link to which storage?",
    sql: "select l.host, l.sr, s.lost_links from sr_links l join srs s on s.id = l.sr_id where l.is_lost = 1",
    rows: (estate) => {
      const { host, SR } = byId(estate, "PBD", trap(estate, "unplugged-pbd").id);
      return [[nameIn(estate, host), nameIn(estate, SR), 1]];
    },
  },
  {
    asks: "Which storages hold nothing of any VM, though a host reaches them?",
    sql: "select s.name, s.host from srs s where s.reached = 1 and s.is_media = 0 and not exists (select 1 from vm_disks d where d.sr_id = s.id)",
    rows: (estate) => {
      const used = new Set(disksOfVms(estate).map(({ disk }) => disk.$SR));
      return holding(estate)
        .filter((sr) => {
          const links = ofType(estate, "PBD").filter(({ SR }) => SR === sr.id);
          return links.some(({ attached }) => attached) && !used.has(sr.id);
        })
        .map((sr) => [sr.name_label, sr.shared ? undefined : nameIn(estate, sr.$container)]);
    },
  },
  {
    asks: "Which orphan disks take most room, and where?",
    sql: "select id, name, sr, used_bytes from disks where state = 'orphan' and kind = 'disk' order by used_bytes desc, id",
    inOrder: true,
    rows: (estate) =>
      orphans(estate)
        .filter((disk) => isType(disk, "VDI"))
        .toSorted((a, b) => b.usage - a.usage || (a.id < b.id ? -1 : 1))
        .map(({ id, name_label, $SR, usage }) => [
          id,
          name_label || undefined,
          nameIn(estate, $SR),
          usage,
        ]),
  },
  {
    asks: "How much room would each pool win without its orphans, snapshots of disks too?",
    sql: "select pool, count(*), sum(used_bytes) from disks where state = 'orphan' group by pool_id",
    rows: (estate) =>
      [...Map.groupBy(orphans(estate), ({ $pool }) => $pool)].map(([pool, disks]) => [
        nameIn(estate, pool),
        disks.length,
        sum(disks, ({ usage }) => usage),
      ]),
  },
  {
    asks: "Which disks are left out of all backups, and which has the storage lost?",
    sql: "select case when is_nobak then 'left out' else 'lost' end, vm, name from disks where is_nobak = 1 or state = 'missing'",
    rows: (estate) =>
      (["left-out-vdi", "missing-vdi"] as const).map((name, number) => {
        const disk = byId(estate, "VDI", trap(estate, name).id);
        const { VM } = byId(estate, "VBD", disk.$VBDs[0] ?? "");
        return [number === 0 ? "left out" : "lost", nameIn(estate, VM), disk.name_label];
      }),
  },
  {
    asks: "What is there, by kind and state?",
    sql: "select kind, state, count(*) from disks where state <> 'orphan' group by kind, state having kind <> 'disk' or state <> 'missing'",
    rows: (estate) => {
      const lost = new Set(orphans(estate).map(({ id }) => id));
      const found = [...ofType(estate, "VDI"), ...ofType(estate, "VDI-snapshot")]
        .filter((disk) => !lost.has(disk.id) && !disk.missing)
        .map((disk) => {
          const media = isMedia(byId(estate, "SR", disk.$SR));
          const kind = isType(disk, "VDI-snapshot") ? "snapshot" : media ? "media" : "disk";
          return `${kind}/${disk.$VBDs.length > 0 ? "attached" : "other"}`;
        });
      return [...Map.groupBy(found, (key) => key)].map(([key, all]) => [
        ...key.split("/"),
        all.length,
      ]);
    },
  },
  {
    asks: "Which five VMs have most disk space?",
    sql: "select vm_id, sum(size_bytes) from vm_disks where is_cd_drive = 0 group by vm_id order by 2 desc, vm_id limit 5",
    inOrder: true,
    rows: (estate) =>
      [...Map.groupBy(disksOfVms(estate), ({ link }) => link.VM)]
        .map(([id, all]) => ({ id, size: sum(all, ({ disk }) => disk.size) }))
        .toSorted((a, b) => b.size - a.size || (a.id < b.id ? -1 : 1))
        .slice(0, 5)
        .map(({ id, size }) => [id, size]),
  },
  {
    asks: "How many VMs have disks on two storages or more?",
    sql: "select count(*) from (select vm_id from vm_disks where is_cd_drive = 0 group by vm_id having count(distinct sr_id) > 1)",
    rows: (estate) => [
      [
        [...Map.groupBy(disksOfVms(estate), ({ link }) => link.VM).values()].filter(
          (all) => new Set(all.map(({ disk }) => disk.$SR)).size > 1,
        ).length,
      ],
    ],
  },
  {
    asks: "Which VMs cannot be moved off one host, for a disk on its own storage?",
    sql: "select distinct d.vm_id, s.host from vm_disks d join srs s on s.id = d.sr_id where s.host_id is not null and d.is_cd_drive = 0",
    rows: (estate) => {
      const found = disksOfVms(estate).flatMap(({ link, disk }) => {
        const sr = byId(estate, "SR", disk.$SR);
        return sr.shared ? [] : [[link.VM, sr.$container] as const];
      });
      return [...new Map(found)].map(([vm, host]) => [vm, nameIn(estate, host)]);
    },
  },
  {
    asks: "Which VMs have no disk, and what is in their drive?",
    sql: "select v.name, (select disk from vm_disks c where c.vm_id = v.id and c.is_cd_drive = 1) from vms v where not exists (select 1 from vm_disks d where d.vm_id = v.id and d.is_cd_drive = 0)",
    rows: (estate) => {
      const vm = byId(estate, "VM", trap(estate, "diskless-vm").id);
      const iso = byId(estate, "VBD", vm.$VBDs[0] ?? "").VDI ?? "";
      return [[vm.name_label, nameIn(estate, iso)]];
    },
  },
  {
    asks: "How many drives are empty, and how many have something in them?",
    sql: "select count(*) filter (where disk_id is null), count(disk_id) from vm_disks where is_cd_drive = 1",
    rows: (estate) => {
      const drives = ofType(estate, "VBD").filter(
        ({ is_cd_drive, VM }) => is_cd_drive && isType(estate.objects.get(VM), "VM"),
      );
      const full = drives.filter(({ VDI }) => VDI !== undefined).length;
      return [[drives.length - full, full]];
    },
  },
  {
    asks: "Which snapshots are older than 30 days, and nothing removes them?",
    sql: "select id, vm, round(julianday('now') - julianday(taken_at)) from snapshots where kept_by = 'nothing' and taken_at <= datetime('now', '-30 days')",
    rows: (estate) => {
      const now = estate.now / 1000;
      const enabled = new Set(
        estate.schedules.filter(({ enabled: on }) => on === true).map(({ id }) => id),
      );
      return ofType(estate, "VM-snapshot")
        .filter(
          ({ other, snapshot_time }) =>
            !enabled.has(String(other["xo:backup:schedule"])) && snapshot_time <= now - 30 * DAY,
        )
        .map(({ id, $snapshot_of, snapshot_time }) => [
          id,
          nameIn(estate, $snapshot_of),
          Math.round((now - snapshot_time) / DAY),
        ]);
    },
  },
  {
    asks: "Which VM has most snapshots?",
    sql: "select vm, count(*) from snapshots where is_orphan = 0 group by vm_id order by 2 desc limit 1",
    rows: (estate) => [[nameIn(estate, trap(estate, "eight-snapshots").id), 8]],
  },
  {
    asks: "Which snapshots are of VMs that are gone?",
    sql: "select name, vm from snapshots where is_orphan = 1",
    rows: (estate) => [[nameIn(estate, trap(estate, "orphan-snapshot").id), undefined]],
  },
  {
    asks: "How many snapshots did each backup job leave, and what do they take?",
    sql: "select job, count(*), sum(used_bytes) from snapshots where origin = 'backup' group by job_id",
    rows: (estate) => {
      const jobs = new Map(estate.jobs.map(({ id, name }) => [id, String(name)]));
      const taken = ofType(estate, "VM-snapshot").filter(isBackup);
      return [...Map.groupBy(taken, jobOf)].map(([job, all]) => [
        jobs.get(job),
        all.length,
        sum(all, (snapshot) => sum(disksOf(estate, snapshot), ({ usage }) => usage)),
      ]);
    },
  },
  {
    asks: "On which storages do the disks of manual snapshots lie?",
    sql: "select d.sr, count(*), sum(d.size_bytes) from disks d join snapshots s on s.id = d.snapshot_id where s.origin = 'manual' group by d.sr_id",
    rows: (estate) => {
      const disks = ofType(estate, "VM-snapshot")
        .filter((snapshot) => !isBackup(snapshot))
        .flatMap((snapshot) => disksOf(estate, snapshot));
      return [...Map.groupBy(disks, ({ $SR }) => $SR)].map(([sr, all]) => [
        nameIn(estate, sr),
        all.length,
        sum(all, ({ size }) => size),
      ]);
    },
  },
  {
    asks: "What is the newest snapshot of each VM that has three or more?",
    sql: "select vm_id, id from (select vm_id, id, row_number() over (partition by vm_id order by taken_at desc, id) as place, count(*) over (partition by vm_id) as n from snapshots) where place = 1 and n >= 3",
    rows: (estate) =>
      [...Map.groupBy(ofType(estate, "VM-snapshot"), ({ $snapshot_of }) => $snapshot_of)]
        .filter(([, all]) => all.length >= 3)
        .map(([vm, all]) => [
          vm,
          all.toSorted((a, b) => b.snapshot_time - a.snapshot_time || (a.id < b.id ? -1 : 1))[0]
            ?.id,
        ]),
  },
  {
    asks: "How many GiB of disks has each kind of storage, and how much of that is used?",
    sql: "select s.type, sum(d.size_bytes) / 1073741824, round(100 * sum(d.used_bytes) / sum(d.size_bytes)) from disks d join srs s on s.id = d.sr_id where d.kind = 'disk' and d.vm_id is not null group by s.type",
    rows: (estate) => {
      const disks = new Set(disksOfVms(estate).map(({ disk }) => disk));
      return [...Map.groupBy(disks, ({ $SR }) => byId(estate, "SR", $SR).SR_type)].map(
        ([type, all]) => {
          const size = sum(all, (disk) => disk.size);
          return [type, size / GIB, Math.round((100 * sum(all, ({ usage }) => usage)) / size)];
        },
      );
    },
  },
]);
