import type { World } from "../world.ts";
import type { SrRecord } from "./sr.ts";
import { diskFields, leafBytes, type VdiLikeRecord } from "./vdi-like.ts";

export interface VdiRecord extends VdiLikeRecord {
  type: "VDI";
  chainPhysicalUsage: number;
}

interface DiskShape {
  sr: SrRecord;
  key: string;
  name_label: string;
  size: number;
  /** The part of its size that it really takes. */
  used: number;
  missing?: boolean;
}

/** A disk on a storage, attached to nothing yet. */
export function addDisk(world: World, shape: DiskShape): VdiRecord {
  const { sr, key, name_label, size, used, missing = false } = shape;
  const usage = missing ? 0 : leafBytes(sr, size, used);
  const vdi: VdiRecord = world.add({
    ...world.base("VDI", key, sr.$pool),
    ...diskFields(sr, name_label, size, usage),
    missing,
    chainPhysicalUsage: usage,
  });
  sr.VDIs.push(vdi.id);
  return vdi;
}
