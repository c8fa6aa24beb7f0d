import type * as z from "zod";
import type { Vm } from "../xo/records/vm.ts";

type Sized = Pick<z.output<typeof Vm>, "CPUs" | "memory"> & {
  virtualizationMode?: string | null | undefined;
};

const mib = 1024 ** 2;

/** Pages of 4 KiB in a MiB. */
const pages = 256;

/**
 * Bytes that XAPI sets aside for a VM beside its memory (xapi-idl/memory/memory.ml): 2 MiB, a shadow
 * by its static maximum and its most vCPUs, and 38 pages a vCPU. The shadow's multiplier is not told:
 * 1 is XAPI's default.
 */
export function overheadBytes({ CPUs, memory, virtualizationMode }: Sized): number {
  const vcpus = CPUs?.max ?? CPUs?.number ?? 0;
  const most = Math.ceil((memory?.static?.[1] ?? memory?.dynamic?.[1] ?? memory?.size ?? 0) / mib);
  const shadow = Math.max(1, Math.ceil((pages * vcpus + 2 * most) / pages));
  const shim = virtualizationMode === "pv_in_pvh" ? 23 + Math.floor(most / 90) : 0;
  return (2 + shadow + Math.ceil((38 * vcpus) / pages) + shim) * mib;
}

/** Bytes that a VM takes of a host as it is now. XAPI never gives it less than its dynamic minimum. */
export function needBytes(vm: Sized): number {
  return Math.max(vm.memory?.size ?? 0, vm.memory?.dynamic?.[0] ?? 0) + overheadBytes(vm);
}

/**
 * Bytes with which XAPI would still start or move it (memory_check.ml): its dynamic minimum, which
 * its guest has to give back; the static maximum of a guest that cannot (xapi_ha_vm_failover.ml).
 */
export function leastBytes(vm: Sized): number {
  const { memory, virtualizationMode } = vm;
  const fixed = virtualizationMode === "pvh" || virtualizationMode === "pv_in_pvh";
  const least = fixed ? memory?.static?.[1] : memory?.dynamic?.[0];
  return (least ?? memory?.size ?? 0) + overheadBytes(vm);
}

/** What a running VM would give back when it is squeezed to its dynamic minimum. */
export function sparedBytes(vm: Sized): number {
  return Math.max(0, needBytes(vm) - leastBytes(vm));
}
