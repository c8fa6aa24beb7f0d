import { isType } from "../records.ts";
import type { World } from "../world.ts";
import { plug } from "./vbd.ts";
import { addDiskSnapshot } from "./vdi-snapshot.ts";
import type { VmRecord } from "./vm.ts";
import type { VmLikeRecord } from "./vm-like.ts";

export interface VmSnapshotRecord extends VmLikeRecord {
  type: "VM-snapshot";
  snapshot_time: number;
  $snapshot_of: string;
}

interface SnapshotShape {
  name: string;
  /** Unix seconds. */
  time: number;
  other: Record<string, string>;
}

/** A snapshot of a VM and of its disks. */
export function addSnapshot(
  world: World,
  vm: VmRecord,
  key: string,
  { name, time, other }: SnapshotShape,
): VmSnapshotRecord {
  const {
    $container: _container,
    mainIpAddress: _address,
    xenTools: _tools,
    managementAgentDetected: _agent,
    pvDriversDetected: _drivers,
    pvDriversVersion: _version,
    pvDriversUpToDate: _current,
    creation: _creation,
    vulnerabilities: _vulnerabilities,
    ...rest
  } = vm;
  const snapshot: VmSnapshotRecord = world.add({
    ...rest,
    ...world.base("VM-snapshot", key, vm.$pool),
    addresses: {},
    current_operations: {},
    high_availability: "",
    name_label: name,
    os_version: null,
    other: { ...vm.other, ...other },
    power_state: "Halted",
    startTime: null,
    snapshots: [],
    VIFs: [],
    $VBDs: [],
    $container: vm.$pool,
    snapshot_time: time,
    $snapshot_of: vm.id,
  });
  vm.snapshots.push(snapshot.id);
  copyVifs(world, vm, snapshot);
  vm.$VBDs.forEach((id, position) => {
    const vbd = world.objects.get(id);
    const vdi = isType(vbd, "VBD") ? world.objects.get(vbd.VDI ?? "") : undefined;
    const sr = isType(vdi, "VDI") ? world.objects.get(vdi.$SR) : undefined;
    if (isType(vdi, "VDI") && isType(sr, "SR") && sr.SR_type !== "iso" && !vdi.missing) {
      const copy = addDiskSnapshot(world, vdi, sr, `${key}/${position}`, time);
      plug(world, { vm: snapshot, vdi: copy, position });
    }
  });
  return snapshot;
}

/** A snapshot keeps the MAC addresses of its VM, which makes no duplicate of them. */
function copyVifs(world: World, vm: VmRecord, snapshot: VmSnapshotRecord): void {
  for (const id of vm.VIFs) {
    const vif = world.objects.get(id);
    const network = isType(vif, "VIF") ? world.objects.get(vif.$network) : undefined;
    if (isType(vif, "VIF") && isType(network, "network")) {
      const copy = world.add({
        ...vif,
        ...world.base("VIF", `${snapshot.id}/${vif.device}`, vm.$pool),
        attached: false,
        $VM: snapshot.id,
      });
      snapshot.VIFs.push(copy.id);
      network.VIFs.push(copy.id);
    }
  }
}
