import * as z from "zod";

/** A pool of hosts. */
export const Pool = z.object({
  id: z.string(),
  /** Its master's where it has none of its own. */
  name_label: z.string().default(""),
  name_description: z.string().nullish(),
  /** Whether VMs that ask for it are started with their host. */
  auto_poweron: z.boolean().nullish(),
  /** That it is on, not that it could restart everything (its plan is not told). */
  HA_enabled: z.boolean().nullish(),
  /** Where new disks go. */
  default_SR: z.string().nullish(),
  suspendSr: z.string().nullish(),
  crashDumpSr: z.string().nullish(),
  /** Where HA keeps its heartbeat. */
  haSrs: z.array(z.string()).nullish(),
});
