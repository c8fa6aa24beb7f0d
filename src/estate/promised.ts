import type * as z from "zod";
import type { Sr } from "../xo/records/sr.ts";
import type { Vdi } from "../xo/records/vdi.ts";
import type { Context } from "../tool.ts";
import { VdiSnapshot } from "../xo/records/vdi-snapshot.ts";
import { holdsDisks, kindKeys, spaceKeys, spaceOf, toldBytes } from "./space.ts";

type SrRecord = z.output<typeof Sr>;

/** What of disks, or of snapshots of disks, tells the bytes promised to them. */
export type Sized = Pick<z.output<typeof Vdi>, "$SR" | "size">;

/** Types that hold thin images and are missing in XO's own table (xapi-object-to-xo.mjs). */
const alsoThin = new Set(["cephfs", "gfs2", "glusterfs", "largeblock", "moosefs", "xfs"]);

/** What of a storage tells whether it is thin, and what it has promised. */
export const provisioningKeys = ["allocationStrategy", "SR_type"] as const;
export const promisedKeys = [...provisioningKeys, ...kindKeys, ...spaceKeys, "usage"] as const;

type Promising = Pick<SrRecord, "id" | (typeof promisedKeys)[number]>;

const DiskSnapshot = VdiSnapshot.pick({ id: true, size: true, $SR: true });

/** Whether disks take their room as they fill, or at once; nothing where neither XO nor we know. */
export function provisioningOf({
  allocationStrategy,
  SR_type,
}: Pick<SrRecord, "allocationStrategy" | "SR_type">): "thin" | "thick" | undefined {
  if (allocationStrategy === "thin" || allocationStrategy === "thick") return allocationStrategy;
  return alsoThin.has(SR_type ?? "") ? "thin" : undefined;
}

/** The virtual sizes on each storage, added. */
export function allocatedBytes(disks: readonly Sized[]): Map<string, number> {
  const allocated = new Map<string, number>();
  for (const { $SR, size } of disks) {
    if ($SR) allocated.set($SR, (allocated.get($SR) ?? 0) + (toldBytes(size) ?? 0));
  }
  return allocated;
}

/** What a storage has promised, to its disks alone and with all that snapshots add. */
export interface Promised {
  allocated_bytes?: number | undefined;
  allocated_disks_bytes?: number | undefined;
  /** Of a thin storage, how often its size: above 1 it can run full although no disk is. */
  overcommit_ratio?: number | undefined;
  overcommit_ratio_disks?: number | undefined;
  /** Where `allocated_bytes` is not XAPI's own figure. */
  allocated_is?: string | undefined;
}

/** Whether XAPI tells less than the disks alone come to, as of a storage that was never scanned. */
export function isAllocationTold({ usage }: Pick<SrRecord, "usage">, disks: number): boolean {
  return (usage ?? 0) > 0 && (usage ?? 0) >= disks;
}

/**
 * XAPI's own figure adds the virtual sizes of all that lies on a storage: disks, snapshots, and the
 * hidden bases under both (xapi_sr.ml, `scan`), so one snapshot of each disk makes it three times
 * that of the disks.
 * @param disks of the disks; nothing where they are not all seen
 * @param snapshots of snapshots of disks, where XAPI's figure cannot be used; nothing where they are not all seen
 */
export function promisedOf(
  sr: Pick<SrRecord, "allocationStrategy" | "SR_type" | "size" | "physical_usage" | "usage">,
  disks: number | undefined,
  snapshots: number | undefined,
): Promised {
  const told = isAllocationTold(sr, disks ?? 0);
  const all = told
    ? (sr.usage ?? undefined)
    : disks === undefined || snapshots === undefined
      ? undefined
      : disks + snapshots;
  return {
    allocated_bytes: all,
    allocated_disks_bytes: disks,
    overcommit_ratio: overcommitRatio(sr, all),
    overcommit_ratio_disks: overcommitRatio(sr, disks),
    allocated_is: told || !all ? undefined : "the sum of disks and snapshots: XAPI tells less",
  };
}

/**
 * What each of some storages has promised; nothing of those that hold no disks. Snapshots of disks are
 * read only where XAPI's own figure does not make them needless, for there may be many.
 * @param vdis all disks that are seen
 */
export async function promisesOf(
  { xo, sight }: Pick<Context, "xo" | "sight">,
  srs: readonly Promising[],
  vdis: readonly Sized[],
): Promise<(sr: Promising) => Promised> {
  const sees = await sight();
  const disks = allocatedBytes(vdis);
  const needed = srs.some((sr) => holdsDisks(sr) && !isAllocationTold(sr, disks.get(sr.id) ?? 0));
  const snapshots = allocatedBytes(needed ? await xo.records("vdi-snapshots", DiskSnapshot) : []);
  return (sr) =>
    holdsDisks(sr)
      ? promisedOf(
          sr,
          sees.whole("vdis") ? (disks.get(sr.id) ?? 0) : undefined,
          sees.whole("vdi-snapshots") ? (snapshots.get(sr.id) ?? 0) : undefined,
        )
      : {};
}

/** To a hundredth; nothing for a thick storage, and where provisioning or size are unknown. */
export function overcommitRatio(
  sr: Pick<SrRecord, "allocationStrategy" | "SR_type" | "size" | "physical_usage">,
  allocated: number | undefined,
): number | undefined {
  const space = spaceOf(sr);
  if (provisioningOf(sr) !== "thin" || space === undefined || allocated === undefined) {
    return undefined;
  }
  return Math.round((allocated / space.size_bytes) * 100) / 100;
}
