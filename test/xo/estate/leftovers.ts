import { uuidOf } from "./random.ts";
import { isType } from "./records.ts";
import { backupMarks } from "./snapshots.ts";
import { DAY, GIB, type World } from "./world.ts";
import { addDisk } from "./records/vdi.ts";
import { addDiskSnapshot } from "./records/vdi-snapshot.ts";
import { plug } from "./records/vbd.ts";
import { addSnapshot } from "./records/vm-snapshot.ts";

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
  addNoOrphans(world);
  addNoOrphanSnapshots(world);
}

/** Disks that no VM has, and that are no orphans: each for a reason of its own. */
function addNoOrphans(world: World): void {
  const [site] = world.sites;
  const [, nfs2] = site?.storage.guests ?? [];
  const drives = [...world.objects.values()].find(
    (record) => isType(record, "SR") && record.SR_type === "udev",
  );
  if (nfs2 === undefined || !isType(drives, "SR")) {
    return;
  }
  const small = { sr: nfs2, size: GIB, used: 0.1 };
  const cache = addDisk(world, { ...small, key: "pvs-cache", name_label: "PVS cache VDI" });
  Object.assign(cache, { name_description: "PVS cache VDI" });
  world.trap("pvs-cache-vdi", cache.id);
  const memory = addDisk(world, { ...small, key: "suspend", name_label: "Suspend image" });
  Object.assign(memory, { VDI_type: "suspend" });
  world.trap("suspend-vdi", memory.id);
  const empty = { ...small, size: 0, key: "empty", name_label: "nothing yet" };
  world.trap("empty-vdi", addDisk(world, empty).id);
  const medium = { ...small, sr: drives, key: "medium", name_label: "SCSI 1:0:0:0" };
  world.trap("removable-vdi", addDisk(world, { ...medium, used: 1 }).id);
  drives.size = GIB;
  drives.physical_usage = GIB;
}

/** A snapshot whose VM was made a template, which keeps it; and one whose schedule is disabled. */
function addNoOrphanSnapshots(world: World): void {
  const vm = world.trapVms.get("disabled-schedule-snapshot");
  const template = world.objects.get(world.traps.get("custom-template") ?? "");
  if (vm === undefined || !isType(template, "VM-template")) {
    return;
  }
  const time = world.seconds - 10 * DAY;
  const before = addSnapshot(
    world,
    { ...vm, snapshots: [], $VBDs: [], VIFs: [] },
    "before-template",
    { name: "before it became a template", time, other: {} },
  );
  before.$snapshot_of = template.id;
  template.snapshots.push(before.id);
  world.trap("template-snapshot", before.id);
  const paused = addSnapshot(world, vm, "disabled-schedule", {
    name: `[XO Backup disabled-dev] ${vm.name_label}`,
    time,
    other: {
      ...backupMarks(vm, time),
      "xo:backup:job": uuidOf("job/disabled-dev"),
      "xo:backup:schedule": uuidOf("schedule/disabled-dev"),
    },
  });
  world.trap("disabled-schedule-snapshot", paused.id);
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
