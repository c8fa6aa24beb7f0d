import { disksOfSnapshots, TakenDisk } from "../../estate/snapshot-disks.ts";
import { readKeeping } from "../../estate/snapshot-keeping.ts";
import { Schedule } from "../../xo/records/schedule.ts";
import { Vm } from "../../xo/records/vm.ts";
import { VmSnapshot } from "../../xo/records/vm-snapshot.ts";
import { fact } from "../fact.ts";

const Marked = VmSnapshot.pick({ id: true, other: true });
const Owner = Vm.pick({ id: true, name_label: true });

/** What tells what keeps each snapshot. */
export const keepings = fact(["schedules", "backup-jobs", "backup-logs"], async (context) => {
  const { xo } = context;
  const [taken, schedules] = await Promise.all([
    xo.records("vm-snapshots", Marked),
    xo.records("schedules", Schedule),
  ]);
  return readKeeping(context, taken, schedules);
});

/** Whose snapshots there may be: a VM that was made a template keeps its own. */
export const snapshotOwners = fact(["vms", "vm-templates"], async ({ xo, sight }) => {
  const [vms, templates, seen] = await Promise.all([
    xo.records("vms", Owner),
    xo.records("vm-templates", Owner),
    sight(),
  ]);
  return {
    names: new Map([...vms, ...templates].map(({ id, name_label }) => [id, name_label])),
    seesVms: seen.whole("vms") && seen.whole("vm-templates"),
  };
});

/** The disks of each snapshot; nothing where the account may not see all of them. */
export const snapshotDisks = fact(["vdi-snapshots"], async ({ xo, sight }) => {
  const [disks, seen] = await Promise.all([xo.records("vdi-snapshots", TakenDisk), sight()]);
  const disksOf = disksOfSnapshots(disks);
  return (snapshot: Parameters<typeof disksOf>[0] & { $pool?: string | null | undefined }) =>
    seen.whole("vdi-snapshots", snapshot.$pool ?? undefined) ? disksOf(snapshot) : undefined;
});
