import * as z from "zod";

const consumer = z.object({
  id: z.string(),
  name_label: z.string().default(""),
  /** Null when XO has no figure for it. */
  percent: z.number().nullish(),
});

export type Consumer = z.output<typeof consumer>;

/** XO's own counts by state; `total` is of all that there are, whatever the account may see. */
const counted = z.object({ total: z.number().nullish() }).nullish().catch(undefined);

const consumers = z.array(consumer).catch([]).nullish();

/**
 * What is used of XO's own dashboard of one pool; any part may be missing, expired or an error. Its
 * counts and alarms are read from the collections, which tell more.
 */
export const PoolDashboard = z.object({
  hosts: z
    .object({
      status: counted,
      topFiveUsage: z.object({ ram: consumers, cpu: consumers }).partial().nullish(),
      missingPatches: z
        .object({
          hasAuthorization: z.boolean().nullish(),
          missingPatches: z.array(z.object({ name: z.string() })).nullish(),
          error: z.boolean().nullish(),
        })
        .nullish(),
    })
    .partial()
    .nullish(),
  vms: z
    .object({
      status: counted,
      topFiveUsage: z
        .object({ ram: consumers, cpu: consumers, isExpired: z.boolean().nullish() })
        .partial()
        .nullish(),
    })
    .partial()
    .nullish(),
  srs: z
    .object({
      topFiveUsage: z
        .array(
          consumer.extend({ physical_usage: z.number().nullish(), size: z.number().nullish() }),
        )
        .catch([])
        .nullish(),
    })
    .partial()
    .nullish(),
  cpuProvisioning: z
    .object({ total: z.number(), assigned: z.number(), percent: z.number().nullish() })
    .nullish(),
});

export type PoolDashboard = z.output<typeof PoolDashboard>;
