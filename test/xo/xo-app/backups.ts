import type { Estate, StoredRecord } from "../estate/estate.ts";
import { find } from "./stored.ts";

type Filter = (log: StoredRecord) => boolean;

/** Jobs, their schedules and runs, and the repositories with what lies in them. */
export function backupMembers(estate: Estate) {
  const { archives, jobs, remotes, remotesInfo, schedules } = estate;
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
    /** The estate has no sequences, jobs that run other jobs' schedules in turn. */
    findEnabledScheduleSequenceFromSchedule: async () => undefined,
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
    /** A repository that cannot be reached is null here, and the REST API then leaves it out. */
    listVmBackupsNg: async (ids: string[], { vmId }: { vmId?: string } = {}) =>
      Object.fromEntries(
        ids.map((id) => {
          const byVm = archives.get(id);
          if (byVm === undefined) return [id, null];
          const entries = [...byVm].filter(([vm]) => vmId === undefined || vm === vmId);
          return [id, Object.fromEntries(entries)];
        }),
      ),
  };
}
