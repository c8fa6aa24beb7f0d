import * as z from "zod";

/**
 * A PCI device of a host. XAPI has records of network, storage and display controllers alone
 * (xapi_pci.ml), and REST does not tell whether a device is hidden from the control domain.
 */
export const Pci = z.object({
  id: z.string(),
  /** VGA compatible controller */
  class_name: z.string().nullish(),
  device_name: z.string().nullish(),
  /** Its address on the host: 0000:02:00.0. Other hosts have the same one. */
  pci_id: z.string().nullish(),
  $host: z.string().nullish(),
  $pool: z.string().nullish(),
});
