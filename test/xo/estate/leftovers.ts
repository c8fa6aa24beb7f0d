import { addDisk, addDiskSnapshot, plug } from "./disks.ts";
import { uuidOf } from "./random.ts";
import { isType } from "./records.ts";
import { addSnapshot } from "./snapshots.ts";
import { DAY, GIB, type World } from "./world.ts";

/** What stays behind when something is deleted by half: disks and snapshots that belong to nothing. */
export function addLeftovers(world: World): void {
  for (const site of world.sites) {
    const { index } = site;
    const [, nfs2, san] = site.storage.guests;
    if (nfs2 === undefined || san === undefined) {
      continue;
    }
    const orphans = [
      { key: `orphan/${index}/1`, name_label: "old-db-data", sr: nfs2, size: 120 * GIB },
      { key: `orphan/${index}/2`, name_label: "", sr: san, size: 40 * GIB },
    ].map((shape) => addDisk(world, { ...shape, used: 0.6 }));
    if (orphans[0] !== undefined) {
      world.trap("orphan-vdi", orphans[0].id);
    }

    const gone = addDisk(world, {
      sr: nfs2,
      key: `gone/${index}`,
      name_label: "gone",
      size: 30 * GIB,
      used: 0.5,
    });
    const left = addDiskSnapshot(world, gone, nfs2, `gone/${index}`, world.seconds - 90 * DAY);
    forget(world, gone.id);
    world.trap("orphan-vdi-snapshot", left.id);

    const controller = site.hosts.at(-1)?.controlDomain;
    const dom0 = world.objects.get(controller ?? "");
    if (isType(dom0, "VM-controller")) {
      const stuck = addDisk(world, {
        sr: nfs2,
        key: `stuck/${index}`,
        name_label: "[XO] mounted for export",
        size: 20 * GIB,
        used: 0.4,
      });
      plug(world, { vm: dom0, vdi: stuck, position: 0 });
      world.trap("control-domain-vdi", stuck.id);
    }
  }
  addOrphanSnapshot(world);
}

/** A snapshot whose VM was deleted: made from a VM's, then pointed at an id that nothing has. */
function addOrphanSnapshot(world: World): void {
  const [vm] = world.sites[0]?.vms ?? [];
  if (vm === undefined) {
    return;
  }
  const snapshot = addSnapshot(
    world,
    { ...vm, name_label: "retired-app", snapshots: [], $VBDs: [], VIFs: [] },
    "orphan",
    { name: "before retirement", time: world.seconds - 60 * DAY, other: {} },
  );
  snapshot.$snapshot_of = uuidOf("VM/retired");
  world.trap("orphan-snapshot", snapshot.id);
}

/** Removes a disk, leaving what refers to it. */
function forget(world: World, id: string): void {
  world.objects.delete(id);
  for (const { storage } of world.sites) {
    for (const sr of storage.guests) {
      sr.VDIs = sr.VDIs.filter((vdi) => vdi !== id);
    }
  }
}
