import * as z from "zod";

/** A virtual disk. */
export const Vdi = z.object({
  id: z.string(),
  name_label: z.string().default(""),
  /** Bytes the guest sees. */
  size: z.number().nullish(),
  /** Bytes on the storage. */
  usage: z.number().nullish(),
  image_format: z.string().nullish(),
  missing: z.boolean().nullish(),
  $SR: z.string().nullish(),
});
