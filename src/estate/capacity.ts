import type * as z from "zod";
import type { Host } from "../xo/records/host.ts";
import type { Vm } from "../xo/records/vm.ts";
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
  /** Whether it takes VMs: it runs and is not in maintenance. */
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
        usable: host.enabled !== false,
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

/** Memory that has to find one host. */
export interface Piece {
  name_label: string;
  bytes: number;
}

export interface Fit {
  fits: boolean;
  /** What found no host with room for it, the biggest first. */
  left_out: Piece[];
  /** What is left on each host, once all that fits is placed. */
  room: number[];
}

/**
 * Whether pieces of memory fit on hosts, each whole on one: free memory of all hosts together says
 * too much. VMs that are on the hosts already stay where they are, so that a "no" may still be mended
 * by moving some.
 */
export function fit(free: readonly number[], pieces: readonly Piece[]): Fit {
  // Onto the emptiest host first, which leaves them even; where that fails, onto the fullest.
  const even = place(free, pieces, (room) => Math.max(...room));
  if (even.fits) return even;
  const tight = place(free, pieces, (room, bytes) =>
    Math.min(...room.filter((left) => left >= bytes)),
  );
  const lacking = ({ left_out }: Fit) => sumOf(left_out, ({ bytes }) => bytes);
  return lacking(tight) < lacking(even) ? tight : even;
}

function place(
  free: readonly number[],
  pieces: readonly Piece[],
  choose: (room: readonly number[], bytes: number) => number,
): Fit {
  const room = [...free];
  const left_out: Piece[] = [];
  for (const piece of pieces.toSorted((a, b) => b.bytes - a.bytes)) {
    const chosen = choose(room, piece.bytes);
    const at = room.indexOf(chosen);
    if (at === -1 || chosen < piece.bytes) left_out.push(piece);
    else room[at] = chosen - piece.bytes;
  }
  return { fits: left_out.length === 0, left_out, room };
}

/** The hosts that take VMs when one is lost. */
export function othersOf<L extends HostLoad>(loads: readonly L[], lost: HostLoad): L[] {
  return loads.filter(({ host, usable }) => usable && host.id !== lost.host.id);
}

/**
 * Whether all that runs on a host fits on the others of its pool, with these pieces beside it.
 * Memory decides; CPUs can be shared. VMs whose disks are on the host itself are counted as if
 * they could go elsewhere.
 */
export function fitWithout(
  loads: readonly HostLoad[],
  lost: HostLoad,
  more: readonly Piece[] = [],
): Fit {
  return fit(
    othersOf(loads, lost).map(({ free_bytes }) => free_bytes),
    [...lost.vms.map((vm) => ({ name_label: vm.name_label, bytes: memoryOf(vm) })), ...more],
  );
}
