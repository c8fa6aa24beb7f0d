import { fullStorage } from "../full-storage.ts";
import { defineRule } from "../rule.ts";

const thresholds = { from_percent: 80, below_percent: 90 };

export const storageFillingUp = defineRule({
  id: "storage-filling-up",
  severity: "warning",
  title: "Storage that fills up",
  why: "Snapshots and the merging of disks need free space; above 90 % it is urgent (storage-nearly-full).",
  where: "get_sr_details shows what fills it.",
  needs: ["srs"],
  thresholds,
  check: ({ srs }) => fullStorage(srs, thresholds.from_percent, thresholds.below_percent),
});
