import * as z from "zod";

/** A storage repository. */
export const Sr = z.object({
  id: z.string(),
  name_label: z.string().default(""),
  name_description: z.string().nullish(),
  SR_type: z.string().nullish(),
  /** iso for libraries and drives; user or empty for the rest. */
  content_type: z.string().nullish(),
  /** What it was made as: not whether every host has a link to it. */
  shared: z.boolean().nullish(),
  /** Bytes; 0 for drives, -1 for what XAPI has not scanned yet: see `spaceOf` in `src/estate/space.ts`. */
  size: z.number().nullish(),
  /**
   * Bytes in use: after a scan the size less what is free, of whatever lies on the medium, so on an
   * export that others share theirs too (xapi_sr.ml, `scan`).
   */
  physical_usage: z.number().nullish(),
  /**
   * Bytes promised: the virtual sizes of all that lies there, snapshots and hidden bases included
   * (xapi_sr.ml, `scan`), so a disk with one snapshot counts three times.
   */
  usage: z.number().nullish(),
  /** thin or thick, from a table by type; absent or unknown for those that are not in it. */
  allocationStrategy: z.string().nullish(),
  /** XO's own mark. It unplugged all links then; a host that starts plugs its own again. */
  inMaintenanceMode: z.boolean().nullish(),
  $pool: z.string().nullish(),
  /**
   * Ids of its links to hosts, told whether the account may see those or not. Empty: no host knows how
   * to reach it, and its figures are of the time when one did.
   */
  $PBDs: z.array(z.string().nullable()).nullish(),
  /** The pool of a shared storage and of one without any link, the host of a local one. */
  $container: z.string().nullish(),
});
