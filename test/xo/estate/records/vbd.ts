import type { World } from "../world.ts";
import type { VdiRecord } from "./vdi.ts";
import type { VdiSnapshotRecord } from "./vdi-snapshot.ts";
import type { VmLikeRecord } from "./vm-like.ts";
import type { XapiRecord } from "./xapi.ts";

export interface VbdRecord extends XapiRecord {
  type: "VBD";
  attached: boolean;
  is_cd_drive: boolean;
  device: string | null;
  position: string;
  VDI?: string;
  VM: string;
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
