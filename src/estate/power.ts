import * as z from "zod";

export const VmCounts = z.object({
  total: z.number(),
  running: z.number(),
  halted: z.number(),
  other: z.number(),
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

/** VMs by power state; `other` is what neither runs nor is off: paused, suspended, unknown. */
export function countVms(vms: readonly Powered[]): z.output<typeof VmCounts> {
  const { running, halted } = powerStates(vms);
  return { total: vms.length, running, halted, other: vms.length - running - halted };
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
