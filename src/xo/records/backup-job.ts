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

/** The same with how it is set up. */
export const ConfiguredJob = BackupJob.extend({
  /** Of full backups: native, zstd, or empty for none. */
  compression: z.string().nullish(),
  /** The proxy of XO that does the work. */
  proxy: z.string().nullish(),
  /** Under "" the job's own, under the id of a schedule what that one has of its own. */
  settings: z.record(z.string(), z.unknown()).nullish().catch(undefined),
});
