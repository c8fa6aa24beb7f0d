import * as z from "zod";

/** Where backups are written to. Its address holds credentials, and so may its error: neither is shown. */
export const BackupRepository = z.object({
  id: z.string(),
  name: z.string().default(""),
  /** A disabled one is left out of the runs of its jobs without a word, unless no usable one is left. */
  enabled: z.boolean().nullish(),
  /**
   * Empty, an object or a text: of XO's last test or mount, which it does not date. A good run since
   * does not clear it (xo-server, remotes.mjs).
   */
  error: z.unknown().optional(),
});
