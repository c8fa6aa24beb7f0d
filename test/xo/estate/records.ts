import type { Estate, XoRecord } from "./estate.ts";
import type { PoolRecord } from "./records/pool.ts";
import type { HostRecord } from "./records/host.ts";
import type { VmRecord } from "./records/vm.ts";
import type { VmSnapshotRecord } from "./records/vm-snapshot.ts";
import type { VmTemplateRecord } from "./records/vm-template.ts";
import type { VmControllerRecord } from "./records/vm-controller.ts";
import type { SrRecord } from "./records/sr.ts";
import type { VdiRecord } from "./records/vdi.ts";
import type { VdiSnapshotRecord } from "./records/vdi-snapshot.ts";
import type { VdiUnmanagedRecord } from "./records/vdi-unmanaged.ts";
import type { VbdRecord } from "./records/vbd.ts";
import type { PbdRecord } from "./records/pbd.ts";
import type { NetworkRecord } from "./records/network.ts";
import type { PifRecord } from "./records/pif.ts";
import type { VifRecord } from "./records/vif.ts";
import type { PciRecord } from "./records/pci.ts";
import type { PgpuRecord } from "./records/pgpu.ts";
import type { MessageRecord } from "./records/message.ts";

export type { PoolRecord } from "./records/pool.ts";
export type { HostRecord } from "./records/host.ts";
export type { PowerState, VmLikeRecord } from "./records/vm-like.ts";
export type { VmRecord } from "./records/vm.ts";
export type { VmSnapshotRecord } from "./records/vm-snapshot.ts";
export type { VmTemplateRecord } from "./records/vm-template.ts";
export type { VmControllerRecord } from "./records/vm-controller.ts";
export type { SrRecord } from "./records/sr.ts";
export type { VdiLikeRecord } from "./records/vdi-like.ts";
export type { VdiRecord } from "./records/vdi.ts";
export type { VdiSnapshotRecord } from "./records/vdi-snapshot.ts";
export type { VdiUnmanagedRecord } from "./records/vdi-unmanaged.ts";
export type { VbdRecord } from "./records/vbd.ts";
export type { PbdRecord } from "./records/pbd.ts";
export type { NetworkRecord } from "./records/network.ts";
export type { PifRecord } from "./records/pif.ts";
export type { VifRecord } from "./records/vif.ts";
export type { PciRecord } from "./records/pci.ts";
export type { PgpuRecord } from "./records/pgpu.ts";
export type { MessageRecord } from "./records/message.ts";
export type { XapiRecord } from "./records/xapi.ts";

/** The record behind each `type`, for the types that tests compute with. */
export interface RecordTypes {
  pool: PoolRecord;
  host: HostRecord;
  VM: VmRecord;
  "VM-snapshot": VmSnapshotRecord;
  "VM-template": VmTemplateRecord;
  "VM-controller": VmControllerRecord;
  SR: SrRecord;
  VDI: VdiRecord;
  "VDI-snapshot": VdiSnapshotRecord;
  "VDI-unmanaged": VdiUnmanagedRecord;
  VBD: VbdRecord;
  PBD: PbdRecord;
  network: NetworkRecord;
  PIF: PifRecord;
  VIF: VifRecord;
  PCI: PciRecord;
  PGPU: PgpuRecord;
  message: MessageRecord;
}

/** Whether a record is of this type. The generator builds each type in one place, so `type` decides. */
export function isType<K extends keyof RecordTypes>(
  record: XoRecord | undefined,
  type: K,
): record is RecordTypes[K] {
  return record?.type === type;
}

/** Every record of a type, typed: the ground truth of a list. */
export function ofType<K extends keyof RecordTypes>(estate: Estate, type: K): RecordTypes[K][] {
  const found: RecordTypes[K][] = [];
  for (const record of estate.objects.values()) {
    if (isType(record, type)) {
      found.push(record);
    }
  }
  return found;
}

/** One record of a type by its id, or an error that says what is missing. */
export function byId<K extends keyof RecordTypes>(
  estate: Estate,
  type: K,
  id: string,
): RecordTypes[K] {
  const record = estate.objects.get(id);
  if (!isType(record, type)) {
    throw new Error(`the estate has no ${type} ${id}`);
  }
  return record;
}

/** The disks on a storage, without snapshots and the bases under them. */
export function disksOn(estate: Estate, srId: string): VdiRecord[] {
  return ofType(estate, "VDI").filter(({ $SR }) => $SR === srId);
}

/** The virtual sizes of those disks, added: what the storage promised them. */
export function promisedOn(estate: Estate, srId: string): number {
  return disksOn(estate, srId).reduce((sum, { size }) => sum + size, 0);
}
