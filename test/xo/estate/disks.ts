import { canary } from "./canary.ts";
import type {
  SrRecord,
  VbdRecord,
  VdiRecord,
  VdiSnapshotRecord,
  VdiUnmanagedRecord,
  VmLikeRecord,
} from "./records.ts";
import type { World } from "./world.ts";

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

/** What a disk's own file or volume takes: on thick storage its whole size, whatever was written. */
function leafBytes(sr: SrRecord, size: number, used: number): number {
  return sr.allocationStrategy === "thick" ? size : Math.floor(size * used);
}

/** A VHD without data: its header, and four bytes for each block of 2 MiB. */
function emptyBytes(size: number): number {
  return 4_096 + Math.ceil(size / 2 ** 21) * 4;
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

function diskFields(sr: SrRecord, name_label: string, size: number, usage: number) {
  const none = (): string[] => [];
  return {
    cbt_enabled: false,
    name_description: "",
    name_label,
    ...(sr.SR_type === "iso" ? {} : { image_format: "vhd" }),
    size,
    snapshots: none(),
    tags: none(),
    usage,
    VDI_type: "user",
    current_operations: {},
    other_config: { "content_id-key": canary("vdi-other-config") },
    $SR: sr.id,
    $VBDs: none(),
  };
}

interface Plug {
  vm: VmLikeRecord;
  vdi?: VdiRecord | VdiSnapshotRecord;
  position: number;
  cd?: boolean;
}

/** Puts a disk, an ISO or nothing (an empty drive) at a place of a VM. */
export function plug(world: World, { vm, vdi, position, cd = false }: Plug): VbdRecord {
  const live = vm.power_state === "Running" || vm.power_state === "Paused";
  const attached = live && vdi !== undefined && !vdi.missing;
  const vbd: VbdRecord = world.add({
    ...world.base("VBD", `${vm.id}/${position}`, vm.$pool),
    attached,
    bootable: position === 0,
    device: attached ? `xvd${String.fromCharCode(97 + position)}` : null,
    is_cd_drive: cd,
    position: String(position),
    read_only: cd,
    ...(vdi === undefined ? {} : { VDI: vdi.id }),
    VM: vm.id,
  });
  vm.$VBDs.push(vbd.id);
  vdi?.$VBDs.push(vbd.id);
  return vbd;
}
