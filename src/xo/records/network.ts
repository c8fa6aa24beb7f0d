import * as z from "zod";

export const Network = z.object({
  id: z.string(),
  name_label: z.string().default(""),
  name_description: z.string().nullish(),
  /** What it asks of its interfaces; they have it from their next plugging on. */
  MTU: z.number().nullish(),
  $pool: z.string().nullish(),
});
