import type * as z from "zod";
import type { Sr } from "../xo/records/sr.ts";
import type { Vdi } from "../xo/records/vdi.ts";
import { isMediaStorage, toldBytes } from "./space.ts";

/** What `diskState` needs of a disk, or of a disk's snapshot. */
export const stateKeys = [
  "missing",
  "$VBDs",
  "VDI_type",
  "size",
  "name_label",
  "name_description",
  "current_operations",
  "$SR",
] as const;
export type DiskFacts = Pick<z.output<typeof Vdi>, (typeof stateKeys)[number]>;

/** What it needs of their storage. */
export type DiskStorage = Pick<z.output<typeof Sr>, "SR_type" | "content_type">;

export const diskStates = ["attached", "missing", "orphan", "unknown", "other"] as const;
export type DiskState = (typeof diskStates)[number];

/** The types of disks that hold somebody's data; what the rest is for, `keptFor` tells. */
const dataTypes = new Set(["system", "user", "ephemeral"]);

/**
 * What is to be said of a disk, by the rules of XO's own health page:
 * - `missing`: the storage has lost it;
 * - `attached`: a VM, template, snapshot or control domain has it, running or not;
 * - `orphan`: nothing has it, and it is an ordinary disk that takes room;
 * - `unknown`: nothing has it, but the storage is not told, which may be one of ISOs;
 * - `other`: nothing has it and nothing need to: an ISO, a drive's medium, an empty disk, one that
 *   somebody is working on, XAPI's own.
 */
export function diskState(disk: DiskFacts, storages: ReadonlyMap<string, DiskStorage>): DiskState {
  if (disk.missing === true) return "missing";
  if ((disk.$VBDs ?? []).length > 0) return "attached";
  // An account that sees a disk in part does not see what it is for.
  if (disk.VDI_type && !dataTypes.has(disk.VDI_type)) return "other";
  // Whoever works on it may be about to give it to somebody.
  if (disk.size === 0 || isOfXapi(disk) || operationsOn(disk).length > 0) return "other";
  const storage = storages.get(disk.$SR ?? "");
  if (storage === undefined) return "unknown";
  return isMediaStorage(storage) ? "other" : "orphan";
}

/** What is being done with a disk, each once. */
export function operationsOn({
  current_operations,
}: Pick<DiskFacts, "current_operations">): string[] {
  return [...new Set(Object.values(current_operations ?? {}))];
}

/** The name by which XAPI itself knows the disk of `xe-backup-metadata` (xapi_vdi.ml, `create`). */
export const metadataBackup = "Pool Metadata Backup";

/**
 * Disks of XAPI's that have no type of their own: an older PVS cache, and the copy of its database on a
 * storage.
 */
function isOfXapi({ name_label, name_description }: DiskFacts): boolean {
  const isPvsCache = name_label === "PVS cache VDI" && name_description === "PVS cache VDI";
  return isPvsCache || name_label === metadataBackup;
}

/** Bytes that a disk takes alone, without what it is layered on. */
export function ownBytes({ usage }: Pick<z.output<typeof Vdi>, "usage">): number {
  return toldBytes(usage) ?? 0;
}

/** Bytes that a disk takes with all that it is layered on; what XO tells of a snapshot is its own alone. */
export function chainBytes(
  disk: Pick<z.output<typeof Vdi>, "usage"> & { chainPhysicalUsage?: number | null | undefined },
): number {
  return toldChainBytes(disk) ?? ownBytes(disk);
}

/** The same, nothing where XO tells none: of a snapshot, and before 6.4. */
export function toldChainBytes(disk: {
  chainPhysicalUsage?: number | null | undefined;
}): number | undefined {
  return toldBytes(disk.chainPhysicalUsage);
}

/** What `chainBytes` of several disks are, for whoever reads them. */
export const chainBytesShared =
  "with the bases under the disks, which clones share: counted for each, so no sum of them is true";
