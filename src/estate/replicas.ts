import type * as z from "zod";
import type { Vm } from "../xo/records/vm.ts";

/**
 * Whether a VM is a copy that a replication job keeps, with the names, disks and MAC addresses of
 * its source: XO marks it and blocks its start. A copy that may be started is a VM of its own.
 */
export function isReplica({
  blockedOperations,
  other,
}: Pick<z.output<typeof Vm>, "blockedOperations" | "other">): boolean {
  return blockedOperations?.["start"] !== undefined && Boolean(other?.["xo:backup:job"]);
}
