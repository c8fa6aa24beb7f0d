import type * as z from "zod";
import type { Vm } from "../xo/records/vm.ts";

/**
 * Whether a VM has guest tools. Only a VM that is on a host can tell: nothing of a halted or
 * suspended one is no "not detected".
 */
export function guestTools({
  power_state,
  managementAgentDetected,
  pvDriversDetected,
}: Pick<z.output<typeof Vm>, "power_state" | "managementAgentDetected" | "pvDriversDetected">):
  "detected" | "not detected" | "unknown" {
  if (power_state === "Halted" || power_state === "Suspended") return "unknown";
  if (managementAgentDetected === true || pvDriversDetected === true) return "detected";
  return managementAgentDetected === false ? "not detected" : "unknown";
}
