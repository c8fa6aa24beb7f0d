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
  /** The proxy of XO that does the work; the run may go on there when XO is stopped. */
  proxyId: z.string().nullish(),
  /**
   * pending, success, failure, skipped or interrupted. Of the whole: one failed VM makes a failure.
   * XO drops the steps and VMs of runs older than 31 days when it starts (mixins/Tasks.mjs), and what
   * is left reads success, whatever became of the VMs.
   */
  status: z.string().nullish(),
  /** Unix milliseconds. */
  start: z.number().nullish(),
  end: z.number().nullish(),
  /** One of them, with the message "vms", has the VMs of the run: of a mirror, all of its source. */
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
