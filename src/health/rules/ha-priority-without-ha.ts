import { countOf, defineRule } from "../rule.ts";

export const haPriorityWithoutHa = defineRule({
  id: "ha-priority-without-ha",
  severity: "warning",
  title: "VMs that HA should restart, in pools without HA",
  why: "They look protected, but nothing restarts them when their host fails.",
  where: "XO: the pool's page, Advanced, High Availability.",
  needs: ["pools", "vms"],
  check({ pools, vms }) {
    const without = new Set(pools.filter((pool) => pool.HA_enabled === false).map(({ id }) => id));
    const untold = pools.filter((pool) => typeof pool.HA_enabled !== "boolean");
    return {
      found: vms
        .filter(({ $pool, high_availability }) => without.has($pool ?? "") && high_availability)
        .map((vm) => ({ ...vm, facts: { priority: vm.high_availability } })),
      unknown: countOf(untold.length, "pool", "did not tell whether HA is on"),
    };
  },
});
