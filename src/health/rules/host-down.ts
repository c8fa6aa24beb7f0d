import { defineRule } from "../rule.ts";

export const hostDown = defineRule({
  id: "host-down",
  severity: "critical",
  title: "Hosts that do not run",
  why: "Their CPUs and memory are missing in the pool, and VMs with disks on their local storage cannot run.",
  where: "get_host_details; list_events with object_id shows what happened.",
  needs: ["hosts"],
  check({ hosts }) {
    const found = hosts
      .filter(({ power_state }) => power_state !== "Running")
      .map((host) => ({ ...host, facts: { power_state: host.power_state ?? "unknown" } }));
    return { found };
  },
});
