import { defineRule } from "../rule.ts";

export const poolWithoutDefaultStorage = defineRule({
  id: "pool-without-default-storage",
  severity: "warning",
  title: "Pools without a default storage",
  why: "Imports, new disks and suspended VMs have no place unless each names one.",
  where: "list_srs; XO: the pool's page, Storage.",
  needs: ["pools", "srs"],
  leansOn: ["srs"],
  check({ pools, srs }) {
    const known = new Set(srs.map(({ id }) => id));
    // XAPI keeps the id of a storage that is gone.
    return { found: pools.filter(({ default_SR }) => !known.has(default_SR ?? "")) };
  },
});
