import { fullStorage } from "../full-storage.ts";
import { defineRule } from "../rule.ts";

const thresholds = { from_percent: 90 };

export const storageNearlyFull = defineRule({
  id: "storage-nearly-full",
  severity: "critical",
  title: "Storage that is nearly full",
  why: "When it is full, VMs on it stop or lose writes, and snapshots and backups fail.",
  where:
    "get_sr_details shows what fills it; list_vdis with state orphan and list_snapshots show what may go.",
  needs: ["srs"],
  thresholds,
  check: ({ srs }) => fullStorage(srs, thresholds.from_percent),
});
