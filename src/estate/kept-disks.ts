import type * as z from "zod";
import type { Context } from "../tool.ts";
import { where } from "../xo/filter.ts";
import { Vdi } from "../xo/records/vdi.ts";
import { Vm } from "../xo/records/vm.ts";
import { VmSnapshot } from "../xo/records/vm-snapshot.ts";
import { metadataBackup, operationsOn } from "./disks.ts";
import { firstOf, nameOf, saidName } from "./name.ts";
import type { Sight } from "../sight/sight.ts";

/** What of a disk tells what it is kept for. */
export const purposeKeys = ["id", "VDI_type", "name_label", "current_operations", "$pool"] as const;

const Memory = Vdi.pick({
  id: true,
  VDI_type: true,
  name_label: true,
  current_operations: true,
  $pool: true,
});
const Sleeper = Vm.pick({ id: true, name_label: true, $pool: true });
const Taken = VmSnapshot.pick({ id: true, name_label: true, suspendVdi: true });

type Disk = z.output<typeof Memory>;
type Sleeper = z.output<typeof Sleeper>;

type Purpose = (disk: Disk) => string | undefined;

/** What XAPI keeps a disk of its own for; the VMs that have memory somewhere are read where some disk is that. */
export async function readKept(
  context: Pick<Context, "xo">,
  disks: readonly Disk[],
  sight: Sight,
): Promise<Purpose> {
  const isTold = disks.every(({ VDI_type }) => VDI_type !== "suspend");
  return isTold ? keptFor([], [], [], true) : readPurposes(context, sight);
}

/** The same for any disks. */
export async function readPurposes({ xo }: Pick<Context, "xo">, sight: Sight): Promise<Purpose> {
  // Of all storages: a VM's memory may be on another than its disks.
  const [memory, sleepers, snapshots] = await Promise.all([
    xo.records("vdis", Memory, where`VDI_type:/^suspend$/`),
    xo.records(
      "vms",
      Sleeper,
      // Or on its way there or back.
      where`|(power_state:/^Suspended$/ current_operations:/suspend|resume|checkpoint/)`,
    ),
    xo.records("vm-snapshots", Taken, where`power_state:/^Suspended$/`),
  ]);
  const seesAll = (["vms", "vm-snapshots", "vdis"] as const).every((name) => sight.whole(name));
  return keptFor(memory, sleepers, snapshots, seesAll);
}

/** What XAPI keeps a disk of its own types for (datamodel.ml, `vdi_type`), where the type alone tells. */
const byType: Record<string, string> = {
  // Left where they are when HA is switched off, for the next time (xapi_ha.ml).
  ha_statefile: "HA's heartbeat; kept when HA is off",
  redo_log: "the log of the pool's database, for HA; kept when HA is off",
  metadata: "the pool's database, for disaster recovery",
  rrd: "the storage's own statistics",
  crashdump: "the memory of a VM that crashed",
  pvs_cache: "a cache of PVS",
  cbt_metadata: "which blocks changed up to a snapshot whose data was deleted, for the next backup",
};

/**
 * A VM has no link to its memory while it is suspended, and REST names the disk of a snapshot alone: of
 * the others only their number says something.
 */
function keptFor(
  memory: readonly Disk[],
  sleepers: readonly Sleeper[],
  snapshots: readonly z.output<typeof Taken>[],
  seesAll: boolean,
): Purpose {
  const snapshotOf = new Map(snapshots.map((one) => [one.suspendVdi ?? "", one]));
  const loose = memory.filter(({ id }) => !snapshotOf.has(id));
  return (disk) => {
    const { id, VDI_type, name_label, $pool } = disk;
    const doing = operationsOn(disk);
    if (doing.length > 0) return `an operation that goes on: ${doing.join(", ")}`;
    if (name_label === metadataBackup) return "the pool's database, copied by xe-backup-metadata";
    if (VDI_type !== "suspend") return byType[VDI_type ?? ""];
    const snapshot = snapshotOf.get(id);
    if (snapshot !== undefined) return `the memory of the snapshot ${nameOf(snapshot)}`;
    if (!seesAll) return "the memory of a VM or of a snapshot";
    const owners = sleepers.filter((vm) => vm.$pool === $pool);
    if (owners.length === 0) return "the memory of no VM that is suspended: left over";
    const left = loose.filter((one) => one.$pool === $pool).length - owners.length;
    return left > 0
      ? `the memory of a suspended VM, or left over: ${left} more of these than such VMs`
      : `probably the memory of a suspended VM: ${firstOf(
          owners.map((owner) => saidName(owner)),
          3,
        )}`;
  };
}
