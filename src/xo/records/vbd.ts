import * as z from "zod";

/** The link between a VM and a disk. */
export const Vbd = z.object({
  id: z.string(),
  VM: z.string().nullish(),
  VDI: z.string().nullish(),
  device: z.string().nullish(),
  position: z.string().nullish(),
  attached: z.boolean().nullish(),
  bootable: z.boolean().nullish(),
  read_only: z.boolean().nullish(),
  is_cd_drive: z.boolean().nullish(),
});
