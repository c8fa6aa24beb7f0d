import { canary } from "../canary.ts";
import { uuidOf } from "../random.ts";
import { MIB } from "../world.ts";
import type { XapiRecord } from "./xapi.ts";

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

interface VmShape {
  cpus: number;
  maxCpus?: number;
  memory: number;
  /** Makes the record's own ids. */
  seed: string;
}

/** The fields of a VM, snapshot, template or control domain that is halted and has nothing attached. */
export function vmFields({ cpus, maxCpus = cpus, memory, seed }: VmShape) {
  const powerState: PowerState = "Halted";
  const addresses: Record<string, string> = {};
  const noOs: Record<string, string> | null = null;
  const never: number | null = null;
  const blocked: Record<string, string> = {};
  const other: Record<string, string> = {
    mac_seed: uuidOf(`mac-seed/${seed}`),
    vm_import: "",
    "cloud-init-password": canary("vm-other"),
  };
  const ids = (): string[] => [];
  return {
    addresses,
    auto_poweron: false,
    bios_strings: {
      "bios-vendor": "Xen",
      "bios-version": "",
      "system-manufacturer": "Xen",
      "system-product-name": "HVM domU",
      "system-version": "",
      "system-serial-number": "",
      "baseboard-manufacturer": "",
      "hp-rombios": "",
    },
    blockedOperations: blocked,
    boot: { order: "cdn", firmware: "bios" },
    CPUs: { max: maxCpus, number: cpus },
    current_operations: {},
    expNestedHvm: false,
    isNestedVirtEnabled: false,
    viridian: false,
    high_availability: "",
    isFirmwareSupported: true,
    memory: { dynamic: [memory, memory], static: [512 * MIB, memory], size: memory },
    name_description: "",
    name_label: "",
    needsVtpm: false,
    other,
    os_version: noOs,
    power_state: powerState,
    hasVendorDevice: false,
    snapshots: ids(),
    startDelay: 0,
    startTime: never,
    secureBoot: false,
    tags: ids(),
    VIFs: ids(),
    VTPMs: ids(),
    virtualizationMode: "hvm",
    $VBDs: ids(),
    VGPUs: ids(),
    $VGPUs: ids(),
    xenStoreData: { "vm-data": "", "vm-data/admin-password": canary("vm-xenstore") },
    vga: "std",
    videoram: 8,
    coresPerSocket: cpus,
  };
}
