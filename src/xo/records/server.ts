import * as z from "zod";

/** The connection of XO to a pool. */
export const Server = z.object({
  id: z.string(),
  label: z.string().nullish(),
  host: z.string().nullish(),
  enabled: z.boolean().nullish(),
  /** connected, connecting or disconnected; connected also while nothing is shown yet, or nothing comes. */
  status: z.string().nullish(),
  poolNameLabel: z.string().nullish(),
  /** Only while it is connected. */
  poolId: z.string().nullish(),
  /**
   * An object in some versions, a text in others: of the last failed try to connect; beside
   * `connected`, of the last failed fetch of events, after five minutes without one.
   */
  error: z.unknown().optional(),
});
