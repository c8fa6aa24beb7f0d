import type * as z from "zod";
import type { Vm } from "../xo/records/vm.ts";

type Signs = Pick<z.output<typeof Vm>, "blockedOperations" | "other">;

/**
 * Whether a VM is a copy that a replication job keeps, with the names, disks and MAC addresses of
 * its source: XO marks it and blocks its start. A copy that may be started is a VM of its own.
 */
export function isReplica({ blockedOperations, other }: Signs): boolean {
  return blockedOperations?.["start"] !== undefined && Boolean(makerOf({ other }));
}

/** The id of the job that made a replica, which may be another XO's. */
export function makerOf({ other }: Pick<Signs, "other">): string | undefined {
  return other?.["xo:backup:job"] ?? undefined;
}

/** The id of the VM that a replica is a copy of; nothing for any other VM. */
export function sourceOf(vm: Signs): string | undefined {
  return isReplica(vm) ? (vm.other?.["xo:backup:vm"] ?? undefined) : undefined;
}

/** The same of the copies that one job keeps: XO does not replicate these again in smart mode. */
export function isReplicaBy(jobId: string, vm: Signs): boolean {
  return isReplica(vm) && makerOf(vm) === jobId;
}

/** Blocked both ways by hand, as somebody does with a copy that must never run. */
export function isKeptOff({ blockedOperations }: Pick<Signs, "blockedOperations">): boolean {
  return ["start", "start_on"].every((name) => blockedOperations?.[name] !== undefined);
}

/** Replicas by the id of the VM that each is a copy of: `setVmOtherConfig` of XO's backups writes it. */
export function replicasBySource<V extends Signs>(vms: readonly V[]): Map<string, V[]> {
  return Map.groupBy(vms.filter(isReplica), ({ other }) => other?.["xo:backup:vm"] ?? "");
}
