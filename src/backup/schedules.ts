import type * as z from "zod";
import type { TimedSchedule } from "../xo/records/schedule.ts";
import { parseCron } from "./cron.ts";
import type { Run } from "./runs.ts";

export type Schedule = z.output<typeof TimedSchedule>;

/** What sees to it that jobs run. */
export interface Runners {
  /** Jobs that an enabled schedule runs. */
  scheduled: ReadonlySet<string>;
  /**
   * Jobs that no schedule of theirs runs, and that ran lately all the same, while there is an enabled
   * schedule of something else than a backup: perhaps of a sequence, which runs the schedules of
   * others in turn and does not ask whether they are enabled (api/schedule.mjs). XO's API does not
   * show sequences, nor who started a run.
   */
  perhaps: ReadonlySet<string>;
  /** Those and all others of which only their runs tell that no sequence runs them. */
  sequenceable: ReadonlySet<string>;
  /** Whether something runs a job, or perhaps does. */
  mayRun(jobId: string | null | undefined): boolean;
  /** Whether a schedule runs by itself; also one that a run does not name. */
  isOn(scheduleId: string | undefined): boolean;
  /** Why no schedule runs a job that is neither: a clause. */
  reasonOf(jobId: string): string;
}

/** How long ago a run is lately, in milliseconds: a sequence runs once a week or more often. */
const lately = 8 * 86_400_000;

/**
 * @param jobs all backup jobs; nothing where the account may not see all, for then the job of a
 * schedule may be a hidden one
 * @param runs nothing when they could not be read
 */
export function runnersOf(
  schedules: readonly Schedule[],
  jobs: readonly { id: string }[] | undefined,
  runs: readonly Run[] | undefined,
  now: number,
): Runners {
  const own = Map.groupBy(schedules, ({ jobId }) => jobId ?? "");
  const scheduled = new Set(
    schedules.flatMap(({ jobId, ...rest }) => (jobId && doesRun(rest) ? [jobId] : [])),
  );
  const ids = new Set(jobs?.map(({ id }) => id));
  const others = jobs === undefined ? [] : schedules.filter(({ jobId }) => !ids.has(jobId ?? ""));
  const recent = new Set(
    runs?.flatMap(({ jobId, start }) => (jobId && (start ?? 0) >= now - lately ? [jobId] : [])),
  );
  const sequenceable = new Set(
    others.some(doesRun) ? [...ids].filter((id) => own.has(id) && !scheduled.has(id)) : [],
  );
  const perhaps = sequenceable.intersection(recent);
  return {
    scheduled,
    perhaps,
    sequenceable,
    mayRun: (id) => scheduled.has(id ?? "") || perhaps.has(id ?? ""),
    isOn: (id) => id === undefined || schedules.some((each) => each.id === id && doesRun(each)),
    reasonOf: (jobId) => {
      const schedule = own.get(jobId)?.find((each) => each.enabled === true) ?? own.get(jobId)?.[0];
      if (schedule === undefined) return "it has no schedule";
      return isRefused(schedule)
        ? `XO refuses the times of its schedule (${schedule.cron}), so it never runs`
        : "its schedule is disabled";
    },
  };
}

/**
 * Whether a schedule runs a job; nothing where that cannot be told.
 * @param seesRunners whether all is seen that tells what runs a job: without, only seemingly nothing does
 */
export function isScheduled(
  jobId: string,
  { scheduled, perhaps }: Runners,
  seesRunners: boolean,
): boolean | undefined {
  if (scheduled.has(jobId)) return true;
  return perhaps.has(jobId) || !seesRunners ? undefined : false;
}

function doesRun(schedule: Pick<Schedule, "enabled" | "cron">): boolean {
  return schedule.enabled === true && !isRefused(schedule);
}

/** Whether XO keeps a schedule but cannot read its times: it starts it never (scheduling.mjs). */
export function isRefused({ cron }: Pick<Schedule, "cron">): boolean {
  return typeof cron === "string" && parseCron(cron) === undefined;
}
