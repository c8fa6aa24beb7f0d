import { canary } from "./canary.ts";
import type { SrRecord, VbdRecord, VdiRecord, VdiSnapshotRecord, VmLikeRecord } from "./records.ts";
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
  const usage = missing ? 0 : Math.floor(size * used);
  const vdi: VdiRecord = world.add({
    ...world.base("VDI", key, sr.$pool),
    ...diskFields(sr, name_label, size, usage),
    missing,
    chainPhysicalUsage: usage,
  });
  sr.VDIs.push(vdi.id);
  return vdi;
}

/** A snapshot of a disk; it costs a few per cent of the disk. */
export function addDiskSnapshot(
  world: World,
  vdi: VdiRecord,
  sr: SrRecord,
  key: string,
  time: number,
): VdiSnapshotRecord {
  const usage = Math.floor(vdi.size * 0.03);
  const snapshot: VdiSnapshotRecord = world.add({
    ...world.base("VDI-snapshot", key, sr.$pool),
    ...diskFields(sr, vdi.name_label, vdi.size, usage),
    missing: false,
    snapshot_time: time,
    $snapshot_of: vdi.id,
  });
  sr.VDIs.push(snapshot.id);
  vdi.snapshots.push(snapshot.id);
  vdi.chainPhysicalUsage += usage;
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
