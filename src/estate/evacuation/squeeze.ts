import type { HostLoad } from "../capacity.ts";
import { leastBytes, needBytes, overheadBytes, sparedBytes } from "../memory-need.ts";
import type { Fit, Piece } from "../piece.ts";
import { sumOf } from "../sum-of.ts";
import type { EvacuatedVm } from "./around.ts";
import { shownName } from "./obstacle.ts";

const mostNames = 5;

/**
 * The VMs that give memory back for a placement that holds only at their dynamic minimum: those on
 * hosts where it would not fit as all is now, and those that move there.
 */
export function squeezedBy<P extends Piece & { vm: EvacuatedVm }>(
  hosts: readonly HostLoad[],
  { placed }: Fit<P>,
) {
  const vms = hosts.flatMap((load, at) => {
    const coming = (placed[at] ?? []).map(({ vm }) => vm);
    if (sumOf(coming, needBytes) <= load.free_bytes) return [];
    // The same records as those that move: what is on a host was read with them.
    return [...load.vms, ...coming].filter((vm) => sparedBytes(vm) > 0);
  });
  const without = vms.filter((vm) => !hasDrivers(vm)).length;
  return {
    vms: vms.length,
    largest: vms
      .toSorted((a, b) => sparedBytes(b) - sparedBytes(a))
      .slice(0, mostNames)
      .map((vm) => ({
        name_label: shownName(vm),
        memory_bytes: needBytes(vm) - overheadBytes(vm),
        down_to_bytes: leastBytes(vm) - overheadBytes(vm),
      })),
    may_not_follow: without > 0 ? `${without} of them without guest tools` : undefined,
  };
}

function hasDrivers(vm: object): boolean {
  return "pvDriversDetected" in vm && vm.pvDriversDetected === true;
}
