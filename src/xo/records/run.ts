import * as z from "zod";

/**
 * A run of a backup job, or a restore, without its tree of tasks: that is megabytes for a large job,
 * and holds secrets.
 */
export const Run = z.object({
  id: z.string(),
  jobId: z.string().nullish(),
  /** Absent for a restore. */
  jobName: z.string().nullish(),
  scheduleId: z.string().nullish(),
  /**
   * pending, success, failure, skipped or interrupted. Of the whole: one failed VM makes a failure.
   * XO drops the steps of runs older than a month, and what is left may read success.
   */
  status: z.string().nullish(),
  /** Unix milliseconds. */
  start: z.number().nullish(),
  end: z.number().nullish(),
  /** One of them, with the message "vms", has the VMs of the run. */
  infos: z
    .array(
      z.object({
        message: z.string().nullish(),
        data: z
          .object({ vms: z.array(z.string()).catch([]).nullish() })
          .catch({})
          .nullish(),
      }),
    )
    .catch([])
    .nullish(),
});
