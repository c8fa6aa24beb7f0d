import * as z from "zod";

/** A pool of hosts. */
export const Pool = z.object({
  id: z.string(),
  name_label: z.string().default(""),
  name_description: z.string().nullish(),
  auto_poweron: z.boolean().nullish(),
  HA_enabled: z.boolean().nullish(),
});
