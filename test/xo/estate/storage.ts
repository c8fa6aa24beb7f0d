import { canary } from "./canary.ts";
import { hasTrap } from "./host-traps.ts";
import { Random } from "./random.ts";
import {
  type HostRecord,
  isType,
  type PoolRecord,
  type SrRecord,
  type VdiRecord,
} from "./records.ts";
import { GIB, type Site, TIB, type World } from "./world.ts";
import { addSr, type SrShape } from "./records/sr.ts";
import { addPbd } from "./records/pbd.ts";
import { addDisk } from "./records/vdi.ts";

interface StoragePlace {
  pool: PoolRecord;
  hosts: HostRecord[];
  site: number;
}

const ISOS: [string, number][] = [
  ["debian-12.8.0-amd64-netinst.iso", 4_111_532_631],
  ["ubuntu-24.04.1-live-server-amd64.iso", 1_109_469_205],
  ["AlmaLinux-9.5-x86_64-dvd.iso", 4_875_669_107],
  ["virtio-win.iso", 741_402_624],
];

/** Two NFS storages, an iSCSI one, a local one and a DVD drive for each host, and an ISO library. */
export function addStorage(world: World, at: StoragePlace): Site["storage"] {
  const { pool, hosts, site } = at;
  const shared = (key: string, fields: SrShape, config: Record<string, string>): SrRecord => {
    const sr = addSr(world, pool, key, pool.id, fields);
    hosts.forEach((host, number) => {
      // Only the last host of the first pool has lost a link, so that exactly one is a problem.
      const lost = key === "nfs2" && hasTrap(world, "unplugged-pbd", { site, number });
      const pbd = addPbd(world, sr, host, config, !lost);
      if (lost) {
        world.trap("unplugged-pbd", pbd);
      }
    });
    return sr;
  };

  const nfs1 = shared(
    "nfs1",
    { name_label: "NFS vol1", SR_type: "nfs", allocationStrategy: "thin" },
    { server: "192.0.2.11", serverpath: "/export/vol1", nfsversion: "4.1" },
  );
  const nfs2 = shared(
    "nfs2",
    { name_label: "NFS vol2", SR_type: "nfs", allocationStrategy: "thin" },
    { server: "192.0.2.11", serverpath: "/export/vol2", nfsversion: "4.1" },
  );
  const san = shared(
    "san",
    {
      name_label: "SAN LUN2",
      SR_type: "lvmoiscsi",
      allocationStrategy: "thick",
      tags: ["ssd"],
      sm_config: { allocation: "thick", use_vhd: "true", multipathable: "true" },
    },
    {
      target: "192.0.2.10",
      targetIQN: "iqn.2001-05.org.example:vol",
      chapuser: "xcp",
      chappassword: canary("pbd-chap"),
    },
  );
  const iso = shared(
    "iso",
    { name_label: "ISO library", SR_type: "iso", content_type: "iso", size: 2 * TIB },
    { location: "192.0.2.12:/isos", username: "iso", cifspassword: canary("pbd-cifs") },
  );

  if (site === 0) {
    addInMaintenance(world, at);
  }

  const locals = new Map<string, SrRecord>();
  for (const host of hosts) {
    const local = addSr(world, pool, `local/${host.name_label}`, host.id, {
      name_label: "Local storage",
      SR_type: "ext",
      allocationStrategy: "thin",
    });
    addPbd(world, local, host, { device: "/dev/disk/by-id/scsi-part3" }, true);
    locals.set(host.id, local);
    const dvd = addSr(world, pool, `dvd/${host.name_label}`, host.id, {
      name_label: "DVD drives",
      SR_type: "udev",
      content_type: "iso",
      size: 0,
    });
    addPbd(world, dvd, host, { location: "/dev/xapi/cd" }, true);
  }

  // The third pool has no default storage and the fourth a local one: both are worth a warning.
  const first = hosts[0] === undefined ? undefined : locals.get(hosts[0].id);
  pool.default_SR = site === 2 ? undefined : site === 3 ? first?.id : nfs1.id;
  pool.suspendSr = pool.default_SR;
  pool.crashDumpSr = pool.default_SR;
  pool.haSrs = pool.HA_enabled ? [san.id] : [];
  world.trap("full-sr", nfs1.id);
  world.trap("overcommitted-sr", nfs2.id);
  world.trap("iso-sr", iso.id);

  const isos: VdiRecord[] = ISOS.map(([name_label, size]) =>
    addDisk(world, { sr: iso, key: `${pool.name_label}/${name_label}`, name_label, size, used: 1 }),
  );
  const unused = isos.at(-1);
  if (unused !== undefined) {
    world.trap("unused-iso", unused.id);
  }
  return { guests: [nfs1, nfs2, san], locals, iso, isos };
}

/**
 * Gives each storage the size that makes it as full as it should be. It comes last, because what a
 * storage holds is known only then.
 */
export function sizeStorage(world: World, site: Site): void {
  for (const sr of [...site.storage.guests, ...site.storage.locals.values(), site.storage.iso]) {
    let promised = 0;
    let all = 0;
    let used = 0;
    for (const id of sr.VDIs) {
      const vdi = world.objects.get(id);
      // Snapshots and the bases under them promise nothing more, but XAPI counts them.
      promised += isType(vdi, "VDI") ? vdi.size : 0;
      all += typeof vdi?.size === "number" ? vdi.size : 0;
      used += typeof vdi?.usage === "number" ? vdi.usage : 0;
    }
    sr.usage = all;
    sr.physical_usage = used;
    if (sr.SR_type === "iso") {
      continue;
    }
    const first = site.index === 0;
    const floor = sr.shared ? TIB : 1740 * GIB;
    if (first && sr.name_label === "NFS vol1") {
      sr.size = Math.ceil(sr.physical_usage / 0.93);
    } else if (first && sr.name_label === "NFS vol2") {
      sr.size = Math.max(Math.ceil(promised / 2.4), Math.ceil(sr.physical_usage / 0.78));
    } else {
      // An empty local storage still has its size.
      sr.size = Math.max(Math.ceil(sr.physical_usage / fullness(site, sr)), floor);
    }
    if (sr.id === world.traps.get("unexplained-sr")) {
      sr.physical_usage += Math.floor(sr.size * 0.3);
    }
  }
}

/** How full a storage should be: the first ones alike, the others as it came. */
function fullness({ index, hosts, storage }: Site, sr: SrRecord): number {
  const early = sr.shared || hosts.slice(0, 3).some(({ id }) => storage.locals.get(id) === sr);
  if (index === 0 && early) return 0.34;
  return 0.1 + 0.65 * new Random(`fullness/${sr.id}`).next();
}

/** A storage that XO's maintenance mode took off all hosts. */
function addInMaintenance(world: World, { pool, hosts }: StoragePlace): void {
  const sr = addSr(world, pool, "archive", pool.id, {
    name_label: "NFS archive",
    SR_type: "nfs",
    allocationStrategy: "thin",
    size: 8 * TIB,
  });
  sr.inMaintenanceMode = true;
  sr.physical_usage = TIB / 64;
  for (const host of hosts) {
    addPbd(world, sr, host, { server: "192.0.2.11", serverpath: "/export/archive" }, false);
  }
  world.trap("maintenance-sr", sr.id);
}
