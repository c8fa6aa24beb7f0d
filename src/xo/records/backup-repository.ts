import * as z from "zod";

/** Where backups are written to. Its address holds credentials, and so may its error: neither is shown. */
export const BackupRepository = z.object({
  id: z.string(),
  name: z.string().default(""),
  enabled: z.boolean().nullish(),
  /** Empty, an object or a text; XO keeps the last one until the repository works again. */
  error: z.unknown().optional(),
});
