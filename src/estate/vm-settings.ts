import type * as z from "zod";
import type { Pool } from "../xo/records/pool.ts";
import type { Vm } from "../xo/records/vm.ts";

type VmRecord = z.output<typeof Vm>;
type PoolState = Partial<Pick<z.output<typeof Pool>, "auto_poweron" | "HA_enabled">>;

/**
 * Whether a VM that should start with its host does not, as the pool's own setting is off
 * (xapi-autostart-vms). One that HA protects is started by HA.
 */
export function isAutostartOff(
  { auto_poweron, high_availability }: Pick<VmRecord, "auto_poweron" | "high_availability">,
  pool: PoolState | undefined,
): boolean {
  const isProtected = pool?.HA_enabled === true && Boolean(high_availability);
  return auto_poweron === true && pool?.auto_poweron === false && !isProtected;
}

/** A VM's wish to start with its host, and what becomes of it. */
export function describeAutostart(vm: VmRecord, pool: PoolState | undefined) {
  return {
    auto_poweron: vm.auto_poweron,
    auto_poweron_is: isAutostartOff(vm, pool)
      ? "without effect: its pool has it off, so the VM does not start by itself"
      : undefined,
  };
}

/** Whether HA does nothing for a VM that asks for it, as it is off in its pool. */
export function isHaOff(
  { high_availability }: Pick<VmRecord, "high_availability">,
  pool: PoolState | undefined,
): boolean {
  return Boolean(high_availability) && pool?.HA_enabled === false;
}

/** What HA should do with a VM, and whether it does. */
export function describeHa(vm: VmRecord, pool: PoolState | undefined) {
  return {
    high_availability: vm.high_availability || undefined,
    high_availability_is: isHaOff(vm, pool) ? "without effect: HA is off in its pool" : undefined,
  };
}

/**
 * What is known of Secure Boot: REST has the VM's wish alone. Only UEFI can do it, and in its setup mode
 * it does not; "auto" is false until the VM's next start decides it (xapi_vm.ml, start).
 */
export function secureBootOf({ secureBoot, boot }: VmRecord): string | undefined {
  if (secureBoot === null || secureBoot === undefined) return undefined;
  const isUefi = boot?.firmware === "uefi";
  if (secureBoot) {
    return isUefi
      ? "wanted; XO does not tell whether the guest enforces it"
      : "wanted, but not possible: the VM has no UEFI";
  }
  return isUefi ? "not wanted, or left to the pool: XO tells neither apart" : undefined;
}

/** The limits of a VM's memory in bytes, where they are not all what it has. */
export function memoryLimits({ memory }: Pick<VmRecord, "memory">) {
  const [least, most] = memory?.dynamic ?? [];
  const ever = memory?.static?.[1];
  const limits = [least, most, ever].filter((bytes) => bytes !== undefined);
  if (limits.every((bytes) => bytes === memory?.size)) return undefined;
  return { dynamic_min_bytes: least, dynamic_max_bytes: most, static_max_bytes: ever };
}
