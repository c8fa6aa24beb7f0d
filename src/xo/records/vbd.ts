import * as z from "zod";

/** The link between a VM and a disk. */
export const Vbd = z.object({
  id: z.string(),
  VM: z.string().nullish(),
  /** Absent for an empty drive. */
  VDI: z.string().nullish(),
  /** As the guest sees it (xvda); absent while it is not plugged. */
  device: z.string().nullish(),
  position: z.string().nullish(),
  /** False of every link of a VM that is off, and of a snapshot's. */
  attached: z.boolean().nullish(),
  /** Read for paravirtual guests alone; others boot by `boot.order`. */
  bootable: z.boolean().nullish(),
  read_only: z.boolean().nullish(),
  is_cd_drive: z.boolean().nullish(),
});
