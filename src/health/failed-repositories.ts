import { stateOf } from "../backup/repositories.ts";
import type { Holdings } from "./holdings.ts";
import type { Found } from "./rule.ts";

/**
 * Repositories whose last test or mount failed. What an administrator disabled is no failure.
 * @param listed whether XO lists restore points there now
 */
export function failedRepositories(
  holdings: Pick<Holdings, "backup-repositories" | "backup-archives">,
  listed: boolean,
): Found[] {
  const known = new Set(holdings["backup-archives"].map(({ id }) => id));
  return holdings["backup-repositories"].flatMap((repository) => {
    const { state, reason } = stateOf(repository);
    if (state !== "failed" || known.has(repository.id) !== listed) return [];
    return [{ id: repository.id, name_label: repository.name, facts: { reason } }];
  });
}
