import * as z from "zod";

/** A virtual disk. */
export const Vdi = z.object({
  id: z.string(),
  name_label: z.string().default(""),
  name_description: z.string().nullish(),
  /** user or system; suspend, ha_statefile, metadata, cbt_metadata and so on for XAPI's own. */
  VDI_type: z.string().nullish(),
  /** Bytes the guest sees. */
  size: z.number().nullish(),
  /** Bytes on the storage, of its own leaf alone: under a snapshot only what was written since. */
  usage: z.number().nullish(),
  /**
   * The same with all that it is layered on, hidden bases that clones share included; since XO 6.4,
   * not for a disk's snapshot, and the leaf alone where the storage tells no parents.
   */
  chainPhysicalUsage: z.number().nullish(),
  image_format: z.string().nullish(),
  /** The storage no longer has what the record describes. */
  missing: z.boolean().nullish(),
  /** By task of XAPI: what is being done with it, as a copy or a migration. */
  current_operations: z.record(z.string(), z.string()).nullish(),
  $SR: z.string().nullish(),
  $pool: z.string().nullish(),
  /** Its links to VMs, templates, snapshots and control domains. */
  $VBDs: z.array(z.string()).nullish(),
});
