import type * as z from "zod";
import type { Host } from "../xo/records/host.ts";
import type { Pbd } from "../xo/records/pbd.ts";
import { Pool } from "../xo/records/pool.ts";
import type { Sr } from "../xo/records/sr.ts";
import type { Vdi } from "../xo/records/vdi.ts";

type SrRecord = z.output<typeof Sr>;
type SrSize = Pick<SrRecord, "SR_type" | "size" | "physical_usage">;

/** Whether disks of VMs can be on a storage: no ISO library, no drive. XO's health page looks at these alone. */
export function holdsDisks({
  SR_type,
  content_type,
  size,
}: Pick<SrRecord, "SR_type" | "content_type" | "size">): boolean {
  return (size ?? 0) > 0 && content_type !== "iso" && SR_type !== "iso" && SR_type !== "udev";
}

/**
 * How full a storage is, to a tenth of a per cent; nothing for one without a size of its own, nor for
 * a drive, which is "full" with whatever medium is in it.
 */
export function usedPercent({ SR_type, size, physical_usage }: SrSize): number | undefined {
  if (SR_type === "udev") return undefined;
  if (!size || size < 0 || physical_usage === null || physical_usage === undefined)
    return undefined;
  return Math.round((physical_usage / size) * 1000) / 10;
}

/**
 * Bytes promised to the disks of each storage. Snapshots promise nothing more, so they are no part of
 * `vdis`; they are read-only, and the disk that they are of already did.
 */
export function allocatedBytes(
  vdis: readonly Pick<z.output<typeof Vdi>, "$SR" | "size">[],
): Map<string, number> {
  const allocated = new Map<string, number>();
  for (const { $SR, size } of vdis) {
    if ($SR) allocated.set($SR, (allocated.get($SR) ?? 0) + (size ?? 0));
  }
  return allocated;
}

/**
 * How often a thin storage has promised its size, to a hundredth: above 1 it can run full although no
 * disk is. Nothing for a thick storage, which cannot, and for one that does not say which it is.
 */
export function overcommitRatio(
  sr: Pick<SrRecord, "allocationStrategy" | "size">,
  allocated: number | undefined,
): number | undefined {
  const { allocationStrategy, size } = sr;
  if (allocationStrategy !== "thin" || !size || size < 0 || allocated === undefined) {
    return undefined;
  }
  return Math.round((allocated / size) * 100) / 100;
}

/** Links that should be up and are not: a host that is down has none, which is no fault of the storage. */
export function unpluggedLinks<P extends Pick<z.output<typeof Pbd>, "host" | "attached">>(
  pbds: readonly P[],
  hosts: ReadonlyMap<string, Pick<z.output<typeof Host>, "power_state">>,
): P[] {
  return pbds.filter(
    ({ attached, host }) => attached === false && hosts.get(host ?? "")?.power_state !== "Halted",
  );
}

/** A pool, with the storage it names for its own ends. */
export const PoolStorage = Pool.pick({
  id: true,
  name_label: true,
  default_SR: true,
  suspendSr: true,
  crashDumpSr: true,
  haSrs: true,
});

/** What a pool uses a storage for beside the disks of its VMs. */
export function poolUses(
  srId: string,
  pool: Omit<z.output<typeof PoolStorage>, "id" | "name_label">,
): ("default" | "suspend" | "crash dump" | "HA")[] {
  return [
    ...(pool.default_SR === srId ? (["default"] as const) : []),
    ...(pool.suspendSr === srId ? (["suspend"] as const) : []),
    ...(pool.crashDumpSr === srId ? (["crash dump"] as const) : []),
    ...(pool.haSrs?.includes(srId) ? (["HA"] as const) : []),
  ];
}
