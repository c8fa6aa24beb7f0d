import { defineRule } from "../rule.ts";

const thresholds = { from_percent: 90 };

export const repositoryNearlyFull = defineRule({
  id: "repository-nearly-full",
  severity: "warning",
  title: "Backup repositories that are nearly full",
  why: "When one is full, backups to it fail.",
  where: "XO: Settings, Remotes. list_backup_runs tells of runs that failed for want of space.",
  needs: ["backup-repositories", "dashboard"],
  whole: ["backup-repositories"],
  thresholds,
  check(holdings) {
    const inUse = holdings["backup-repositories"].filter(({ enabled }) => enabled !== false);
    const [first] = inUse;
    if (first === undefined) return { found: [] };
    const [space] = holdings.dashboard;
    if (space === undefined) {
      return { found: [], unknown: "XO does not tell how full the repositories are" };
    }
    const percent = Math.round((space.used_bytes / space.total_bytes) * 1000) / 10;
    const alone = inUse.length === 1;
    if (percent >= thresholds.from_percent) {
      const name_label = alone ? first.name : "all repositories together";
      return { found: [{ id: first.id, name_label, facts: { used_percent: percent, ...space } }] };
    }
    // A full one may stand beside an empty one.
    const together = `XO tells the space of all ${inUse.length} repositories together only: ${percent} % used`;
    return { found: [], unknown: alone ? undefined : together };
  },
});
