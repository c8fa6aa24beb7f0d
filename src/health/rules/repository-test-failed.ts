import { failedRepositories } from "../failed-repositories.ts";
import { defineRule } from "../rule.ts";

export const repositoryTestFailed = defineRule({
  id: "repository-test-failed",
  severity: "warning",
  title: "Backup repositories with an old error, listed now",
  why: "XO keeps the error of its last test or mount without its time, and good runs since do not clear it. Restore points are listed now; whether all works, a new test tells.",
  where: "XO: Settings, Remotes, test it again. list_backup_archives tells what it holds.",
  needs: ["backup-repositories"],
  names: ["backup-archives"],
  check(holdings) {
    return { found: failedRepositories(holdings, true) };
  },
});
