import * as z from "zod";

/** What XO backs up, how and to where; its schedules say when. */
export const BackupJob = z.object({
  id: z.string(),
  name: z.string().default(""),
  /** backup, metadataBackup or mirrorBackup. */
  type: z.string().nullish(),
  /** delta or full; absent for metadata. */
  mode: z.string().nullish(),
  /** A pattern over the properties of VMs: `{id: …}` for a list, others are what XO calls smart mode. */
  vms: z.unknown().optional(),
  /** Patterns of ids: `{id: "a"}` or `{id: {__or: ["a", "b"]}}`. */
  remotes: z.unknown().optional(),
  srs: z.unknown().optional(),
  /** Of metadata. */
  pools: z.unknown().optional(),
  xoMetadata: z.boolean().nullish(),
  /** Of a mirror: the repository it copies from. */
  sourceRemote: z.string().nullish(),
});
