import { countOf, defineRule } from "../rule.ts";

export const hostDisabled = defineRule({
  id: "host-disabled",
  severity: "warning",
  title: "Hosts disabled or in maintenance",
  why: "They run but take no VM: a maintenance that was forgotten costs the pool its reserve.",
  where: "get_host_details; XO: the host's page, Advanced.",
  needs: ["hosts"],
  check({ hosts }) {
    const running = hosts.filter(({ power_state }) => power_state === "Running");
    const untold = running.filter(({ enabled }) => enabled === null || enabled === undefined);
    return {
      found: running.filter(({ enabled }) => enabled === false),
      unknown: countOf(untold.length, "host", "did not tell"),
    };
  },
});
