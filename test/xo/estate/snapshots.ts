import { addDiskSnapshot, plug } from "./disks.ts";
import { Random, uuidOf } from "./random.ts";
import { isType, type VmRecord, type VmSnapshotRecord } from "./records.ts";
import type { VmPlan } from "./vm-plan.ts";
import { DAY, HOUR, type World } from "./world.ts";

/** The ids of the nightly job and its schedule, which made the backup snapshots. */
export const NIGHTLY_JOB = uuidOf("job/nightly-prod");
export const NIGHTLY_SCHEDULE = uuidOf("schedule/nightly-prod");

/** The marks of a schedule that was deleted since. */
const GONE = {
  "xo:backup:job": uuidOf("job/retired"),
  "xo:backup:schedule": uuidOf("schedule/retired"),
};

/** The snapshots of a VM: the first one made by the nightly backup of a production VM, then manual ones. */
export function addSnapshots(world: World, vm: VmRecord, plan: VmPlan): void {
  const random = new Random(`snapshots/${plan.key}`);
  for (let number = 0; number < plan.snapshots; number++) {
    const backup = number === 0 && plan.env === "prod";
    const age = backup ? random.int(2, 20) * HOUR : random.int(3, 25) * DAY * (number + 1);
    const abandoned = plan.parts.includes("abandoned-snapshot") && number === plan.snapshots - 2;
    const old = plan.parts.includes("old-snapshot") && number === plan.snapshots - 1;
    const oldest = (plan.ageDays ?? Number.POSITIVE_INFINITY) * DAY - HOUR;
    const time = world.seconds - (old ? 200 * DAY : Math.min(age, oldest));
    const snapshot = addSnapshot(world, vm, `${plan.key}/${number}`, {
      name: backup ? `[XO Backup nightly-prod] ${vm.name_label}` : `before upgrade ${number}`,
      time,
      other: backup || abandoned ? { ...backupMarks(vm, time), ...(abandoned ? GONE : {}) } : {},
    });
    if (abandoned) {
      world.trap("abandoned-snapshot", snapshot.id);
    }
    if (old) {
      world.trap("old-snapshot", snapshot.id);
    }
  }
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

/** What XO's backups write on the snapshots that they keep. */
export function backupMarks(vm: VmRecord, time: number): Record<string, string> {
  return {
    "xo:backup:job": NIGHTLY_JOB,
    "xo:backup:schedule": NIGHTLY_SCHEDULE,
    "xo:backup:vm": vm.id,
    "xo:backup:datetime": compactDate(time * 1000),
    "xo:backup:exported": "true",
  };
}

/** `20261122T115009Z`, as XAPI and the names of backup files write a moment. */
export function compactDate(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
}
