import { defineRule } from "../rule.ts";

export const repositoryNearlyFull = defineRule({
  id: "repository-nearly-full",
  severity: "warning",
  title: "Backup repositories that are nearly full",
  why: "When one is full, backups to it fail.",
  where: "XO: Settings, Remotes. list_backup_runs tells of runs that failed for want of space.",
  needs: ["backup-repositories"],
  check(holdings) {
    const inUse = holdings["backup-repositories"].filter(({ enabled }) => enabled !== false);
    return {
      found: [],
      unknown:
        inUse.length === 0 ? undefined : "XO's REST API does not tell how full a repository is",
    };
  },
});
