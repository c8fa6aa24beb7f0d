import * as z from "zod";

/** A restore point of a VM in a repository. */
export const BackupArchive = z.object({
  /** The repository's id and a path in it. */
  id: z.string(),
  backupRepository: z.string().nullish(),
  /** Perhaps of another XO that writes there too. */
  jobId: z.string().nullish(),
  scheduleId: z.string().nullish(),
  /** delta or full. */
  mode: z.string().nullish(),
  /** Bytes of its own files: of a delta, without the chain that it needs. */
  size: z.number().nullish(),
  /** Unix milliseconds. */
  timestamp: z.number().nullish(),
  isImmutable: z.boolean().nullish(),
  vm: z.object({ uuid: z.string().nullish(), name_label: z.string().nullish() }).nullish(),
});
