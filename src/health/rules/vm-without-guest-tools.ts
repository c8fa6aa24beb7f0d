import { guestTools } from "../../estate/guest-tools.ts";
import { isTemporary } from "../../estate/temporary-vms.ts";
import { countOf, defineRule } from "../rule.ts";

/** What is missing of them, by the state in which it is. */
const missing = {
  none: "agent and drivers",
  "drivers only": "agent",
  "agent only": "drivers",
} as const;

export const vmWithoutGuestTools = defineRule({
  id: "vm-without-guest-tools",
  severity: "warning",
  title: "Running VMs without guest tools, or without a part of them",
  why: "Without the agent there are no addresses, no memory figures and often no clean shutdown; without drivers disks and networks are emulated and slow.",
  where: "get_vm_details, guest.",
  needs: ["vms"],
  check({ vms }) {
    const judged = vms
      .filter((vm) => !isTemporary(vm))
      .map((vm) => ({ vm, tools: guestTools(vm) }));
    const untold = judged.filter(({ tools }) => tools === "unknown").length;
    return {
      found: judged
        .flatMap(({ vm, tools }) =>
          tools === "none" || tools === "drivers only" || tools === "agent only"
            ? [{ ...vm, facts: { missing: missing[tools] } }]
            : [],
        )
        .toSorted((a, b) => b.facts.missing.length - a.facts.missing.length),
      unknown: countOf(untold, "VM", "not running, or not telling"),
    };
  },
});
