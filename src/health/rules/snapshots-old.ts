import { originsOf } from "../../estate/job-origin.ts";
import { ageDays, isOlderThan, keeperOf } from "../../estate/snapshots.ts";
import { nameAmong } from "../../estate/name.ts";
import { countOf, defineRule } from "../rule.ts";

const thresholds = { older_than_days: 30 };

export const snapshotsOld = defineRule({
  id: "snapshots-old",
  severity: "warning",
  title: "Old snapshots that no enabled backup schedule keeps and removes",
  why: "They grow until they are as big as the disk, slow it down, and nobody removes them.",
  where: "list_snapshots with older_than_days; XO: Dashboard, Health.",
  needs: ["vm-snapshots", "schedules"],
  names: ["vms", "backup-jobs", "backup-logs"],
  thresholds,
  check({ schedules, vms, ...holdings }, { now, sees }) {
    const scheduleById = new Map(schedules.map((schedule) => [schedule.id, schedule]));
    const vmById = new Map(vms.map((vm) => [vm.id, vm]));
    const facts = {
      schedules: scheduleById,
      // Without the schedules, every backup's own snapshot would look abandoned.
      seesSchedules: sees("schedules"),
      originOf: originsOf({
        jobs: holdings["backup-jobs"],
        seesJobs: sees("backup-jobs"),
        runs: holdings["backup-logs"],
      }),
    };
    const old = holdings["vm-snapshots"]
      .filter((snapshot) => isOlderThan(snapshot, thresholds.older_than_days, now))
      .toSorted((a, b) => (a.snapshot_time ?? 0) - (b.snapshot_time ?? 0))
      .map((snapshot) => ({
        snapshot,
        keeper: keeperOf(snapshot, facts),
      }));
    const untold = old.filter(({ keeper }) => keeper.kept_by === "unknown");
    return {
      found: old.flatMap(({ snapshot, keeper }) => {
        if (keeper.kept_by !== "nothing") return [];
        const vm = nameAmong(vmById, snapshot.$snapshot_of);
        const facts = { vm, age_days: ageDays(snapshot, now), reason: keeper.reason };
        return [{ ...snapshot, facts }];
      }),
      unknown: countOf(
        untold.length,
        "snapshot",
        sees("schedules") && sees("backup-jobs")
          ? "of a backup whose job or schedule is not in this XO, perhaps another XO's"
          : "of a backup whose job or schedule is not seen",
      ),
    };
  },
});
