import { countOf, defineRule } from "../rule.ts";

export const poolWithoutDefaultStorage = defineRule({
  id: "pool-without-default-storage",
  severity: "warning",
  title: "Pools without a default storage",
  why: "Imports, new disks and suspended VMs have no place unless each names one.",
  where: "list_srs; XO: the pool's page, Storage.",
  needs: ["pools", "srs"],
  check({ pools, srs }, { sees }) {
    const known = new Set(srs.map(({ id }) => id));
    const without = pools.filter(({ default_SR }) => !known.has(default_SR ?? ""));
    // XAPI keeps the id of a storage that is gone, but this one may only be hidden.
    const hidden = without.filter(({ default_SR }) => default_SR && !sees("srs"));
    return {
      found: without.filter((pool) => !hidden.includes(pool)),
      unknown: countOf(hidden.length, "pool", "with one that is not seen"),
    };
  },
});
