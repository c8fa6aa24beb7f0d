import * as z from "zod";

/** What runs a backup job. */
export const Schedule = z.object({
  id: z.string(),
  name: z.string().nullish(),
  /** Of its own times: a sequence runs the schedules that it names whether they are enabled or not. */
  enabled: z.boolean().nullish(),
  jobId: z.string().nullish(),
});

/** The same with its times. */
export const TimedSchedule = Schedule.extend({
  /** In XO's own dialect: see `src/backup/cron.ts`. */
  cron: z.string().nullish(),
  /** An IANA name; UTC without one. */
  timezone: z.string().nullish(),
});
