import * as z from "zod";

/** A virtual network interface. */
export const Vif = z.object({
  id: z.string(),
  /** Its number in the VM, as text. */
  device: z.string().nullish(),
  MAC: z.string().nullish(),
  /** What it was made with; the network's own may be another by now. */
  MTU: z.number().nullish(),
  /** False of every interface of a VM that is off. */
  attached: z.boolean().nullish(),
  $network: z.string().nullish(),
  $VM: z.string().nullish(),
});
