import { isReplica } from "../../estate/replicas.ts";
import { defineRule } from "../rule.ts";

const thresholds = { more_than: 5 };

export const snapshotsMany = defineRule({
  id: "snapshots-many",
  severity: "warning",
  title: "VMs with many snapshots",
  why: "Every read may have to pass the whole chain; beyond about thirty links the storage refuses more.",
  where: "list_snapshots with vm_id.",
  needs: ["vm-snapshots", "vms"],
  whole: ["vm-snapshots"],
  thresholds,
  check({ vms, ...holdings }) {
    const snapshots = Map.groupBy(holdings["vm-snapshots"], (one) => one.$snapshot_of ?? "");
    return {
      found: vms
        // A replica keeps its restore points as snapshots: as many as its job says.
        .filter((vm) => !isReplica(vm))
        .map((vm) => ({ vm, count: snapshots.get(vm.id)?.length ?? 0 }))
        .filter(({ count }) => count > thresholds.more_than)
        .toSorted((a, b) => b.count - a.count)
        .map(({ vm, count }) => ({ ...vm, facts: { snapshots: count } })),
    };
  },
});
