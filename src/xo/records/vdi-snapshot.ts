import { Vdi } from "./vdi.ts";
import * as z from "zod";

/** The state of a virtual disk at some time; as part of a VM's snapshot it has a link to that. */
export const VdiSnapshot = Vdi.omit({ chainPhysicalUsage: true }).extend({
  /** Unix seconds. */
  snapshot_time: z.number().nullish(),
  /** Absent once the disk is gone. */
  $snapshot_of: z.string().nullish(),
});
