import * as z from "zod";

/** The connection of XO to a pool. */
export const Server = z.object({
  id: z.string(),
  label: z.string().nullish(),
  host: z.string().nullish(),
  enabled: z.boolean().nullish(),
  /** connected, connecting or disconnected. */
  status: z.string().nullish(),
  poolNameLabel: z.string().nullish(),
  /** Only while it is connected. */
  poolId: z.string().nullish(),
  /** An object in some versions, a text in others. */
  error: z.unknown().optional(),
});
