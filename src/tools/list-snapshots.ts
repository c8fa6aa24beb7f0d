import * as z from "zod";
import { warnOfGaps } from "../estate/gaps.ts";
import { ageDays, isOrphan, isOlderThan, keeperOf, originOf } from "../estate/snapshots.ts";
import { sumOf } from "../estate/sum-of.ts";
import { listComputed } from "../listing/computed.ts";
import { listInput, listOutput } from "../listing/parameters.ts";
import { iso } from "../time.ts";
import { type Context, defineTool } from "../tool.ts";
import { allOf, type Filter, hasId } from "../xo/filter.ts";
import { Schedule } from "../xo/records/schedule.ts";
import { VdiSnapshot } from "../xo/records/vdi-snapshot.ts";
import { Vm } from "../xo/records/vm.ts";
import { VmSnapshot } from "../xo/records/vm-snapshot.ts";
import { choose } from "../xo/resolve.ts";

const DiskUse = VdiSnapshot.pick({ id: true, usage: true, $VBDs: true });
const VmName = Vm.pick({ id: true, name_label: true });
const Taken = VmSnapshot.omit({ $pool: true });

export const listSnapshots = defineTool({
  name: "list_snapshots",
  title: "List snapshots",
  description:
    "Snapshots of VMs, oldest first: age, VM, manual or by a backup job, what keeps them (an enabled schedule, or nothing), bytes of their disks. For disks of VMs use list_vdis.",
  input: z.strictObject({
    ...listInput("joined, with names"),
    vm_id: z.string().optional().describe("Only of this VM (UUID or name)"),
    older_than_days: z.number().min(0).optional().describe("Only older ones"),
    kind: z
      .enum(["all", "manual", "backup", "orphan"])
      .optional()
      .describe("manual: by no backup job; orphan: its VM is gone"),
  }),
  output: listOutput.extend({
    older_than_days: z.number().optional(),
    total_used_bytes: z.number().optional().describe("Of all matches"),
  }),
  async run({ vm_id, older_than_days, kind = "all", ...input }, context) {
    const { xo } = context;
    const vm = vm_id === undefined ? undefined : choose("vms", await xo.list("vms", VmName), vm_id);
    const { page, all } = await listComputed(
      context,
      {
        collection: "vm-snapshots",
        sort: "taken_at",
        read: async (filter) => {
          const within = allOf(vm && hasId("$snapshot_of", vm.id), filter);
          const snapshots = await readSnapshots(context, within, older_than_days);
          return snapshots.filter(
            ({ origin, orphan }) =>
              kind === "all" || (kind === "orphan" ? orphan : origin === kind),
          );
        },
      },
      input,
    );
    return {
      ...page,
      older_than_days,
      total_used_bytes: sumOf(all, ({ used_bytes }) => used_bytes),
    };
  },
});

async function readSnapshots(
  context: Context,
  filter: Filter | undefined,
  olderThanDays: number | undefined,
) {
  const { xo, warn, now } = context;
  const [taken, vms, templates, schedules, disks, sight] = await Promise.all([
    xo.list("vm-snapshots", Taken, filter),
    xo.list("vms", VmName),
    xo.list("vm-templates", VmName),
    xo.list("schedules", Schedule),
    xo.list("vdi-snapshots", DiskUse),
    warnOfGaps(context).then(({ sight }) => sight()),
  ]);
  const owners = new Map([...vms, ...templates].map((owner) => [owner.id, owner]));
  const scheduleById = new Map(schedules.map((schedule) => [schedule.id, schedule]));
  const useByLink = new Map(
    disks.flatMap(({ $VBDs, usage }) => ($VBDs ?? []).map((link) => [link, usage ?? 0] as const)),
  );
  const seesVms = sight.whole("vms") && sight.whole("vm-templates");
  const seesSchedules = sight.whole("schedules");

  const undated = taken.filter((snapshot) => ageDays(snapshot, now) === undefined).length;
  if (olderThanDays !== undefined && undated > 0) {
    warn(`${undated} snapshots are left out: XO does not know when they were taken.`);
  }
  const wanted = taken.filter(
    (snapshot) => olderThanDays === undefined || isOlderThan(snapshot, olderThanDays, now),
  );
  const items = wanted.map((snapshot) => {
    const keeper = keeperOf(snapshot, scheduleById, seesSchedules);
    return {
      id: snapshot.id,
      name_label: snapshot.name_label,
      taken_at: iso(snapshot.snapshot_time),
      age_days: ageDays(snapshot, now),
      origin: originOf(snapshot),
      kept_by: keeper.kept_by,
      reason: "reason" in keeper && keeper.reason !== "manual" ? keeper.reason : undefined,
      schedule: "schedule" in keeper ? keeper.schedule.name || keeper.schedule.id : undefined,
      orphan: isOrphan(snapshot, owners, seesVms) ? true : undefined,
      vm: owners.get(snapshot.$snapshot_of ?? "")?.name_label,
      vm_id: snapshot.$snapshot_of ?? undefined,
      used_bytes: usedBytes(snapshot.$VBDs ?? [], useByLink, sight.whole("vdi-snapshots")),
    };
  });
  const unsure = wanted.filter(
    (snapshot) => isOrphan(snapshot, owners, seesVms) === undefined,
  ).length;
  if (unsure > 0) {
    warn(`Of ${unsure} snapshots the VM is gone, or hidden from this account.`);
  }
  if (items.some(({ kept_by }) => kept_by === "unknown")) {
    warn(
      "What keeps some snapshots is unknown: this account may not see all schedules of backups.",
    );
  }
  return items;
}

/** Bytes of a snapshot's own disks; the drives among its links have none. */
function usedBytes(
  links: readonly string[],
  useByLink: ReadonlyMap<string, number>,
  seesDisks: boolean,
): number | undefined {
  const uses = links.flatMap((link) => useByLink.get(link) ?? []);
  if (uses.length === 0 && links.length > 0 && !seesDisks) return undefined;
  return sumOf(uses, (use) => use);
}
