import { idsOf } from "./pattern.ts";
import type { Job } from "./jobs.ts";

type Targets = Pick<Job, "remotes" | "srs" | "sourceRemote">;

/** What a job reads or writes that is no longer in XO. */
export interface GoneTargets {
  repositories: string[];
  storages: string[];
  /** Whether nothing is left to write to, or to read from: then each run fails. */
  all: boolean;
}

/**
 * The targets of a job that XO no longer has. XO leaves them out of a run without a word while another
 * one is usable (backups-ng/index.mjs), so that good runs say nothing of them.
 * @param known ids of all repositories and storages; no storages where some may be out of sight
 */
export function goneTargets(
  { remotes, srs, sourceRemote }: Targets,
  known: { repositories: ReadonlySet<string>; storages?: ReadonlySet<string> | undefined },
): GoneTargets {
  const written = { repositories: idsOf(remotes) ?? [], storages: idsOf(srs) ?? [] };
  const isGone = (kind: keyof typeof written) => (id: string) =>
    id !== "" && known[kind]?.has(id) === false;
  const repositories = written.repositories.filter(isGone("repositories"));
  const storages = written.storages.filter(isGone("storages"));
  const gone = repositories.length + storages.length;
  const noSource = sourceRemote ? !known.repositories.has(sourceRemote) : false;
  return {
    repositories: noSource && sourceRemote ? [...repositories, sourceRemote] : repositories,
    storages,
    all: noSource || (gone > 0 && gone === written.repositories.length + written.storages.length),
  };
}
