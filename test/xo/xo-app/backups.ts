import type { Estate, StoredRecord } from "../estate/estate.ts";
import { find } from "./stored.ts";

type Filter = (log: StoredRecord) => boolean;

/** Archives by VM. */
type Listing = Record<string, StoredRecord[]>;

/** Jobs, their schedules and runs, and the repositories with what lies in them. */
export function backupMembers(estate: Estate) {
  const { archives, jobs, remotes, remotesInfo, schedules, sequences, unlisted } = estate;
  const listings = new Map<string, { until: number; listing: Listing }>();
  // XO keeps the runs of backups and of restores in one log.
  const logs = [...estate.backupLogs, ...estate.restoreLogs].toSorted(
    (a, b) => Number(a.start) - Number(b.start),
  );

  const backupBytes = (remoteId: string): number =>
    [...(archives.get(remoteId)?.values() ?? [])]
      .flat()
      .reduce((sum, { size }) => sum + (typeof size === "number" ? size : 0), 0);

  return {
    getAllJobs: async (type?: string) =>
      type === undefined ? jobs : jobs.filter((job) => job.type === type),
    getJob: async (id: string) => find(jobs, id, "job"),
    getAllSchedules: async () => schedules,
    getSchedule: async (id: string) => find(schedules, id, "schedule"),
    /** The enabled schedule of a sequence that runs this one in turn. */
    findEnabledScheduleSequenceFromSchedule: async (id: string) => {
      const ids = sequences.flatMap((each) => (JSON.stringify(each).includes(id) ? [each.id] : []));
      return schedules.find(({ enabled, jobId }) => enabled === true && ids.includes(`${jobId}`));
    },
    getBackupNgLogs: async (id: string) => find(logs, id, "backup-log"),
    getBackupNgLogsSorted: async ({ filter = () => true }: { filter?: Filter } = {}) =>
      logs.filter(filter),
    getAllRemotes: async () => remotes,
    getRemote: async (id: string) => find(remotes, id, "remote"),
    getAllRemotesInfo: async () => Object.fromEntries(remotesInfo),
    getTotalBackupSizeOnRemote: async (id: string) => ({ onDisk: backupBytes(id) }),
    pingRemote: async (id: string) => {
      const { error } = find(remotes, id, "remote");
      return archives.has(id) ? { success: true } : { success: false, error };
    },
    /**
     * A repository that cannot be listed is null here, and the REST API then leaves it out. A listing is
     * kept for a minute by the repository alone, whatever VM it was made for.
     */
    listVmBackupsNg: async (ids: string[], { vmId }: { vmId?: string } = {}) =>
      Object.fromEntries(
        ids.map((id) => {
          const kept = listings.get(id);
          if (kept !== undefined && kept.until > Date.now()) return [id, kept.listing];
          const byVm = unlisted.has(id) ? undefined : archives.get(id);
          if (byVm === undefined) return [id, null];
          const entries = [...byVm].filter(([vm]) => vmId === undefined || vm === vmId);
          const listing = Object.fromEntries(entries);
          listings.set(id, { until: Date.now() + 60_000, listing });
          return [id, listing];
        }),
      ),
  };
}
