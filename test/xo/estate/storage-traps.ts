import { isType, type SrRecord, type VdiRecord } from "./records.ts";
import { GIB, type World } from "./world.ts";
import { addDisk } from "./records/vdi.ts";
import { addBase } from "./records/vdi-unmanaged.ts";
import { plug } from "./records/vbd.ts";

const CLONES = ["clone-vdi-1", "clone-vdi-2", "clone-vdi-3"] as const;

/** What is told of storage and easily taken for something else. */
export function addStorageTraps(world: World): void {
  const [site] = world.sites;
  const [nfs1] = site?.storage.guests ?? [];
  const [local] = site?.storage.locals.values() ?? [];
  if (nfs1 !== undefined) {
    cloneFromTemplate(world, nfs1);
  }
  if (local !== undefined) {
    world.trap("unexplained-sr", local.id);
  }
}

/** Three VMs have a fast clone of the pool's own template: one base is under all of them. */
function cloneFromTemplate(world: World, sr: SrRecord): void {
  const template = world.objects.get(world.traps.get("custom-template") ?? "");
  const [golden] = isType(template, "VM-template") ? disksOf(world, template.$VBDs) : [];
  if (golden === undefined) {
    return;
  }
  const base = addBase(world, golden, sr, "golden");
  CLONES.forEach((name, number) => {
    const vm = world.trapVms.get(name);
    if (vm !== undefined) {
      const disk = addDisk(world, {
        sr,
        key: name,
        name_label: `${vm.name_label}_clone`,
        size: golden.size,
        used: 0,
      });
      disk.parent = base.id;
      disk.usage = (number + 1) * GIB;
      disk.chainPhysicalUsage = base.usage + disk.usage;
      plug(world, { vm, vdi: disk, position: 8 });
      world.trap(name, disk.id);
    }
  });
}

function disksOf(world: World, links: readonly string[]): VdiRecord[] {
  return links.flatMap((id) => {
    const vbd = world.objects.get(id);
    const vdi = isType(vbd, "VBD") ? world.objects.get(vbd.VDI ?? "") : undefined;
    return isType(vdi, "VDI") ? [vdi] : [];
  });
}
