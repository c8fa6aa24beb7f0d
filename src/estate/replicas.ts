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

/** Replicas by the id of the VM that each is a copy of: `setVmOtherConfig` of XO's backups writes it. */
export function replicasBySource<
  V extends Pick<z.output<typeof Vm>, "blockedOperations" | "other">,
>(vms: readonly V[]): Map<string, V[]> {
  return Map.groupBy(vms.filter(isReplica), ({ other }) => other?.["xo:backup:vm"] ?? "");
}
