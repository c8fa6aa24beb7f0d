import * as z from "zod";
import { ownBytes } from "../../estate/disks.ts";
import {
  ageDays,
  isOrphan,
  keeperOf,
  lostMemory,
  marksOf,
  originOf,
} from "../../estate/snapshots.ts";
import { sumOf } from "../../estate/sum-of.ts";
import { VmSnapshot } from "../../xo/records/vm-snapshot.ts";
import { columnsOf } from "../column.ts";
import { seldomPool } from "../columns/pool-pair.ts";
import { both } from "../fact.ts";
import { jobNames, scheduleNames } from "../facts/backup.ts";
import { clock } from "../facts/clock.ts";
import { srNames } from "../facts/names.ts";
import { keepings, snapshotDisks, snapshotOwners } from "../facts/snapshots.ts";
import { defineTable, recordsOf } from "../table.ts";

const Taken = VmSnapshot.extend({ name_description: z.string().nullish() });
type Taken = z.output<typeof Taken>;

const { column, joined } = columnsOf<Taken>();

const marks = ["id", "other"] as const;
const keeping = [...marks, "snapshot_time"] as const;
const holding = ["$VBDs", "suspendVdi", "$pool"] as const;
type DisksOf = Awaited<ReturnType<typeof snapshotDisks.in>>;

export const snapshots = defineTable({
  name: "snapshots",
  says: "snapshots of VMs; of their disks see disks.snapshot_id",
  example:
    "select vm, count(*), max(age_days) from snapshots where kept_by = 'nothing' group by vm_id order by 2 desc limit 10",
  from: ["vm-snapshots"],
  read: recordsOf("vm-snapshots", Taken),
  columns: {
    id: column("id", ["id"], ({ id }) => id),
    name: column("text", ["name_label"], (snapshot) => snapshot.name_label),
    description: column("text", ["name_description"], (snapshot) => snapshot.name_description),
    vm: joined(
      snapshotOwners,
      "text",
      ["$snapshot_of"],
      ({ $snapshot_of }, { names }) => names.get($snapshot_of ?? ""),
      { says: "or the template that the VM was made", everyday: true },
    ),
    vm_id: column("id", ["$snapshot_of"], ({ $snapshot_of }) => $snapshot_of, {
      says: "also of a VM that is gone",
    }),
    is_orphan: joined(
      snapshotOwners,
      "flag",
      ["$snapshot_of"],
      (snapshot, { names, seesVms }) => isOrphan(snapshot, names, seesVms),
      { says: "its VM is gone; NULL where it may only be hidden", everyday: true },
    ),
    taken_at: column("time", ["snapshot_time"], ({ snapshot_time }) => snapshot_time, {
      everyday: true,
    }),
    age_days: joined(clock, "count", ["snapshot_time"], ageDays, {
      says: "whole days",
      everyday: true,
    }),
    origin: column("text", ["other"], originOf, {
      values: ["manual", "backup"],
      everyday: true,
    }),
    kept_by: joined(
      keepings,
      "text",
      keeping,
      (snapshot, known) => keeperOf(snapshot, known).kept_by,
      {
        says: "what removes it in the end: an enabled schedule of backups, or nothing",
        values: ["schedule", "nothing", "unknown"],
        everyday: true,
      },
    ),
    reason: joined(
      keepings,
      "text",
      keeping,
      (snapshot, known) => {
        const keeper = keeperOf(snapshot, known);
        return "reason" in keeper ? keeper.reason : undefined;
      },
      { says: "why nothing keeps it: manual, no schedule, schedule gone or disabled …" },
    ),
    schedule: joined(scheduleNames, "text", marks, (snapshot, names) =>
      names.get(marksOf(snapshot).schedule ?? ""),
    ),
    schedule_id: column("id", marks, (snapshot) => marksOf(snapshot).schedule, {
      says: "of the backup that took it, also one that is gone",
    }),
    job: joined(
      jobNames,
      "text",
      marks,
      (snapshot, names) => names.get(marksOf(snapshot).job ?? ""),
      { everyday: true },
    ),
    job_id: column("id", marks, (snapshot) => marksOf(snapshot).job, {
      says: "as schedule_id",
    }),
    with_memory: column("flag", ["suspendVdi"], ({ suspendVdi }) => Boolean(suspendVdi)),
    memory_gone: column("flag", ["power_state", "suspendVdi"], lostMemory, {
      says: "taken with memory that is gone",
    }),
    memory_bytes: joined(snapshotDisks, "bytes", holding, (snapshot, disksOf) => {
      const memory = disksOf(snapshot)?.memory;
      return memory && ownBytes(memory);
    }),
    used_bytes: joined(
      snapshotDisks,
      "bytes",
      holding,
      (snapshot, disksOf) => {
        const own = disksOf(snapshot)?.disks;
        return own && sumOf(own, ownBytes);
      },
      {
        says: "its disks' own; nearly all is shared with the VM's disks and not in it",
        everyday: true,
      },
    ),
    sr: joined(
      both(snapshotDisks, srNames),
      "text",
      holding,
      (snapshot, [disksOf, names]) => names.get(onlyStorage(snapshot, disksOf) ?? ""),
      { says: "of all its disks; NULL where they lie on several: see disks" },
    ),
    sr_id: joined(snapshotDisks, "id", holding, onlyStorage),
    ...seldomPool,
  },
});

function onlyStorage(snapshot: Pick<Taken, (typeof holding)[number]>, disksOf: DisksOf) {
  const storages = new Set(disksOf(snapshot)?.disks.map(({ $SR }) => $SR));
  return storages.size === 1 ? [...storages][0] : undefined;
}
