import type { Estate, XoRecord } from "./estate.ts";

/** What every object of a pool carries. */
export interface XapiRecord extends XoRecord {
  uuid: string;
  $pool: string;
  $poolId: string;
  _xapiRef: string;
}

export interface PoolRecord extends XapiRecord {
  type: "pool";
  name_label: string;
  master: string;
  default_SR: string | undefined;
  HA_enabled: boolean;
  haSrs: string[];
  cpus: { cores: number; sockets: number };
}

export interface HostRecord extends XapiRecord {
  type: "host";
  name_label: string;
  hostname: string;
  address: string;
  power_state: "Running" | "Halted";
  enabled: boolean;
  cpus: { cores: number; sockets: number };
  memory: { usage: number; size: number };
  version: string;
  productBrand: string;
  rebootRequired: boolean;
  certificates: { fingerprint: string; notAfter: number }[];
  controlDomain: string;
  residentVms: string[];
  startTime: number;
  PIFs: string[];
  $PIFs: string[];
  PCIs: string[];
  $PCIs: string[];
  PGPUs: string[];
  $PGPUs: string[];
  $PBDs: string[];
}

export type PowerState = "Running" | "Halted" | "Suspended" | "Paused";

/** What a VM, a snapshot, a template and a control domain have in common. */
export interface VmLikeRecord extends XapiRecord {
  name_label: string;
  name_description: string;
  power_state: PowerState;
  CPUs: { max: number; number: number };
  memory: { dynamic: number[]; static: number[]; size: number };
  addresses: Record<string, string>;
  mainIpAddress?: string;
  os_version: Record<string, string> | null;
  tags: string[];
  other: Record<string, string>;
  blockedOperations: Record<string, string>;
  high_availability: string;
  startTime: number | null;
  /** Unix seconds. */
  installTime: number;
  snapshots: string[];
  VIFs: string[];
  $VBDs: string[];
  $container: string;
  managementAgentDetected?: boolean;
}

export interface VmRecord extends VmLikeRecord {
  type: "VM";
}

export interface VmSnapshotRecord extends VmLikeRecord {
  type: "VM-snapshot";
  snapshot_time: number;
  $snapshot_of: string;
}

export interface VmTemplateRecord extends VmLikeRecord {
  type: "VM-template";
}

export interface VmControllerRecord extends VmLikeRecord {
  type: "VM-controller";
}

export interface SrRecord extends XapiRecord {
  type: "SR";
  name_label: string;
  SR_type: string;
  content_type: string;
  shared: boolean;
  size: number;
  /** Bytes really used on the storage. */
  physical_usage: number;
  allocationStrategy?: string;
  inMaintenanceMode: boolean;
  /** The virtual sizes of all that lies there, snapshots and hidden bases too. */
  usage: number;
  VDIs: string[];
  $PBDs: string[];
  $container: string;
}

export interface VdiLikeRecord extends XapiRecord {
  name_label: string;
  size: number;
  usage: number;
  missing: boolean;
  snapshots: string[];
  /** What it is layered on. */
  parent?: string;
  $SR: string;
  $VBDs: string[];
}

/** A hidden base under disks and snapshots: XO has it, and the REST API no collection of its type. */
export interface VdiUnmanagedRecord extends VdiLikeRecord {
  type: "VDI-unmanaged";
}

export interface VdiRecord extends VdiLikeRecord {
  type: "VDI";
  chainPhysicalUsage: number;
}

export interface VdiSnapshotRecord extends VdiLikeRecord {
  type: "VDI-snapshot";
  snapshot_time: number;
  $snapshot_of: string;
}

export interface VbdRecord extends XapiRecord {
  type: "VBD";
  attached: boolean;
  is_cd_drive: boolean;
  device: string | null;
  position: string;
  VDI?: string;
  VM: string;
}

export interface PbdRecord extends XapiRecord {
  type: "PBD";
  attached: boolean;
  host: string;
  SR: string;
}

export interface NetworkRecord extends XapiRecord {
  type: "network";
  name_label: string;
  bridge: string;
  MTU: number;
  PIFs: string[];
  VIFs: string[];
  isBonded: boolean;
}

export interface PifRecord extends XapiRecord {
  type: "PIF";
  device: string;
  attached: boolean;
  carrier: boolean;
  isBondMaster: boolean;
  isBondSlave: boolean;
  bondMaster?: string;
  bondSlaves?: string[];
  management: boolean;
  vlan: number;
  speed: number;
  $host: string;
  $network: string;
}

export interface VifRecord extends XapiRecord {
  type: "VIF";
  attached: boolean;
  device: string;
  MAC: string;
  $network: string;
  $VM: string;
}

export interface PciRecord extends XapiRecord {
  type: "PCI";
  class_name: string;
  device_name: string;
  pci_id: string;
  $host: string;
}

export interface PgpuRecord extends XapiRecord {
  type: "PGPU";
  pci: string;
  dom0Access: string;
  isSystemDisplayDevice: boolean;
  enabledVgpuTypes: string[];
  supportedVgpuTypes: string[];
  host: string;
  $host: string;
  vgpus: string[];
  $vgpus: string[];
}

export interface MessageRecord extends XapiRecord {
  type: "message";
  name: string;
  body: string;
  /** Unix seconds. */
  time: number;
  $object: string;
}

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
