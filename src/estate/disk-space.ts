import type { Context } from "../tool.ts";
import type { Filter } from "../xo/filter.ts";
import { Sr } from "../xo/records/sr.ts";
import { Vdi } from "../xo/records/vdi.ts";
import { Vm } from "../xo/records/vm.ts";
import { chainBytes, ownBytes } from "./disks.ts";
import { ownersByLink, ownersOf } from "./owners.ts";
import { isMediaStorage, toldBytes } from "./space.ts";
import { sumOf } from "./sum-of.ts";

const Disk = Vdi.pick({
  id: true,
  size: true,
  usage: true,
  chainPhysicalUsage: true,
  $SR: true,
  $VBDs: true,
});
const Holder = Vm.pick({ id: true, name_label: true, power_state: true, $VBDs: true });
const SrKind = Sr.pick({ id: true, SR_type: true, content_type: true });

/** What the disks of one VM take. */
export interface DiskSpace {
  id: string;
  name_label: string;
  power_state: string;
  disks: number;
  size_bytes: number;
  /** Of the disks alone. */
  used_bytes: number;
  /** With all that they are layered on, which other disks may share. */
  chain_used_bytes: number;
}

/**
 * What the disks of each VM take, halted or not, most first; inserted ISOs are none of its.
 * @returns also the bytes of all these disks together: one that several VMs have counts once
 */
export async function readDiskSpace(
  { xo }: Pick<Context, "xo">,
  filter: Filter | undefined,
): Promise<{ vms: DiskSpace[]; used_bytes: number }> {
  const [vms, all, srs] = await Promise.all([
    xo.records("vms", Holder, filter),
    xo.records("vdis", Disk, filter),
    xo.records("srs", SrKind, filter),
  ]);
  const media = new Set(srs.filter(isMediaStorage).map(({ id }) => id));
  const owners = ownersByLink({ vm: vms });
  const owned = all
    .filter(({ $SR }) => !media.has($SR ?? ""))
    .map((disk) => ({ disk, owners: ownersOf(disk, owners) }))
    .filter(({ owners: own }) => own.length > 0);
  const disksByVm = Map.groupBy(
    owned.flatMap(({ disk, owners: own }) => own.map(({ id }) => ({ id, disk }))),
    ({ id }) => id,
  );
  const spaces = vms.map(({ id, name_label, power_state }): DiskSpace => {
    const disks = (disksByVm.get(id) ?? []).map(({ disk }) => disk);
    return {
      id,
      name_label,
      power_state,
      disks: disks.length,
      size_bytes: sumOf(disks, ({ size }) => toldBytes(size)),
      used_bytes: sumOf(disks, ownBytes),
      chain_used_bytes: sumOf(disks, chainBytes),
    };
  });
  return {
    vms: spaces.toSorted(
      (a, b) =>
        b.used_bytes - a.used_bytes ||
        a.name_label.localeCompare(b.name_label) ||
        a.id.localeCompare(b.id),
    ),
    used_bytes: sumOf(owned, ({ disk }) => ownBytes(disk)),
  };
}
