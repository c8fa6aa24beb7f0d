import * as z from "zod";

export const Network = z.object({
  id: z.string(),
  name_label: z.string().default(""),
  name_description: z.string().nullish(),
  MTU: z.number().nullish(),
  /** Whether it is the network of a bond. */
  isBonded: z.boolean().nullish(),
  $pool: z.string().nullish(),
});
