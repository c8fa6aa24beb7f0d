import type { BackupStep } from "../xo/records/backup-log.ts";

/** What the backup of one VM in a run came to. */
export interface Work {
  /** Unix milliseconds. */
  start?: number | undefined;
  end?: number | undefined;
  /** What was copied to all targets together; nothing where no copy was made, or none is told of. */
  bytes?: number | undefined;
  /** Whether a copy is a whole one. */
  isFull?: boolean | undefined;
}

export function workOf(step: BackupStep): Work {
  const steps = stepsIn(step);
  const sizes = steps.flatMap(({ message, result }) =>
    message === "transfer" ? (result?.size ?? []) : [],
  );
  const kinds = steps.flatMap(({ message, data }) =>
    message === "export" ? (data?.isFull ?? []) : [],
  );
  return {
    start: step.start ?? undefined,
    end: step.end ?? undefined,
    bytes: sizes.length === 0 ? undefined : sizes.reduce((sum, size) => sum + size, 0),
    isFull: kinds.length === 0 ? undefined : kinds.includes(true),
  };
}

/** A check restores what was copied, with a transfer of its own. */
function stepsIn(step: BackupStep): BackupStep[] {
  return step.message === "health check" ? [] : [step, ...(step.tasks ?? []).flatMap(stepsIn)];
}
