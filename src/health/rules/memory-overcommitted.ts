import { loadOf, memoryOf } from "../../estate/capacity.ts";
import { sumOf } from "../../estate/sum-of.ts";
import type { Holdings } from "../holdings.ts";
import { countOf, defineRule } from "../rule.ts";

export const memoryOvercommitted = defineRule({
  id: "memory-overcommitted",
  severity: "warning",
  title: "Hosts that promised their VMs more memory than they have",
  why: "Dynamic memory shrinks the VMs to fit, and none can be restarted at its full size.",
  where: "get_capacity_report.",
  needs: ["hosts", "vms"],
  whole: ["vms"],
  check({ hosts, vms }) {
    const loads = loadOf(hosts, vms).map((load) => ({
      ...load,
      promised_bytes: load.system_bytes + sumOf(load.vms, most),
    }));
    const untold = loads.filter(({ total_bytes }) => total_bytes === 0);
    return {
      found: loads
        .filter(
          ({ total_bytes, promised_bytes }) => total_bytes > 0 && promised_bytes > total_bytes,
        )
        .toSorted((a, b) => b.promised_bytes / b.total_bytes - a.promised_bytes / a.total_bytes)
        .map(({ host, promised_bytes, total_bytes }) => ({
          ...host,
          facts: { promised_bytes, total_bytes },
        })),
      unknown: countOf(untold.length, "host", "did not tell its memory"),
    };
  },
});

/** What a VM may grow to: what it has now can never be more than the host has. */
function most(vm: Holdings["vms"][number]): number {
  return Math.max(memoryOf(vm), vm.memory?.dynamic?.[1] ?? 0);
}
