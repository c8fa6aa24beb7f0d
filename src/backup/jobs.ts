import type * as z from "zod";
import type { Xo } from "../xo/client.ts";
import type { Row } from "../xo/row.ts";
import { definitionsOf } from "../xo/filter/definitions.ts";
import type { BackupJob } from "../xo/records/backup-job.ts";
import { Vm } from "../xo/records/vm.ts";
import { isReplicaBy } from "../estate/replicas.ts";
import { choiceOf, idsOf, isObject, matches, propertiesOf } from "./pattern.ts";

export type Job = z.output<typeof BackupJob>;

const backupTypes = new Set(["backup", "metadataBackup", "mirrorBackup"]);

/** Whether a job backs anything up: an older XO has others among them, such as a call of its API. */
export function isBackupJob({ type }: Pick<Job, "type">): boolean {
  return backupTypes.has(type ?? "backup");
}

/** Whether a job backs up VMs: neither metadata, nor what another job wrote. */
export function isOfVms({ type }: Pick<Job, "type">): boolean {
  return (type ?? "backup") === "backup";
}

/** Whether a job keeps nothing but snapshots, which lie where the disks lie and are lost with them. */
export function keepsSnapshotsOnly(job: Pick<Job, "type" | "remotes" | "srs">): boolean {
  const isNone = (pattern: unknown) => !isObject(pattern) || idsOf(pattern)?.length === 0;
  return isOfVms(job) && isNone(job.remotes) && isNone(job.srs);
}

/** What of a VM decides whether it is backed up. */
export const BackedUpVm = Vm.pick({
  id: true,
  name_label: true,
  power_state: true,
  tags: true,
  $pool: true,
  blockedOperations: true,
  current_operations: true,
  other: true,
});
export type BackedUpVm = z.output<typeof BackedUpVm>;

/** VMs, held against what jobs cover. */
export interface Candidates {
  vms: readonly BackedUpVm[];
  /** Whether a job covers a VM; nothing where its pattern looks at what was not read. */
  covers(job: Job, vm: BackedUpVm): boolean | undefined;
  /** Whether a job would, but for a tag of the VM or but for its power state. */
  misses(job: Job, vm: BackedUpVm): { tag?: string; unless?: string } | undefined;
}

/** Fields that a pattern can be held against without asking for more. Of `other` one value was read. */
const known = new Set([...Object.keys(BackedUpVm.omit({ other: true }).shape), "uuid", "type"]);

/**
 * Judges which VMs jobs cover by what was read.
 * @param more further fields of the VMs, and their records
 */
export function candidatesFrom(
  vms: readonly BackedUpVm[],
  more: { fields: readonly string[]; rows: readonly Row[] } = { fields: [], rows: [] },
): Candidates {
  const rowById = new Map(more.rows.map((row) => [row["id"], row]));
  const whole = new Map(
    vms.map((vm) => [vm.id, { ...rowById.get(vm.id), ...vm, uuid: vm.id, type: "VM" }]),
  );
  const judgeOf = (job: Job): Judge => {
    if (!isObject(job.vms) || !isOfVms(job)) return never;
    const ids = idsOf(job.vms);
    if (ids !== undefined) {
      const listed = new Set(ids);
      // XO takes ids as they are, whatever the tags: backups-ng/index.mjs.
      return { ...never, covers: ({ id }) => listed.has(id) };
    }
    const untold = propertiesOf(job.vms).some(
      (name) => !known.has(name) && !more.fields.includes(name),
    );
    if (untold) return { ...never, covers: () => undefined };
    const fits = (vm: BackedUpVm, power_state = vm.power_state) =>
      matches(job.vms, { ...whole.get(vm.id), power_state }) && !isReplicaBy(job.id, vm);
    return {
      covers: (vm) => fits(vm) && noBakTag(vm) === undefined,
      misses: (vm) => {
        const tag = noBakTag(vm);
        if (tag !== undefined) return fits(vm) ? { tag } : undefined;
        const unless = fits(vm)
          ? undefined
          : ["Running", "Halted"].find((state) => fits(vm, state));
        return unless === undefined ? undefined : { unless };
      },
    };
  };
  const judges = new Map<Job, Judge>();
  const of = (job: Job): Judge => {
    const judge = judges.get(job) ?? judgeOf(job);
    judges.set(job, judge);
    return judge;
  };
  return {
    vms,
    covers: (job, vm) => of(job).covers(vm),
    misses: (job, vm) => of(job).misses(vm),
  };
}

interface Judge {
  covers(vm: BackedUpVm): boolean | undefined;
  misses(vm: BackedUpVm): ReturnType<Candidates["misses"]>;
}

const never: Judge = { covers: () => false, misses: () => undefined };

/** The same, after asking for whatever else the patterns look at: usually nothing. */
export async function judgeJobs(
  xo: Xo,
  jobs: readonly Job[],
  vms: readonly BackedUpVm[],
): Promise<Candidates> {
  const looked = new Set(jobs.flatMap(({ vms: pattern }) => propertiesOf(pattern)));
  // What is not on the list of what is shown may hold credentials, and is never asked for.
  const { names } = await definitionsOf("vms");
  const fields = [...looked].filter((name) => !known.has(name) && names.has(name));
  const rows = fields.length === 0 ? [] : await xo.raw("vms", ["id", ...fields]);
  return candidatesFrom(vms, { fields, rows });
}

/**
 * The tag that keeps a VM out of the backups in smart mode, and of no other: xo:no-bak, or
 * xo:no-bak=<reason>.
 */
export function noBakTag({ tags }: Pick<BackedUpVm, "tags">): string | undefined {
  return tags?.find((tag) => tag.split("=", 1)[0] === "xo:no-bak");
}

/** Which VMs a job is for, in words. */
export function selectionOf(
  job: Pick<Job, "vms">,
  poolNames: ReadonlyMap<string, string>,
): string | undefined {
  if (!isObject(job.vms)) return undefined;
  const ids = idsOf(job.vms);
  if (ids !== undefined) return `${ids.length} VM${ids.length === 1 ? "" : "s"} by id`;
  const parts = Object.entries(job.vms).flatMap(([name, pattern]: [string, unknown]) =>
    name === "type" ? [] : partOf(name, pattern, poolNames),
  );
  return `smart mode: ${parts.length === 0 ? "every VM" : parts.join("; ")}`;
}

/** What smart mode selects by; a pattern by anything else was written by hand, and may hold anything. */
const nouns: Record<string, string> = { $pool: "pool", power_state: "state", tags: "tag" };

function partOf(name: string, pattern: unknown, poolNames: ReadonlyMap<string, string>): string[] {
  const noun = nouns[name] ?? name;
  const choice = noun === name ? undefined : choiceOf(pattern);
  if (choice === undefined) return [`${noun} by a pattern written by hand`];
  const list = (values: string[]) =>
    values
      .map((value) => (name === "$pool" ? (poolNames.get(value) ?? value) : value))
      .join(" or ");
  return [
    ...(choice.any.length === 0 ? [] : [`${noun} ${list(choice.any)}`]),
    ...(choice.none.length === 0 ? [] : [`not ${noun} ${list(choice.none)}`]),
  ];
}
