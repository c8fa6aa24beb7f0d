import { stateOf } from "../../backup/repositories.ts";
import { defineRule } from "../rule.ts";

export const repositoryUnreachable = defineRule({
  id: "repository-unreachable",
  severity: "critical",
  title: "Backup repositories that XO cannot reach",
  why: "No backup is written there, and none can be restored from there.",
  where: "XO: Settings, Remotes. list_backup_jobs names the jobs that write there.",
  needs: ["backup-repositories"],
  check(holdings) {
    return {
      found: holdings["backup-repositories"].flatMap((repository) => {
        const { state, reason } = stateOf(repository);
        // What an administrator disabled is no failure.
        if (state !== "unreachable") return [];
        return [{ id: repository.id, name_label: repository.name, facts: { reason } }];
      }),
    };
  },
});
