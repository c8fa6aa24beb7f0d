import type * as z from "zod";
import { allOf, type Filter, hasId, where } from "../xo/filter.ts";
import type { Vm } from "../xo/records/vm.ts";
import { isResident } from "./capacity.ts";

/**
 * The host that a VM is on; nothing for one on none. `$container` alone does not tell: of a halted VM
 * with a disk on the local storage of a host it is that host (xapi-object-to-xo.mjs, `$container`).
 */
export function hostOf(
  vm: Pick<z.output<typeof Vm>, "power_state" | "$container" | "$pool">,
): string | undefined {
  const { $container, $pool } = vm;
  return isResident(vm) && $container && $container !== $pool ? $container : undefined;
}

/** The VMs on a host, by the same rule. */
export function onHost(hostId: string): Filter | undefined {
  return allOf(hasId("$container", hostId), where`power_state:/^(?:Running|Paused)$/`);
}
