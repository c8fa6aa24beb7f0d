import * as z from "zod";

/** A pool of hosts. */
export const Pool = z.object({
  id: z.string(),
  name_label: z.string().default(""),
  name_description: z.string().nullish(),
  auto_poweron: z.boolean().nullish(),
  HA_enabled: z.boolean().nullish(),
  /** Where new disks go. */
  default_SR: z.string().nullish(),
  suspendSr: z.string().nullish(),
  crashDumpSr: z.string().nullish(),
  /** Where HA keeps its heartbeat. */
  haSrs: z.array(z.string()).nullish(),
});
