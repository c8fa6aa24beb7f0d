import * as z from "zod";

export const VmSnapshot = z.object({
  id: z.string(),
  name_label: z.string().default(""),
  /** Unix seconds. */
  snapshot_time: z.number().nullish(),
  $snapshot_of: z.string().nullish(),
});
