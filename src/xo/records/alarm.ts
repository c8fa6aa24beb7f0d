import * as z from "zod";

/** A message of XAPI that XO takes for an alarm. It is history: it says what was raised, not what is. */
export const Alarm = z.object({
  id: z.string(),
  /** ALARM, BOND_STATUS_CHANGED or MULTIPATH_PERIODIC_ALERT. */
  name: z.string().nullish(),
  body: z
    .object({
      /** The measured value times 100, as text; may be "NaN". */
      value: z.string().nullish(),
      /** What was measured, or a whole sentence. */
      name: z.string().nullish(),
    })
    .nullish(),
  /** What it is about; the type is "unknown" once that object is gone. */
  object: z.object({ type: z.string().nullish(), uuid: z.string().nullish() }).nullish(),
  /** Unix milliseconds. */
  time: z.number().nullish(),
  $pool: z.string().nullish(),
});
