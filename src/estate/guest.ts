import type * as z from "zod";
import type { Vm } from "../xo/records/vm.ts";
import { isResident } from "./capacity.ts";
import { guestTools } from "./guest-tools.ts";

type VmRecord = z.output<typeof Vm>;

/**
 * The name of a guest's system. Windows reports its directory and its disk behind it, with a bar
 * between them.
 */
export function systemOf({ os_version }: Pick<VmRecord, "os_version">): string | undefined {
  const name = os_version?.name?.split("|")[0]?.trim();
  return name || os_version?.distro || undefined;
}

/**
 * What the guest tools report; a VM that does not run reports nothing, which is not "no tools".
 * @param isSilent whether its host does not answer: then all of it is old
 */
export function describeGuest(vm: VmRecord, isSilent: boolean) {
  const tools = guestTools(vm);
  if (!isResident(vm) || isSilent) {
    return {
      tools,
      reason: isSilent ? "its host does not answer" : `the VM is ${vm.power_state.toLowerCase()}`,
      last_known_address: vm.mainIpAddress,
    };
  }
  return {
    tools,
    reason: tools === "unknown" ? "its guest has reported nothing" : undefined,
    version: vm.pvDriversVersion,
    os: systemOf(vm),
    main_address: vm.mainIpAddress,
  };
}
