import type * as z from "zod";
import type { Vm } from "../xo/records/vm.ts";
import { isResident } from "./capacity.ts";

/** What a VM has of guest tools, which are two things: an agent that reports, and drivers. */
export type Tools = "agent and drivers" | "drivers only" | "agent only" | "none" | "unknown";

/** What `guestTools` asks of a VM. */
export const toolSigns = [
  "power_state",
  "managementAgentDetected",
  "pvDriversDetected",
] as const satisfies readonly (keyof z.output<typeof Vm>)[];

type Signs = Pick<z.output<typeof Vm>, (typeof toolSigns)[number]>;

/**
 * Which guest tools a VM has. A Linux kernel brings the drivers, so they are no sign of an agent.
 * Whether they are outdated nobody tells: XAPI's word for it has been another for "detected" since
 * 7.0 (datamodel.ml, PV_drivers_up_to_date). XO tells this of VMs on a host alone, and of none whose
 * guest never reported (xapi-object-to-xo.mjs, getVmGuestToolsProps): unknown is no "none".
 */
export function guestTools(vm: Signs): Tools {
  const { managementAgentDetected: agent, pvDriversDetected: drivers } = vm;
  if (!isResident(vm)) return "unknown";
  if (agent === true) return drivers === false ? "agent only" : "agent and drivers";
  if (typeof agent !== "boolean") return "unknown";
  return drivers === true ? "drivers only" : "none";
}
