import * as z from "zod";

/** When a backup job runs. */
export const Schedule = z.object({
  id: z.string(),
  name: z.string().nullish(),
  enabled: z.boolean().nullish(),
  jobId: z.string().nullish(),
});
