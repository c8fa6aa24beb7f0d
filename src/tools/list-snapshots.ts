import * as z from "zod";
import { say } from "../sentence.ts";
import { ownBytes } from "../estate/disks.ts";
import { warnOfGaps } from "../estate/gaps.ts";
import { nameAmong, nameOf } from "../estate/name.ts";
import { disksOfSnapshots, TakenDisk } from "../estate/snapshot-disks.ts";
import { readKeeping } from "../estate/snapshot-keeping.ts";
import {
  ageDays,
  isOrphan,
  isOlderThan,
  keeperOf,
  lostMemory,
  originOf,
} from "../estate/snapshots.ts";
import { ownBytesOnly } from "../estate/storage-remains.ts";
import { sumOf } from "../estate/sum-of.ts";
import { listJoined } from "../listing/joined.ts";
import { listInput, listOutput } from "../listing/parameters.ts";
import { iso } from "../time.ts";
import { type Context, defineTool } from "../tool.ts";
import { allOf, type Filter, hasId } from "../xo/filter.ts";
import { Pool } from "../xo/records/pool.ts";
import { Schedule } from "../xo/records/schedule.ts";
import { Sr } from "../xo/records/sr.ts";
import { Vm } from "../xo/records/vm.ts";
import { VmSnapshot } from "../xo/records/vm-snapshot.ts";
import { resolve } from "../xo/resolve.ts";

const VmName = Vm.pick({ id: true, name_label: true });
const SrName = Sr.pick({ id: true, name_label: true });
const PoolName = Pool.pick({ id: true, name_label: true });

export const listSnapshots = defineTool({
  name: "list_snapshots",
  title: "List snapshots",
  description:
    "Snapshots of VMs, oldest first: age, VM, manual or by a backup job, what keeps them (an enabled schedule, or nothing), storage, their own bytes, memory included. For disks of VMs use list_vdis.",
  input: z.strictObject({
    ...listInput(),
    vm_id: z.string().optional().describe("Only of this VM (UUID or name)"),
    older_than_days: z.number().min(0).optional().describe("Only older ones"),
    kind: z
      .enum(["all", "manual", "backup", "orphan", "unkept"])
      .optional()
      .describe(
        "manual: by no job; orphan: its VM is gone; unkept: no enabled schedule removes it",
      ),
    pool_id: z.string().optional().describe("UUID or name"),
  }),
  output: listOutput.extend({
    older_than_days: z.number().optional(),
    own_bytes_are: z.string().optional(),
  }),
  examples: [
    { kind: "manual", older_than_days: 30, limit: 10 },
    {},
    { kind: "unkept" },
    { kind: "orphan" },
  ],
  needs: ({ kind }) => ({
    parts: {
      items: [
        "vm-snapshots",
        ...(kind === "unkept" ? (["schedules", "backup-jobs", "backup-logs"] as const) : []),
        ...(kind === "orphan" ? (["vms", "vm-templates"] as const) : []),
      ],
      "items.own_bytes": ["vdi-snapshots"],
    },
    lookups: {
      "items.vm": ["vms", "vm-templates"],
      "items.orphan": ["vms", "vm-templates"],
      "items.storage": ["vdi-snapshots"],
      "items.schedule": ["schedules"],
      "items.reason": ["schedules"],
    },
  }),
  async run({ vm_id, pool_id, older_than_days, kind = "all", ...input }, context) {
    const { xo } = context;
    const [vm, pool] = await Promise.all([
      resolve(xo, "vms", vm_id, VmName),
      resolve(xo, "pools", pool_id, PoolName),
    ]);
    const { page } = await listJoined(
      context,
      {
        collection: "vm-snapshots",
        sort: "taken_at",
        read: async (filter) => {
          const within = allOf(
            vm && hasId("$snapshot_of", vm.id),
            pool && hasId("$pool", pool.id),
            filter,
          );
          const snapshots = await readSnapshots(context, within, older_than_days);
          return snapshots.filter(({ origin, orphan, kept_by }) => {
            if (kind === "all") return true;
            if (kind === "unkept") return kept_by === "nothing";
            return kind === "orphan" ? orphan === true : origin === kind;
          });
        },
      },
      input,
    );
    return { ...page, older_than_days, own_bytes_are: ownBytesOnly };
  },
});

async function readSnapshots(
  context: Context,
  filter: Filter | undefined,
  olderThanDays: number | undefined,
) {
  const { xo, warn, now } = context;
  const [taken, vms, templates, schedules, disks, srs, pools, sight] = await Promise.all([
    xo.records("vm-snapshots", VmSnapshot, filter),
    xo.records("vms", VmName),
    xo.records("vm-templates", VmName),
    xo.records("schedules", Schedule),
    xo.records("vdi-snapshots", TakenDisk),
    xo.records("srs", SrName),
    xo.records("pools", PoolName),
    context.sight(),
    warnOfGaps(context),
  ]);
  const owners = new Map([...vms, ...templates].map((owner) => [owner.id, owner]));
  const disksOf = disksOfSnapshots(disks);
  const srById = new Map(srs.map((sr) => [sr.id, sr]));
  const poolById = new Map(pools.map((pool) => [pool.id, pool]));
  const seesVms = sight.whole("vms") && sight.whole("vm-templates");

  const undated = taken.filter((snapshot) => ageDays(snapshot, now) === undefined).length;
  if (olderThanDays !== undefined && undated > 0) {
    warn(say`${undated} snapshots are left out: XO does not know when they were taken.`);
  }
  const wanted = taken.filter(
    (snapshot) => olderThanDays === undefined || isOlderThan(snapshot, olderThanDays, now),
  );
  const keeping = await readKeeping(context, taken, schedules);
  const items = wanted.map((snapshot) => {
    const keeper = keeperOf(snapshot, keeping);
    const { disks: own, memory } = disksOf(snapshot);
    const storages = [...new Set(own.flatMap(({ $SR }) => nameAmong(srById, $SR) ?? []))];
    return {
      id: snapshot.id,
      name_label: snapshot.name_label,
      taken_at: iso(snapshot.snapshot_time),
      age_days: ageDays(snapshot, now),
      origin: originOf(snapshot),
      kept_by: keeper.kept_by,
      reason: "reason" in keeper && keeper.reason !== "manual" ? keeper.reason : undefined,
      schedule:
        "schedule" in keeper
          ? nameOf({ id: keeper.schedule.id, name_label: keeper.schedule.name ?? "" })
          : undefined,
      orphan: isOrphan(snapshot, owners, seesVms) ? true : undefined,
      vm: owners.has(snapshot.$snapshot_of ?? "")
        ? nameAmong(owners, snapshot.$snapshot_of)
        : undefined,
      vm_id: snapshot.$snapshot_of ?? undefined,
      pool: nameAmong(poolById, snapshot.$pool),
      storage: storages.length > 1 ? storages : storages[0],
      with_memory: snapshot.suspendVdi ? true : undefined,
      memory_gone: lostMemory(snapshot) ? true : undefined,
      memory_bytes: memory && ownBytes(memory),
      own_bytes: sumOf(own, ownBytes),
    };
  });
  const unknown = items.filter(({ kept_by }) => kept_by === "unknown").length;
  if (unknown > 0) {
    warn(
      keeping.seesSchedules
        ? say`What keeps ${unknown} snapshots is unknown: their backup jobs are not in this XO, and may be another XO's. Removing them would break its backups.`
        : say`What keeps some snapshots is unknown: this account may not see all schedules of backups.`,
    );
  }
  return items;
}
