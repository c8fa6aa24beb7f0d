import type * as z from "zod";
import type { Vdi } from "../xo/records/vdi.ts";
import type { VdiSnapshot } from "../xo/records/vdi-snapshot.ts";
import { chainBytes, ownBytes } from "./disks.ts";
import type { Space } from "./space.ts";
import { sumOf } from "./sum-of.ts";

type Disk = Pick<z.output<typeof Vdi>, "id" | "usage" | "chainPhysicalUsage">;
type DiskSnapshot = Pick<z.output<typeof VdiSnapshot>, "usage" | "$snapshot_of">;

/** Whether what lies on a storage can be all that it uses. */
export type Explanation =
  { explained_bytes: number; unexplained_bytes?: number; why?: string } | { unknown: string };

/**
 * How much of what a storage uses its disks can explain at most: their chains, which count a shared
 * base once for each disk. More than that by a tenth of the size is told as unexplained. Unknown
 * where the hidden bases of some are in no chain (xapi-object-to-xo.mjs, `chainPhysicalUsage`).
 */
export function explainUse(
  { size_bytes, used_bytes }: Space,
  disks: readonly Disk[],
  snapshots: readonly DiskSnapshot[],
): Explanation {
  const diskById = new Map(disks.map((disk) => [disk.id, disk]));
  const bases = snapshots.map(({ $snapshot_of }) => diskById.get($snapshot_of ?? ""));
  const left = bases.filter((disk) => disk === undefined).length;
  if (left > 0) {
    return {
      unknown: `${left} snapshots of disks that are not here any more may hold any part of it: XO does not tell how much`,
    };
  }
  if (disks.some(({ chainPhysicalUsage }) => chainPhysicalUsage == null)) {
    return { unknown: "this XO does not tell what disks take with all that they are layered on" };
  }
  if (bases.some((disk) => disk !== undefined && chainBytes(disk) <= ownBytes(disk))) {
    return {
      unknown: "XO does not tell what the snapshots on this type of storage are layered on",
    };
  }
  const explained_bytes = sumOf(disks, chainBytes) + sumOf(snapshots, ownBytes);
  const unexplained_bytes = used_bytes - explained_bytes;
  if (unexplained_bytes <= size_bytes / 10) return { explained_bytes };
  return {
    explained_bytes,
    unexplained_bytes,
    why: "More is used than all disks and snapshots here can hold: other data beside them, or what was deleted and is not merged or given back yet.",
  };
}
