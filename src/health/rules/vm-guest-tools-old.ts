import { guestTools } from "../../estate/guest-tools.ts";
import { countOf, defineRule } from "../rule.ts";

export const vmGuestToolsOld = defineRule({
  id: "vm-guest-tools-old",
  severity: "info",
  title: "Running VMs with outdated guest tools",
  why: "Old drivers are slower, and may be open to known holes (xsa-468).",
  where: "get_vm_details, guest.",
  needs: ["vms"],
  check({ vms }) {
    const told = vms.filter((vm) => guestTools(vm) !== "unknown");
    const untold = vms.length - told.length;
    return {
      found: told
        .filter(({ pvDriversUpToDate }) => pvDriversUpToDate === false)
        .map((vm) => ({ ...vm, facts: { version: vm.pvDriversVersion } })),
      unknown: countOf(untold, "VM", "not running, or not telling"),
    };
  },
});
