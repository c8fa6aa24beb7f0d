import { defineRule } from "../rule.ts";

export const vmPaused = defineRule({
  id: "vm-paused",
  severity: "warning",
  title: "VMs that are paused",
  why: "They hold their memory and do nothing, and their host cannot be put into maintenance mode.",
  where:
    "list_events with object_id shows who paused it; XO: the VM's page, where it can be resumed.",
  needs: ["vms"],
  check({ vms }) {
    return {
      found: vms
        // What starts, moves or is copied is paused for a moment.
        .filter(
          ({ power_state, current_operations }) =>
            power_state === "Paused" && Object.keys(current_operations ?? {}).length === 0,
        )
        .map((vm) => ({ ...vm, facts: { memory_bytes: vm.memory?.size } })),
    };
  },
});
