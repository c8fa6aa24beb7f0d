import type * as z from "zod";
import type { BackupRepository } from "../xo/records/backup-repository.ts";
import { repositoryProblem } from "./failure.ts";

export type Repository = z.output<typeof BackupRepository>;

/** Whether XO can use a repository, as far as its record tells. */
export interface RepositoryState {
  state: "ready" | "unreachable" | "disabled";
  /** Why not, in one line. */
  reason?: string;
}

export function stateOf({ enabled, error }: Repository): RepositoryState {
  if (enabled === false) return { state: "disabled" };
  const reason = repositoryProblem(error);
  return reason === undefined ? { state: "ready" } : { state: "unreachable", reason };
}
