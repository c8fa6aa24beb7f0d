import * as z from "zod";

/** A restore point of a VM in a repository. */
export const BackupArchive = z.object({
  /** The repository's id and a path in it. */
  id: z.string(),
  backupRepository: z.string().nullish(),
  jobId: z.string().nullish(),
  /** delta or full. */
  mode: z.string().nullish(),
  /** Bytes. */
  size: z.number().nullish(),
  /** Unix milliseconds. */
  timestamp: z.number().nullish(),
  isImmutable: z.boolean().nullish(),
  vm: z.object({ uuid: z.string().nullish(), name_label: z.string().nullish() }).nullish(),
});
