import type * as z from "zod";
import { say, type Sentence } from "../sentence.ts";
import type { Sr } from "../xo/records/sr.ts";
import { firstOf, saidName } from "./name.ts";

type SrRecord = z.output<typeof Sr>;
type SrKind = Pick<SrRecord, "SR_type" | "content_type">;
type SrSize = Pick<SrRecord, "size" | "physical_usage" | "$PBDs">;

/** What of a storage tells its kind, and what its space. */
export const kindKeys = ["SR_type", "content_type"] as const;
export const spaceKeys = ["size", "physical_usage", "$PBDs"] as const;

/** ISO libraries and drives: what lies there waits for being inserted, and being full is no fault. */
export function isMediaStorage({ SR_type, content_type }: SrKind): boolean {
  return content_type === "iso" || SR_type === "iso" || SR_type === "udev";
}

/** Whether disks of VMs can be on a storage. */
export function holdsDisks(sr: SrKind): boolean {
  return !isMediaStorage(sr);
}

/** Whether a storage has no link to any host: what XO tells of it is of the time when it had one. */
export function isDetached({ $PBDs }: Pick<SrRecord, "$PBDs">): boolean {
  return $PBDs?.length === 0;
}

/** Bytes as XO tells them; nothing for a figure that cannot be: XAPI writes -1 for what it never saw. */
export function toldBytes(bytes: number | null | undefined): number | undefined {
  return typeof bytes === "number" && bytes >= 0 ? bytes : undefined;
}

/** Size and use of a storage, as far as they can be true together. */
export interface Space {
  size_bytes: number;
  used_bytes: number;
  free_bytes: number;
  /** To a tenth. */
  used_percent: number;
}

/**
 * Nothing where the figures are missing or cannot be: XAPI's size of a storage is -1 until its first
 * scan (xapi_sr.ml, `introduce`), and after one its use is size less free space, so between 0 and
 * the size (`scan`). Nothing as well where no host has a link to it, which nobody can scan.
 */
export function spaceOf({ size, physical_usage, $PBDs }: SrSize): Space | undefined {
  const used = toldBytes(physical_usage);
  if (isDetached({ $PBDs }) || !size || size < 0 || used === undefined || used > size)
    return undefined;
  return {
    size_bytes: size,
    used_bytes: used,
    free_bytes: size - used,
    used_percent: Math.round((used / size) * 1000) / 10,
  };
}

/** How full a storage is; nothing where it is unknown, and for what has no fill to judge. */
export function usedPercent(sr: SrKind & SrSize): number | undefined {
  return holdsDisks(sr) ? spaceOf(sr)?.used_percent : undefined;
}

/** What to say of storages for disks of which the space is unknown; they are in no sum. */
export function warnOfSpace(
  srs: readonly (SrKind & SrSize & { id: string; name_label: string })[],
  { warn }: { warn(text: Sentence): void },
): void {
  const unknown = srs.filter((sr) => holdsDisks(sr) && spaceOf(sr) === undefined);
  const detached = unknown.filter(isDetached);
  const impossible = unknown.filter((sr) => !isDetached(sr));
  if (impossible.length > 0) {
    warn(
      say`How full these storages are is unknown, and they are in no total: XO tells no sizes of them that can be (${firstOf(impossible.map((sr) => saidName(sr)))}).`,
    );
  }
  if (detached.length > 0) {
    warn(
      say`No host has a link to these storages, so XO's figures of them are old and in no total: ${firstOf(detached.map((sr) => saidName(sr)))}.`,
    );
  }
}
