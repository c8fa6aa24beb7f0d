import { type Origin, type OriginOf, origins } from "../estate/job-origin.ts";
import { sumOf } from "../estate/sum-of.ts";
import { toSecond } from "../time.ts";
import { cleanText } from "../untrusted.ts";
import type { Archive, Content } from "./archives.ts";

/** What archives are described with; what XO did not give is absent. */
export interface Known {
  /** Names by id. */
  vms: ReadonlyMap<string, string> | undefined;
  jobs: ReadonlyMap<string, string> | undefined;
  repositories: ReadonlyMap<string, string>;
  /** Whether a VM that is not seen is gone. */
  seesVms: boolean;
  originOf: OriginOf;
}

const hour = 3_600_000;

/** A name that one can read, not one of blanks. */
function readable(name: string | null | undefined): string | undefined {
  return name && cleanText(name).trim() !== "" ? name : undefined;
}

/** A restore point as a person would describe it. */
export function describeArchive(archive: Archive, known: Known, now: number) {
  const { id, vm, jobId, timestamp, backupRepository } = archive;
  const vmName = known.vms?.get(vm?.uuid ?? "");
  const before = readable(vm?.name_label);
  const since = readable(vmName);
  const origin = known.originOf(jobId, timestamp);
  return {
    vm: before ?? since ?? vm?.uuid,
    vm_id: vm?.uuid,
    // An archive keeps the name that its VM had.
    renamed_to: before !== undefined && before !== since ? since : undefined,
    vm_state: known.vms && stateOfVm(vmName, origin, known.seesVms),
    taken_at: toSecond(timestamp),
    age_hours: timestamp ? Math.max(0, Math.floor((now - timestamp) / hour)) : undefined,
    mode: archive.mode,
    size_bytes: archive.size,
    immutable: archive.isImmutable === true,
    repository: known.repositories.get(backupRepository ?? "") ?? backupRepository,
    job: known.jobs?.get(jobId ?? "") ?? jobId,
    job_state: known.jobs && origins[origin],
    id,
  };
}

/** A VM that no job of this XO is known to have backed up may never have been here. */
function stateOfVm(name: string | undefined, origin: Origin, seesVms: boolean): string {
  if (name !== undefined) return "present";
  if (!seesVms) return "not seen";
  if (origin === "present" || origin === "gone") return "gone";
  return "not in this XO: gone, or another XO's";
}

/**
 * What one repository holds.
 * @param doubt why what is listed may not be all
 */
export function describeContent({ repository, archives, unread }: Content, doubt?: string) {
  return {
    repository: repository.name,
    id: repository.id,
    ...(unread === undefined
      ? {
          restore_points: archives.length,
          size_bytes: sumOf(archives, ({ size }) => size),
          doubtful: doubt,
        }
      : { not_read: unread }),
  };
}
