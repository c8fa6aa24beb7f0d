import { defineRule } from "../rule.ts";
import { iso } from "../../time.ts";

const thresholds = { longer_than_hours: 3 };

const hour = 3_600_000;

export const taskRunningLong = defineRule({
  id: "task-running-long",
  severity: "info",
  title: "Tasks of XO that have been running for hours",
  why: "A large copy may need that long; a stuck one holds VMs and disks locked. Those of all pools are here.",
  where: "list_events with kinds task; XO: Tasks.",
  needs: ["tasks"],
  thresholds,
  check({ tasks }, { now }) {
    return {
      found: tasks
        .flatMap(({ id, status, start, properties }) =>
          status === "pending" && start && now - start > thresholds.longer_than_hours * hour
            ? [{ id, start, properties }]
            : [],
        )
        .toSorted((a, b) => a.start - b.start)
        .map(({ id, start, properties }) => ({
          id,
          name_label: properties?.name ?? "",
          facts: {
            started_at: iso(Math.floor(start / 1000)),
            running_hours: Math.floor((now - start) / hour),
            progress_percent: properties?.progress,
            object_type: properties?.objectType,
            object_id: properties?.objectId,
          },
        })),
    };
  },
});
