import * as z from "zod";

/** An update that a host does not have yet: a package of XCP-ng, or a patch of XenServer. */
export const Patch = z.object({
  name: z.string(),
  version: z.string().nullish(),
  release: z.string().nullish(),
  /** What it changes, as its maker tells. */
  changelog: z.object({ description: z.string().nullish() }).nullish(),
  description: z.string().nullish(),
});
