import * as z from "zod";

/** What is used of XO's own dashboard, which comes piece by piece. Any part may be empty or an error. */
export const DashboardPiece = z.object({
  backupRepositories: z
    .object({
      /** All enabled repositories but those on S3, which have no size, taken together. */
      other: z
        .object({
          /** Bytes. */
          size: z.object({ total: z.number().nullish(), used: z.number().nullish() }),
        })
        .nullish(),
    })
    .optional()
    .catch(undefined),
  missingPatches: z
    .object({
      /** Hosts, down ones too, at which XO failed to look; absent where it may not look at all. */
      nHostsFailed: z.number().nullish(),
      /** Hosts of a version without support, of all pools; an XO from the sources has an object here. */
      nHostsEol: z.number().nullish().catch(undefined),
    })
    .optional()
    .catch(undefined),
});
