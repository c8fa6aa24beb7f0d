import type * as z from "zod";
import type { Vm } from "../xo/records/vm.ts";

/** What `exposure` asks of a VM. */
export const exposureSigns = [
  "tags",
  "vulnerabilities",
  "viridian",
  "os_version",
  "pvDriversDetected",
] as const satisfies readonly (keyof z.output<typeof Vm>)[];

type Signs = Pick<z.output<typeof Vm>, (typeof exposureSigns)[number]>;

/** Whether a VM is open to XSA-468, as far as it is told; hidden where somebody marked it so. */
export type Exposure = "open" | "perhaps" | "not open" | "unknown" | "hidden";

/**
 * What XO makes of the drivers' versions. It says false, too, of a Windows VM that never reported or
 * whose drivers it does not see; "no-pv-drivers-detected" stands for drivers that are there, of
 * versions that are not told (xapi-object-to-xo.mjs, isVmVulnerable_XSA468).
 */
export function exposure(vm: Signs): Exposure {
  // With this tag, XO's own pages hide it as well.
  if (vm.tags?.includes("HIDE_XSA468")) return "hidden";
  const told = vm.vulnerabilities?.xsa468;
  if (told === null || told === undefined) return "unknown";
  if (told === false) return mayBeWindows(vm) && !vm.pvDriversDetected ? "unknown" : "not open";
  return told !== true && told.reason === "no-pv-drivers-detected" ? "perhaps" : "open";
}

function mayBeWindows({ viridian, os_version }: Signs): boolean {
  const told = os_version?.distro ?? os_version?.name;
  return told ? /windows/i.test(told) : viridian === true;
}
