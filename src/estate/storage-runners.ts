import { isResident } from "./capacity.ts";
import { nameOf } from "./name.ts";
import { type Holder, ownersByLink, ownersOf } from "./owners.ts";

interface Disk {
  $SR?: string | null | undefined;
  $VBDs?: readonly string[] | null | undefined;
}

/** The names of the VMs that are on a host with a disk on each storage, by its id. */
export function runnersBySr(
  disks: readonly Disk[],
  vms: readonly (Holder & { power_state: string })[],
): Map<string, string[]> {
  const owners = ownersByLink({ vm: vms.filter(isResident) });
  const bySr = Map.groupBy(
    disks.flatMap((disk) => ownersOf(disk, owners).map((owner) => ({ owner, sr: disk.$SR ?? "" }))),
    ({ sr }) => sr,
  );
  return new Map(
    [...bySr].map(([sr, users]) => [
      sr,
      [...new Map(users.map(({ owner }) => [owner.id, nameOf(owner)])).values()].toSorted(),
    ]),
  );
}
