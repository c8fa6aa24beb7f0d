import type * as z from "zod";
import type { Vm } from "../xo/records/vm.ts";

/** What XO makes a VM for, and removes or finishes by itself. */
export type Temporary = "being imported" | "health check";

type Signs = Pick<
  z.output<typeof Vm>,
  "name_label" | "tags" | "blockedOperations" | "current_operations"
>;

/**
 * Whether a VM is one of XO's own for the moment, of which nothing can be asked yet: no backup, no
 * guest tools, no place. Restores, replications and imports from files or VMware name it so and
 * block its start until the data are there (_incrementalVm.mjs, xapi/index.mjs, vmware/index.mjs of
 * XO); XAPI marks what it unpacks itself (import.ml); health checks have a tag
 * (_MixinRemoteWriter.mjs, _MixinXapiWriter.mjs), except those of full backups.
 * @returns nothing for any other VM
 */
export function temporaryKind({
  name_label,
  tags,
  blockedOperations,
  current_operations,
}: Signs): Temporary | undefined {
  if (tags?.includes("xo:no-bak=Health Check")) return "health check";
  const marked = /^\[Importing(?:…|\.\.\.)\] /.test(name_label);
  if (marked && blockedOperations?.["start"] !== undefined) return "being imported";
  const unpacked = Object.values(current_operations ?? {}).some((name) => /^import$/.test(name));
  return unpacked ? "being imported" : undefined;
}

/** The same, asked with yes or no. */
export function isTemporary(vm: Signs): boolean {
  return temporaryKind(vm) !== undefined;
}
