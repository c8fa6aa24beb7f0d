import type { World } from "../world.ts";
import type { SrRecord } from "./sr.ts";
import type { VdiRecord } from "./vdi.ts";
import { diskFields, leafBytes, type VdiLikeRecord } from "./vdi-like.ts";

/** A hidden base under disks and snapshots: XO has it, and the REST API no collection of its type. */
export interface VdiUnmanagedRecord extends VdiLikeRecord {
  type: "VDI-unmanaged";
}

/**
 * Puts a hidden base under a disk, as a snapshot or a clone does: it has what the disk had so far,
 * and the disk's own leaf only what is written from now on.
 */
export function addBase(
  world: World,
  vdi: VdiRecord,
  sr: SrRecord,
  key: string,
): VdiUnmanagedRecord {
  const thick = sr.allocationStrategy === "thick";
  const usage = thick ? Math.floor(vdi.size * 0.5) : vdi.usage;
  const base: VdiUnmanagedRecord = world.add({
    ...world.base("VDI-unmanaged", `base/${key}`, sr.$pool),
    ...diskFields(sr, "base copy", vdi.size, usage),
    missing: false,
    ...(vdi.parent === undefined ? {} : { parent: vdi.parent }),
  });
  sr.VDIs.push(base.id);
  const below = vdi.chainPhysicalUsage - vdi.usage + usage;
  vdi.parent = base.id;
  vdi.usage = leafBytes(sr, vdi.size, 0.03);
  vdi.chainPhysicalUsage = below + vdi.usage;
  return base;
}
