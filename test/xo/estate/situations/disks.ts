import { uuidOf } from "../random.ts";
import type { Estate } from "../estate.ts";
import { byId, isType, ofType, type VdiRecord } from "../records.ts";
import { storageOf } from "./links.ts";
import { situationsOf } from "./situation.ts";

const GIB = 1024 ** 3;

/** What XAPI keeps on a storage, by words that say what it is: name, type, bytes. */
export const keptDisks = {
  "HA's heartbeat": ["Statefile for HA", "ha_statefile", 4 * 1024 ** 2],
  "the log of the pool's database": ["Metadata for HA", "redo_log", GIB / 4],
  "disaster recovery": ["Metadata for DR", "metadata", GIB / 4],
  "which blocks changed": ["cbt", "cbt_metadata", 4096],
  "copied by xe-backup-metadata": ["Pool Metadata Backup", "user", GIB],
} as const;

export const diskSituations = situationsOf({
  /** Disks of HA, disaster recovery and backups, and the memory of a snapshot: none has a link. */
  "disks-of-xapi": (estate) => {
    for (const [name, type, size] of Object.values(keptDisks)) addLoose(estate, name, type, size);
    const snapshot = memorySnapshot(estate);
    const memory = addLoose(estate, "Suspend image", "suspend", 32 * GIB);
    const { chainPhysicalUsage: _none, ...rest } = memory;
    estate.objects.set(memory.id, { ...rest, type: "VDI-snapshot", snapshot_time: 1 });
    Object.assign(snapshot, { power_state: "Suspended", suspendVdi: memory.id });
  },
  /** No VM is suspended any more, and the memory of one is left. */
  "memory-left-over": (estate) => {
    for (const vm of ofType(estate, "VM")) {
      if (vm.power_state === "Suspended") vm.power_state = "Halted";
    }
  },
  /** A disk that no VM has is being copied, and the memory of the oldest snapshot is gone. */
  "disk-busy-and-memory-gone": (estate) => {
    const disk = byId(estate, "VDI", estate.traps.get("orphan-vdi") ?? "");
    Object.assign(disk, { current_operations: { "OpaqueRef:task": "copy" } });
    memorySnapshot(estate).power_state = "Suspended";
  },
  /** A disk of a halted VM and the snapshot of a disk are plugged into a control domain. */
  "disks-in-control-domain": (estate) => {
    const [disk, snapshot] = heldDisks(estate);
    const [host] = ofType(estate, "host");
    const domain = byId(estate, "VM-controller", host?.controlDomain ?? "");
    const [like] = ofType(estate, "VBD");
    if (like === undefined) throw new Error("this estate has no link to a disk");
    for (const held of [disk, snapshot]) {
      const id = uuidOf(`VBD/held/${held.id}`);
      const link = { VDI: held.id, VM: domain.id, is_cd_drive: false, attached: true };
      estate.objects.set(id, { ...like, ...link, id, uuid: id, $pool: domain.$pool });
      held.$VBDs.push(id);
      domain.$VBDs.push(id);
    }
  },
});

/** The oldest snapshot that anybody took of a VM. */
export function memorySnapshot(estate: Estate) {
  const [first] = ofType(estate, "VM-snapshot").toSorted(
    (a, b) => a.snapshot_time - b.snapshot_time,
  );
  if (first === undefined) throw new Error("this estate has no snapshot");
  return first;
}

/** A disk of a halted VM, and the snapshot of a disk. */
export function heldDisks(estate: Estate) {
  const disk = ofType(estate, "VDI").find((vdi) =>
    vdi.$VBDs.some((link) => {
      const vbd = byId(estate, "VBD", link);
      const vm = estate.objects.get(vbd.VM);
      return isType(vm, "VM") && vm.power_state === "Halted" && !vbd.is_cd_drive && !vdi.missing;
    }),
  );
  const [snapshot] = ofType(estate, "VDI-snapshot").filter(({ $VBDs }) => $VBDs.length > 0);
  if (disk === undefined || snapshot === undefined) throw new Error("no such disks");
  return [disk, snapshot] as const;
}

function addLoose(estate: Estate, name_label: string, VDI_type: string, size: number): VdiRecord {
  const sr = storageOf(estate, "SAN LUN2");
  const [like] = ofType(estate, "VDI").filter(({ $SR }) => $SR === sr.id);
  if (like === undefined) throw new Error("the SAN has no disk");
  const id = uuidOf(`VDI/loose/${name_label}/${VDI_type}`);
  const disk: VdiRecord = {
    ...like,
    id,
    uuid: id,
    _xapiRef: `OpaqueRef:${id}`,
    name_label,
    name_description: "",
    VDI_type,
    size,
    usage: size,
    chainPhysicalUsage: size,
    missing: false,
    snapshots: [],
    $VBDs: [],
  };
  estate.objects.set(id, disk);
  sr.VDIs.push(id);
  return disk;
}
