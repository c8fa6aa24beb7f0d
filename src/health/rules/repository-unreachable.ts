import { failedRepositories } from "../failed-repositories.ts";
import { defineRule } from "../rule.ts";

export const repositoryUnreachable = defineRule({
  id: "repository-unreachable",
  severity: "critical",
  title: "Backup repositories that XO could not test or mount",
  why: "Its last test or mount failed, XO does not tell when, and no restore point is listed there now: while that is so no backup is written there, and none can be restored from there.",
  where: "XO: Settings, Remotes. list_backup_jobs names the jobs that write there.",
  needs: ["backup-repositories"],
  names: ["backup-archives"],
  check(holdings) {
    return { found: failedRepositories(holdings, false) };
  },
});
