import { fitWithout, largestHost, loadOf, othersOf } from "../../estate/capacity.ts";
import { nameOf } from "../../estate/name.ts";
import { strandedAmong, waitingPieces } from "../../estate/stranded.ts";
import { sumOf } from "../../estate/sum-of.ts";
import { defineRule } from "../rule.ts";

export const poolWithoutReserve = defineRule({
  id: "pool-without-reserve",
  severity: "warning",
  title: "Pools whose VMs do not all fit without the largest host",
  why: "When that host fails, or is emptied for updates, some VMs find no memory elsewhere.",
  where: "get_capacity_report.",
  needs: ["pools", "hosts", "vms"],
  whole: ["hosts", "vms"],
  check({ pools, hosts, vms }) {
    const hostsOf = Map.groupBy(hosts, ({ $pool }) => $pool ?? "");
    const found = pools.flatMap((pool) => {
      const own = hostsOf.get(pool.id) ?? [];
      const loads = loadOf(own, vms);
      const largest = largestHost(loads);
      // One host alone has no other, and whoever runs it knows.
      if (largest === undefined || own.length < 2) return [];
      // Those of a host that does not answer need room as well.
      const stranded = strandedAmong(
        vms.filter(({ $pool }) => $pool === pool.id),
        own,
      );
      const waiting = waitingPieces(stranded, othersOf(loads, largest));
      const { fits, never, left_out } = fitWithout(loads, largest, waiting);
      if (fits) return [];
      const facts = {
        largest_host: nameOf(largest.host),
        vms_left_out: left_out.length,
        with_vms_of_silent_hosts: waiting.length || undefined,
        missing_bytes: sumOf(left_out, ({ bytes }) => bytes),
        // XAPI starts VMs at their dynamic minimum, if the guests beside them give memory back.
        fits_at_dynamic_minimum: fitWithout(loads, largest, waiting, "least").fits || undefined,
        // Another placement may do, though none was found.
        only_not_found: never ? undefined : true,
      };
      return [{ ...pool, facts }];
    });
    return { found };
  },
});
