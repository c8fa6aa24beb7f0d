import type { Run } from "./runs.ts";

/** No backup is expected to take longer, in hours. */
export const mostHours = 48;

/**
 * Whether a run that XO takes for going on has no end to be seen. While it stands, each further run
 * of its job fails at once as "already running" (jobs/index.mjs).
 */
export function withoutEnd({ status, start }: Run, now: number): boolean {
  return status === "pending" && (start ?? now) < now - mostHours * 3_600_000;
}
