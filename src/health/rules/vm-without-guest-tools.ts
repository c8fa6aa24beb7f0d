import { guestTools } from "../../estate/guest-tools.ts";
import { countOf, defineRule } from "../rule.ts";

export const vmWithoutGuestTools = defineRule({
  id: "vm-without-guest-tools",
  severity: "warning",
  title: "Running VMs without guest tools",
  why: "No addresses, no memory figures, no clean shutdown; disks and networks may be emulated and slow.",
  where: "get_vm_details, guest.",
  needs: ["vms"],
  check({ vms }) {
    const judged = vms.map((vm) => ({ vm, tools: guestTools(vm) }));
    const untold = judged.filter(({ tools }) => tools === "unknown").length;
    return {
      found: judged.flatMap(({ vm, tools }) => (tools === "not detected" ? [vm] : [])),
      unknown: countOf(untold, "VM", "not running, or not telling"),
    };
  },
});
