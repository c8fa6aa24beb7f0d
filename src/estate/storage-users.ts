import type * as z from "zod";
import type { Vdi } from "../xo/records/vdi.ts";
import type { VdiSnapshot } from "../xo/records/vdi-snapshot.ts";
import type { VmSnapshot } from "../xo/records/vm-snapshot.ts";
import { chainBytes, ownBytes } from "./disks.ts";
import { nameOf } from "./name.ts";
import { type Holder, type Owner, type OwnerKind, ownersByLink, ownersOf } from "./owners.ts";

type Disk = Pick<
  z.output<typeof Vdi>,
  "id" | "usage" | "chainPhysicalUsage" | "$VBDs" | "name_label"
>;
type DiskSnapshot = Pick<z.output<typeof VdiSnapshot>, "id" | "usage" | "$VBDs" | "$snapshot_of">;

/** What lies on one storage, and all that may have it. */
export interface StorageContent {
  vdis: readonly Disk[];
  diskSnapshots: readonly DiskSnapshot[];
  holders: Partial<Record<OwnerKind, readonly Holder[]>>;
  /** The VM of each snapshot. */
  snapshots: readonly Pick<z.output<typeof VmSnapshot>, "id" | "$snapshot_of">[];
  /** A storage of ISOs: what a VM has of it is in its drive, and takes nothing more. */
  isMedia: boolean;
}

export interface StorageUser extends Owner {
  disks: number;
  /** Snapshots of it with disks on this storage. */
  snapshots?: number;
  inserted?: string[];
  /** Of its disks alone. */
  used_bytes: number;
  /** With all that its disks are layered on, which other disks may share. */
  chain_used_bytes: number;
}

/**
 * Who uses a storage, and how much of it is theirs: at least what their disks take alone, at most
 * their whole chains, in which snapshots and the bases of clones are. A snapshot counts by itself
 * where its disk is not on this storage.
 */
export function usersOf(content: StorageContent): StorageUser[] {
  const { vdis, diskSnapshots, holders, snapshots, isMedia } = content;
  const owners = ownersByLink(holders);
  const users = new Map<string, StorageUser>();
  const userFor = (owner: Owner): StorageUser => {
    const user = users.get(owner.id) ?? { ...owner, disks: 0, used_bytes: 0, chain_used_bytes: 0 };
    users.set(owner.id, user);
    return user;
  };
  for (const disk of vdis) {
    for (const owner of ownersOf(disk, owners)) {
      const user = userFor(owner);
      if (isMedia) user.inserted = [...(user.inserted ?? []), nameOf(disk)];
      else {
        user.disks += 1;
        user.used_bytes += ownBytes(disk);
        user.chain_used_bytes += chainBytes(disk);
      }
    }
  }
  const present = new Set(vdis.map(({ id }) => id));
  const ownerById = new Map([...owners.values()].map((owner) => [owner.id, owner]));
  const vmOf = new Map(snapshots.map(({ id, $snapshot_of }) => [id, $snapshot_of]));
  const counted = new Set<string>();
  for (const disk of diskSnapshots) {
    for (const snapshot of ownersOf(disk, owners)) {
      const vm = ownerById.get(vmOf.get(snapshot.id) ?? "");
      const user = userFor(vm ?? snapshot);
      if (vm === undefined) user.disks += 1;
      else if (!counted.has(snapshot.id)) user.snapshots = (user.snapshots ?? 0) + 1;
      counted.add(snapshot.id);
      if (!present.has(disk.$snapshot_of ?? "")) {
        user.used_bytes += ownBytes(disk);
        user.chain_used_bytes += ownBytes(disk);
      }
    }
  }
  return [...users.values()];
}
