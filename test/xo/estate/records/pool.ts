import type { XapiRecord } from "./xapi.ts";

export interface PoolRecord extends XapiRecord {
  type: "pool";
  name_label: string;
  master: string;
  default_SR: string | undefined;
  HA_enabled: boolean;
  haSrs: string[];
  cpus: { cores: number; sockets: number };
}

/** What all pools have alike; one without hosts. */
export function poolFields() {
  const haSrs: string[] = [];
  return {
    crashDumpSr: undefined,
    current_operations: {},
    default_SR: undefined,
    haRebootVmOnInternalShutdown: true,
    haSrs,
    master: "",
    migrationCompression: false,
    cpus: { cores: 0, sockets: 0 },
    suspendSr: undefined,
    zstdSupported: true,
    vtpmSupported: true,
    platform_version: "3.4.0",
    auto_poweron: true,
  };
}
