import type * as z from "zod";
import type { Host } from "../xo/records/host.ts";
import type { Vm } from "../xo/records/vm.ts";
import { leastBytes, needBytes, sparedBytes } from "./memory-need.ts";
import { nameOf } from "./name.ts";
import type { Fit, Piece } from "./piece.ts";
import { fit } from "./placement.ts";
import { sumOf } from "./sum-of.ts";

/** What a question of capacity needs of hosts and VMs. */
export type HostSize = Pick<
  z.output<typeof Host>,
  "id" | "name_label" | "power_state" | "enabled" | "cpus" | "memory"
>;
export type VmSize = Pick<
  z.output<typeof Vm>,
  "id" | "name_label" | "power_state" | "CPUs" | "memory" | "$container"
>;

/** A host that runs, with what is on it. */
export interface HostLoad<H extends HostSize = HostSize, V extends VmSize = VmSize> {
  host: H;
  vms: V[];
  /** Whether it takes VMs. */
  usable: boolean;
  cpus: number;
  /** Of the running VMs on it. */
  vcpus: number;
  total_bytes: number;
  /** Promised to the VMs on it. */
  vms_bytes: number;
  /** What the control domain, the hypervisor and whatever the account may not see take. */
  system_bytes: number;
  free_bytes: number;
}

export const memoryOf = ({ memory }: Pick<VmSize, "memory">): number => memory?.size ?? 0;
export const cpusOf = ({ CPUs }: Pick<VmSize, "CPUs">): number => CPUs?.number ?? 0;

const GIB = 1024 ** 3;

/**
 * What to know of the memory of hosts: XO rounds the total of each up to whole GiB, and what is used
 * with it (xapi-object-to-xo.mjs). Nothing where that is less than a hundredth.
 */
export function roundingWords(loads: readonly Pick<HostLoad, "total_bytes">[]): string | undefined {
  const rounded = loads.filter(({ total_bytes }) => total_bytes > 0 && total_bytes % GIB === 0);
  const total = sumOf(loads, ({ total_bytes }) => total_bytes);
  if (rounded.length === 0 || rounded.length * GIB < total / 100) return undefined;
  return `XO rounds a host's memory up to whole GiB: total and system are up to ${rounded.length} GiB too high, free is exact`;
}

/** Whether a host takes VMs: it runs and is not in maintenance. */
export function isUsable({
  power_state,
  enabled,
}: Pick<HostSize, "power_state" | "enabled">): boolean {
  return power_state === "Running" && enabled !== false;
}

/** Whether a VM holds memory and CPUs of a host: a paused one does, a suspended one does not. */
export function isResident({ power_state }: Pick<VmSize, "power_state">): boolean {
  return power_state === "Running" || power_state === "Paused";
}

/** The hosts that run, each with its VMs and what is left of it. */
export function loadOf<H extends HostSize, V extends VmSize>(
  hosts: readonly H[],
  vms: readonly V[],
): HostLoad<H, V>[] {
  const byHost = Map.groupBy(vms.filter(isResident), ({ $container }) => $container ?? "");
  return hosts
    .filter(({ power_state }) => power_state === "Running")
    .map((host) => {
      const own = byHost.get(host.id) ?? [];
      const total = host.memory?.size ?? 0;
      const used = host.memory?.usage ?? 0;
      const promised = sumOf(own, memoryOf);
      const free = Math.max(0, total - Math.max(used, promised));
      return {
        host,
        vms: own,
        usable: isUsable(host),
        cpus: host.cpus?.cores ?? 0,
        vcpus: sumOf(own, cpusOf),
        total_bytes: total,
        vms_bytes: promised,
        system_bytes: Math.max(0, used - promised),
        free_bytes: free,
      };
    });
}

/** The host whose loss takes most memory from a pool; among equals the one with most on it. */
export function largestHost<L extends HostLoad>(loads: readonly L[]): L | undefined {
  return loads
    .filter(({ usable }) => usable)
    .toSorted(
      (a, b) =>
        b.total_bytes - a.total_bytes ||
        b.vms_bytes - a.vms_bytes ||
        (a.host.id < b.host.id ? -1 : 1),
    )[0];
}

/** The hosts that take VMs when one is lost. */
export function othersOf<L extends HostLoad>(loads: readonly L[], lost: HostLoad): L[] {
  return loads.filter(({ host, usable }) => usable && host.id !== lost.host.id);
}

/** How much memory VMs count with: what they have now, or the least that XAPI would leave them. */
export type Measure = "now" | "least";

/** Free memory of hosts; at the least, what their VMs would give back is free too. */
export function freeOf(loads: readonly HostLoad[], measure: Measure): number[] {
  return loads.map(
    ({ free_bytes, vms }) => free_bytes + (measure === "now" ? 0 : sumOf(vms, sparedBytes)),
  );
}

/** A VM as a piece of memory, for hosts with enough processors (xapi_vm_helpers.ml, assert_enough_pcpus). */
export function pieceOf<V extends VmSize>(
  vm: V,
  hosts: readonly HostLoad[],
  measure: Measure,
): Piece & { vm: V } {
  const bytes = measure === "now" ? needBytes(vm) : leastBytes(vm);
  const vcpus = vm.CPUs?.max ?? cpusOf(vm);
  return { vm, name_label: nameOf(vm), bytes, only: hostsWith(vcpus, hosts) };
}

/** The hosts with so many processors, by their number; nothing when all have them. */
export function hostsWith(
  vcpus: number,
  hosts: readonly HostLoad[],
): ReadonlySet<number> | undefined {
  // A host that does not tell its processors may have enough.
  const enough = hosts.flatMap(({ cpus }, at) => (cpus === 0 || cpus >= vcpus ? [at] : []));
  return enough.length === hosts.length ? undefined : new Set(enough);
}

/**
 * Whether all that runs on a host fits on the others of its pool, with these pieces beside it.
 * Memory decides; CPUs can be shared. VMs whose disks or devices are on the host itself are counted
 * as if they could go elsewhere.
 */
export function fitWithout(
  loads: readonly HostLoad[],
  lost: HostLoad,
  more: readonly Piece[] = [],
  measure: Measure = "now",
): Fit {
  const others = othersOf(loads, lost);
  return fit(freeOf(others, measure), [
    ...lost.vms.map((vm) => pieceOf(vm, others, measure)),
    ...more,
  ]);
}
