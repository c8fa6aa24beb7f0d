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
  /** Unix seconds. */
  startTime: z.number().nullish(),
  /** Whether what was installed is not what runs. */
  rebootRequired: z.boolean().nullish(),
  /** This one value alone: what else is in the map may be secret. */
  otherConfig: z
    .object({
      /** Unix seconds as text, with a fraction. */
      rpm_patch_installation_time: z.string().nullish(),
    })
    .nullish(),
  /** Absent where the hypervisor is older than XAPI's own certificates. */
  certificates: z
    .array(
      z.object({
        /** Unix seconds. */
        notAfter: z.number().nullish(),
      }),
    )
    .nullish(),
  /** Unix seconds; in 2099 for XCP-ng, which needs none. */
  license_expiry: z.number().nullish(),
});
