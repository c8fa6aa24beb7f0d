import { nameOf } from "../../estate/name.ts";
import { defineRule } from "../rule.ts";

export const poolDefaultStorageLocal = defineRule({
  id: "pool-default-storage-local",
  severity: "warning",
  title: "Pools of several hosts whose default storage belongs to one of them",
  why: "New disks land there without a thought, and their VMs run on that host alone: no HA, no quick migration.",
  where: "list_srs; XO: the pool's page, Storage.",
  needs: ["pools", "srs", "hosts"],
  check({ pools, srs, hosts }) {
    const srById = new Map(srs.map((sr) => [sr.id, sr]));
    const hostsOf = Map.groupBy(hosts, ({ $pool }) => $pool ?? "");
    return {
      found: pools.flatMap((pool) => {
        const sr = srById.get(pool.default_SR ?? "");
        const several = (hostsOf.get(pool.id) ?? []).length > 1;
        if (sr?.shared !== false || !several) return [];
        return [{ ...pool, facts: { storage: nameOf(sr), storage_id: sr.id } }];
      }),
    };
  },
});
