import type { World } from "../world.ts";
import type { HostRecord } from "./host.ts";
import type { PciRecord } from "./pci.ts";
import type { XapiRecord } from "./xapi.ts";

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

/** The GPU that a PCI device is; its first one keeps the key of the host alone. */
export function addGpu(
  world: World,
  host: HostRecord,
  pci: PciRecord,
  more: Partial<PgpuRecord> = {},
): PgpuRecord {
  const key = host.PGPUs.length === 0 ? host.name_label : `${host.name_label}/${pci.pci_id}`;
  const { vgpus = [] } = more;
  const pgpu: PgpuRecord = world.add({
    ...world.base("PGPU", key, host.$pool),
    dom0Access: "enabled",
    enabledVgpuTypes: [],
    isSystemDisplayDevice: false,
    pci: pci.id,
    supportedVgpuTypes: [],
    host: host.id,
    $host: host.id,
    ...more,
    vgpus,
    $vgpus: vgpus,
  });
  host.PGPUs.push(pgpu.id);
  host.$PGPUs.push(pgpu.id);
  return pgpu;
}
