import * as z from "zod";

/** A GPU of a host. REST has no collection of vGPUs nor of their types: only their ids are told. */
export const Pgpu = z.object({
  id: z.string(),
  /** The PCI device that it is. */
  pci: z.string().nullish(),
  /** enabled, disabled, or one of them from the next reboot on (disable_on_reboot, enable_on_reboot). */
  dom0Access: z.string().nullish(),
  isSystemDisplayDevice: z.boolean().nullish(),
  /** The vGPUs on it, of VMs that run. */
  vgpus: z.array(z.string()).nullish(),
  $host: z.string().nullish(),
  $pool: z.string().nullish(),
});
