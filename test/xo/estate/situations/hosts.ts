import type { Estate } from "../estate.ts";
import { ofType, type VmRecord } from "../records.ts";
import { situationsOf } from "./situation.ts";

export const hostSituations = situationsOf({
  /** Guests with a part of the tools: the drivers of their kernel, an agent alone, or no word of either. */
  "partial-guest-tools": (estate) => {
    const [driversOnly, agentOnly, silent] = ordinary(estate, "Running");
    if (driversOnly === undefined || agentOnly === undefined || silent === undefined) {
      throw new Error("this estate has too few running VMs");
    }
    Object.assign(driversOnly, { managementAgentDetected: false, pvDriversVersion: undefined });
    Object.assign(agentOnly, { pvDriversDetected: false, pvDriversUpToDate: undefined });
    Object.assign(silent, {
      managementAgentDetected: undefined,
      pvDriversDetected: undefined,
      pvDriversVersion: undefined,
      pvDriversUpToDate: undefined,
    });
  },
  /** Halted VMs as a host's own storage leaves them: that host is their container. */
  "halted-on-local-storage": (estate) => {
    const [host] = ofType(estate, "host").filter(({ power_state }) => power_state === "Running");
    for (const vm of ordinary(estate, "Halted").slice(0, 2)) {
      if (vm.$pool === host?.$pool) vm.$container = host.id;
    }
  },
  /** A VM that is off still has the address that a running one was given since. */
  "old-addresses": (estate) => {
    const [off] = ordinary(estate, "Halted");
    const on = ordinary(estate, "Running").find(({ mainIpAddress }) => mainIpAddress !== undefined);
    if (off === undefined || on?.mainIpAddress === undefined) throw new Error("no such VMs");
    Object.assign(off, {
      addresses: { "0/ipv4/0": on.mainIpAddress },
      mainIpAddress: on.mainIpAddress,
    });
  },
});

/** VMs of the first pool that no replica and no template stands behind. */
function ordinary(estate: Estate, state: VmRecord["power_state"]): VmRecord[] {
  const [pool] = ofType(estate, "pool");
  return ofType(estate, "VM").filter(
    ({ power_state, $pool, blockedOperations, managementAgentDetected }) =>
      power_state === state &&
      $pool === pool?.id &&
      Object.keys(blockedOperations).length === 0 &&
      (state !== "Running" || managementAgentDetected === true),
  );
}
