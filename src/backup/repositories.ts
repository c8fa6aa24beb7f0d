import type * as z from "zod";
import type { BackupRepository } from "../xo/records/backup-repository.ts";
import { repositoryProblem } from "./failure.ts";

export type Repository = z.output<typeof BackupRepository>;

/**
 * What the record of a repository tells: `failed` is XO's last test or mount, whenever that was; good
 * runs since do not clear it (xo-mixins/remotes.mjs).
 */
export interface RepositoryState {
  state: "ready" | "failed" | "disabled";
  /** Why not, in one line. */
  reason?: string;
}

export function stateOf({ enabled, error }: Repository): RepositoryState {
  if (enabled === false) return { state: "disabled" };
  const reason = repositoryProblem(error);
  return reason === undefined ? { state: "ready" } : { state: "failed", reason };
}
