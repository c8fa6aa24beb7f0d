import * as z from "zod";

/** A storage repository. */
export const Sr = z.object({
  id: z.string(),
  name_label: z.string().default(""),
  SR_type: z.string().nullish(),
  content_type: z.string().nullish(),
  shared: z.boolean().nullish(),
  /** Bytes; 0 or -1 for drives and other storage that holds nothing of its own. */
  size: z.number().nullish(),
  /** Bytes in use on the medium. */
  physical_usage: z.number().nullish(),
  $pool: z.string().nullish(),
});
