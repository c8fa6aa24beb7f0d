import * as z from "zod";

/** A hypervisor. */
export const Host = z.object({
  id: z.string(),
  name_label: z.string().default(""),
  productBrand: z.string().nullish(),
  version: z.string().nullish(),
  /** Running, Halted or Unknown. */
  power_state: z.string().nullish(),
  /** False in maintenance mode: it takes no new VM. */
  enabled: z.boolean().nullish(),
  $pool: z.string().nullish(),
  /** Logical CPUs; XO calls them cores. */
  cpus: z.object({ cores: z.number().nullish() }).nullish(),
  /** Bytes. */
  memory: z.object({ size: z.number().nullish(), usage: z.number().nullish() }).nullish(),
});
