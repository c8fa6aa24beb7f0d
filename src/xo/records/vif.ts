import * as z from "zod";

/** A virtual network interface. */
export const Vif = z.object({
  id: z.string(),
  /** Its number in the VM, as text. */
  device: z.string().nullish(),
  MAC: z.string().nullish(),
  MTU: z.number().nullish(),
  attached: z.boolean().nullish(),
  $network: z.string().nullish(),
  $VM: z.string().nullish(),
});
