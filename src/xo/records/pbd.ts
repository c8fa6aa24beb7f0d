import * as z from "zod";

/** The link between a host and a storage. */
export const Pbd = z.object({
  id: z.string(),
  host: z.string().nullish(),
  SR: z.string().nullish(),
  /** Whether it is plugged, not whether the storage answers. False for every link of a host that is down, which is no fault of the link. */
  attached: z.boolean().nullish(),
  /** Of the link's settings this one alone: the LUN, or several of them with commas between. */
  device_config: z.object({ SCSIid: z.string().nullish() }).nullish(),
  otherConfig: z
    .object({
      /** "true" while the storage manager watches over several paths. */
      multipathed: z.string().nullish(),
    })
    .nullish(),
});
