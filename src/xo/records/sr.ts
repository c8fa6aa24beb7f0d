import * as z from "zod";

/** A storage repository. */
export const Sr = z.object({
  id: z.string(),
  name_label: z.string().default(""),
  name_description: z.string().nullish(),
  SR_type: z.string().nullish(),
  content_type: z.string().nullish(),
  shared: z.boolean().nullish(),
  /** Bytes; 0 or -1 for drives and other storage that holds nothing of its own. */
  size: z.number().nullish(),
  /** Bytes in use on the medium. */
  physical_usage: z.number().nullish(),
  /**
   * Bytes promised to disks, as the storage itself counts: some drivers count snapshots too, so
   * `src/estate/storage.ts` sums up the disks instead.
   */
  usage: z.number().nullish(),
  /** thin or thick; absent or unknown for some types. */
  allocationStrategy: z.string().nullish(),
  inMaintenanceMode: z.boolean().nullish(),
  $pool: z.string().nullish(),
  /** The pool of a shared storage, the host of a local one. */
  $container: z.string().nullish(),
});
