import type { World } from "../world.ts";
import type { SrRecord } from "./sr.ts";
import type { VdiRecord } from "./vdi.ts";
import { diskFields, type VdiLikeRecord } from "./vdi-like.ts";
import { addBase } from "./vdi-unmanaged.ts";

export interface VdiSnapshotRecord extends VdiLikeRecord {
  type: "VDI-snapshot";
  snapshot_time: number;
  $snapshot_of: string;
}

/** A VHD without data: its header, and four bytes for each block of 2 MiB. */
function emptyBytes(size: number): number {
  return 4_096 + Math.ceil(size / 2 ** 21) * 4;
}

/** A snapshot of a disk: its own leaf holds nothing, all is in the base that it shares. */
export function addDiskSnapshot(
  world: World,
  vdi: VdiRecord,
  sr: SrRecord,
  key: string,
  time: number,
): VdiSnapshotRecord {
  const base = addBase(world, vdi, sr, key);
  const usage = emptyBytes(vdi.size);
  const snapshot: VdiSnapshotRecord = world.add({
    ...world.base("VDI-snapshot", key, sr.$pool),
    ...diskFields(sr, vdi.name_label, vdi.size, usage),
    missing: false,
    parent: base.id,
    snapshot_time: time,
    $snapshot_of: vdi.id,
  });
  sr.VDIs.push(snapshot.id);
  vdi.snapshots.push(snapshot.id);
  return snapshot;
}
