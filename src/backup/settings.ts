import * as z from "zod";

const count = z.number().nullish().catch(undefined);
const flag = z.boolean().nullish().catch(undefined);
const text = z.string().nullish().catch(undefined);
const texts = z.array(z.string()).nullish().catch(undefined);
const kept = z.object({ retention: count }).nullish().catch(undefined);

/** What may be set of a backup job: these and no others. */
const Settings = z.object({
  concurrency: count,
  nRetriesVmBackupFailures: count,
  /** Milliseconds; 0 for none. */
  timeout: count,
  /** Bytes in a second; 0 for no limit. */
  maxExportRate: count,
  nbdConcurrency: count,
  preferNbd: flag,
  cbtDestroySnapshotData: flag,
  checkpointSnapshot: flag,
  offlineBackup: flag,
  offlineSnapshot: flag,
  deleteFirst: flag,
  mergeBackupsSynchronously: flag,
  reportWhen: text,
  reportRecipients: texts,
  hideSuccessfulItems: flag,
  longTermRetention: z
    .object({ daily: kept, weekly: kept, monthly: kept, yearly: kept })
    .nullish()
    .catch(undefined),
  /** Deltas after which a full backup is made. */
  fullInterval: count,
  exportRetention: count,
  copyRetention: count,
  snapshotRetention: count,
  retentionPoolMetadata: count,
  retentionXoMetadata: count,
  healthCheckSr: text,
  healthCheckVmsWithTags: texts,
});
export type Settings = z.output<typeof Settings>;

/**
 * What is set of a job, or of one of its schedules, of which its own goes before that of the job
 * (_Abstract.mjs). What is absent is XO's default, which its configuration may change.
 */
export function settingsOf(
  { settings }: { settings?: Record<string, unknown> | null | undefined },
  scheduleId = "",
): Settings {
  return { ...told(settings?.[""]), ...told(settings?.[scheduleId]) };
}

function told(settings: unknown): Partial<Settings> {
  const parsed = Settings.safeParse(settings);
  if (!parsed.success) return {};
  return Object.fromEntries(
    Object.entries(parsed.data).filter(([, value]) => value !== undefined && value !== null),
  );
}
