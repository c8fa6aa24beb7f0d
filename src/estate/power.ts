import * as z from "zod";
import { strandedAmong } from "./stranded.ts";

export const VmCounts = z.object({
  total: z.number(),
  running: z.number(),
  halted: z.number(),
  other: z.number().describe("Paused, suspended, unknown"),
  paused: z.number().optional(),
  suspended: z.number().optional(),
  on_silent_hosts: z.number().optional().describe("Running by XAPI's last word alone"),
});

export const HostCounts = z.object({
  total: z.number(),
  running: z.number(),
  halted: z.number(),
  disabled: z.number().describe("Running, but in maintenance"),
  other: z.number(),
});

interface Powered {
  power_state?: string | null | undefined;
}

interface PoweredVm {
  power_state: string;
  $container?: string | null | undefined;
}

/** VMs by power state; `other` is what neither runs nor is off. */
export function countVms(
  vms: readonly PoweredVm[],
  hosts: Parameters<typeof strandedAmong>[1],
): z.output<typeof VmCounts> {
  const { running, halted } = powerStates(vms);
  const count = (state: string) =>
    vms.filter(({ power_state }) => power_state === state).length || undefined;
  return {
    total: vms.length,
    running,
    halted,
    other: vms.length - running - halted,
    paused: count("Paused"),
    suspended: count("Suspended"),
    on_silent_hosts: strandedAmong(vms, hosts).length || undefined,
  };
}

/** Hosts by state. A disabled host runs, but takes no new VM. */
export function countHosts(
  hosts: readonly (Powered & { enabled?: boolean | null | undefined })[],
): z.output<typeof HostCounts> {
  const { running, halted } = powerStates(hosts);
  const disabled = hosts.filter(
    (host) => host.power_state === "Running" && host.enabled === false,
  ).length;
  const other = hosts.length - running - halted;
  return { total: hosts.length, running: running - disabled, halted, disabled, other };
}

function powerStates(objects: readonly Powered[]): { running: number; halted: number } {
  const count = (state: string) =>
    objects.filter(({ power_state }) => power_state === state).length;
  return { running: count("Running"), halted: count("Halted") };
}
