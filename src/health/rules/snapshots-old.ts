import { ageDays, isOlderThan, keeperOf } from "../../estate/snapshots.ts";
import { defineRule } from "../rule.ts";

const thresholds = { older_than_days: 30 };

export const snapshotsOld = defineRule({
  id: "snapshots-old",
  severity: "warning",
  title: "Old snapshots that no enabled backup schedule keeps and removes",
  why: "They grow until they are as big as the disk, slow it down, and nobody removes them.",
  where: "list_snapshots with older_than_days; XO: Dashboard, Health.",
  needs: ["vm-snapshots", "schedules", "vms"],
  // Without the schedules, every backup's own snapshot would look abandoned.
  leansOn: ["schedules"],
  thresholds,
  check({ schedules, vms, ...holdings }, { now }) {
    const scheduleById = new Map(schedules.map((schedule) => [schedule.id, schedule]));
    const vmById = new Map(vms.map((vm) => [vm.id, vm]));
    return {
      found: holdings["vm-snapshots"]
        .filter((snapshot) => isOlderThan(snapshot, thresholds.older_than_days, now))
        .map((snapshot) => ({ snapshot, keeper: keeperOf(snapshot, scheduleById, true) }))
        .toSorted((a, b) => (a.snapshot.snapshot_time ?? 0) - (b.snapshot.snapshot_time ?? 0))
        .flatMap(({ snapshot, keeper }) =>
          keeper.kept_by === "nothing"
            ? [
                {
                  ...snapshot,
                  facts: {
                    vm: vmById.get(snapshot.$snapshot_of ?? "")?.name_label,
                    age_days: ageDays(snapshot, now),
                    reason: keeper.reason,
                  },
                },
              ]
            : [],
        ),
    };
  },
});
