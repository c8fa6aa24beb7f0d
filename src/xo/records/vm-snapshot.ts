import * as z from "zod";

export const VmSnapshot = z.object({
  id: z.string(),
  name_label: z.string().default(""),
  /** Unix seconds. */
  snapshot_time: z.number().nullish(),
  /** Absent once the VM is gone; a template when the VM was made one. */
  $snapshot_of: z.string().nullish(),
  $pool: z.string().nullish(),
  $VBDs: z.array(z.string()).nullish(),
  /** The disk with its memory, which no link leads to; absent where it was taken without. */
  suspendVdi: z.string().nullish(),
  /** Suspended of one taken with memory, Halted of the others. */
  power_state: z.string().nullish(),
  /** The marks of XO's backups, and of nothing else: the rest of `other` is never asked for. */
  other: z
    .object({
      "xo:backup:job": z.string().nullish(),
      "xo:backup:schedule": z.string().nullish(),
    })
    .nullish(),
});
