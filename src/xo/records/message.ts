import * as z from "zod";

/** What the hypervisor noted of an object: that it was started, moved, lost. Alarms are not among them. */
export const Message = z.object({
  id: z.string(),
  /** VM_STARTED */
  name: z.string().nullish(),
  body: z.string().nullish(),
  /** Unix seconds by the clock of the host that wrote it. */
  time: z.number().nullish(),
  $object: z.string().nullish(),
  $pool: z.string().nullish(),
});
