import * as z from "zod";

/** Something that XO does or did. Its parameters and its result may hold secrets: they are never asked for. */
export const Task = z.object({
  id: z.string(),
  /** pending, success, failure or interrupted; pending also of what nothing works on any more. */
  status: z.string().nullish(),
  /** Unix milliseconds. */
  start: z.number().nullish(),
  end: z.number().nullish(),
  properties: z
    .object({
      name: z.string().nullish(),
      /** What it is about, as far as it tells. */
      objectId: z.string().nullish(),
      objectType: z.string().nullish(),
      /** Percent; absent of most, and no measure of time. */
      progress: z.number().nullish(),
    })
    .nullish(),
});
