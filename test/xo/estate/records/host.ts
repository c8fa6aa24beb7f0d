import { canary } from "../canary.ts";
import type { XapiRecord } from "./xapi.ts";

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

const FEATURES =
  "178bfbff-f6f83203-2e500800-040001f3-0000000f-f1bf0fa9-00405f4e-00000000-711ed005-00000010-00000000-18000144";

/** The instructions of a CPU, as the hypervisor codes them. */
export const cpuFeatures = { features: FEATURES, features_hvm: FEATURES, features_pv: FEATURES };

/** What all hosts have alike; one without interfaces, devices and links to storage. */
export function hostFields() {
  const none = (): string[] => [];
  return {
    build: "cloud",
    chipset_info: { iommu: true },
    current_operations: {},
    zstdSupported: true,
    license_server: { address: "localhost", port: "27000" },
    logging: { syslog_destination: "192.0.2.50" },
    multipathing: true,
    patches: none(),
    powerOnMode: "",
    supplementalPacks: none(),
    tags: none(),
    hvmCapable: true,
    license_params: {
      sku_type: "xcp-ng",
      license_key: canary("host-license"),
      restrict_ha: "false",
      restrict_rbac: "false",
      restrict_hotfix_apply: "false",
      restrict_zstd_export: "false",
    },
    PIFs: none(),
    $PIFs: none(),
    PCIs: none(),
    $PCIs: none(),
    PGPUs: none(),
    $PGPUs: none(),
    $PBDs: none(),
  };
}
