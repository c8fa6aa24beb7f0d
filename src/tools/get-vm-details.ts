import * as z from "zod";
import { devicesOf, hasDevices, readDevices } from "../estate/devices.ts";
import { warnOfGaps } from "../estate/gaps.ts";
import { isResident } from "../estate/capacity.ts";
import { describeGuest } from "../estate/guest.ts";
import { nameOf } from "../estate/name.ts";
import { hostOf } from "../estate/residence.ts";
import { lastWord } from "../estate/stranded.ts";
import {
  describeAutostart,
  describeHa,
  memoryLimits,
  secureBootOf,
} from "../estate/vm-settings.ts";
import { readInterfaces } from "../estate/vm-interfaces.ts";
import { ageDays, lostMemory } from "../estate/snapshots.ts";
import { toldBytes } from "../estate/space.ts";
import { iso } from "../time.ts";
import { type Context, defineTool, oneObject, warnings } from "../tool.ts";
import type { Xo } from "../xo/client.ts";
import { hasId, hasOneOf } from "../xo/filter.ts";
import { path } from "../xo/path.ts";
import { Host } from "../xo/records/host.ts";
import { Pool } from "../xo/records/pool.ts";
import { Sr } from "../xo/records/sr.ts";
import { Vbd } from "../xo/records/vbd.ts";
import { Vdi } from "../xo/records/vdi.ts";
import { Vm } from "../xo/records/vm.ts";
import { VmSnapshot } from "../xo/records/vm-snapshot.ts";
import { resolve } from "../xo/resolve.ts";

type VmRecord = z.output<typeof Vm>;

const PoolState = Pool.pick({ id: true, name_label: true, auto_poweron: true, HA_enabled: true });
const HostState = Host.pick({ id: true, name_label: true, power_state: true });
const VmDisk = Vdi.pick({
  id: true,
  name_label: true,
  size: true,
  usage: true,
  image_format: true,
  missing: true,
  $SR: true,
});
const Taken = VmSnapshot.pick({
  id: true,
  name_label: true,
  snapshot_time: true,
  suspendVdi: true,
  power_state: true,
});
const SrName = Sr.pick({ id: true, name_label: true, SR_type: true });

export const getVmDetails = defineTool({
  name: "get_vm_details",
  title: "Show one VM",
  description:
    "One VM with its host and pool by name, CPUs, memory, disks with size and storage, network interfaces with addresses, PCI devices and vGPUs, snapshots, guest tools and tags. To find VMs use list_vms.",
  input: z.strictObject({
    vm_id: oneObject,
  }),
  output: z
    .object({
      id: z.string(),
      name_label: z.string(),
      power_state: z.string(),
      disks: z.array(z.looseObject({})),
      interfaces: z.array(z.looseObject({})),
      snapshots: z.array(z.looseObject({})),
      guest: z.looseObject({}),
      warnings,
    })
    .loose(),
  async run({ vm_id }, context) {
    const { xo } = context;
    const { id } = await resolve(xo, "vms", vm_id);
    const [vm] = await Promise.all([xo.get(path`/vms/${id}`, Vm), warnOfGaps(context)]);
    const place = readPlace(xo, vm);
    const [{ isSilent, wishes, ...where }, disks, interfaces, snapshots, devices] =
      await Promise.all([
        place,
        readDisks(context, vm),
        place.then(({ isSilent }) => readInterfaces(xo, vm, isResident(vm) && !isSilent)),
        readSnapshots(context, vm),
        readOwnDevices(context, vm),
      ]);
    return {
      id,
      name_label: vm.name_label,
      name_description: vm.name_description || undefined,
      notes: vm.notes || undefined,
      power_state: vm.power_state,
      state_is: isSilent ? lastWord : undefined,
      ...where,
      cpus: { number: vm.CPUs?.number, max: vm.CPUs?.max },
      memory_bytes: vm.memory?.size,
      memory_limits: memoryLimits(vm),
      started_at: vm.power_state === "Halted" ? undefined : iso(vm.startTime),
      installed_at: iso(vm.installTime),
      tags: vm.tags ?? [],
      ...wishes,
      virtualization: vm.virtualizationMode,
      firmware: vm.boot?.firmware,
      secure_boot: secureBootOf(vm),
      current_operations: nonEmpty(Object.values(vm.current_operations ?? {})),
      blocked_operations: nonEmpty(Object.keys(vm.blockedOperations ?? {})),
      guest: describeGuest(vm, isSilent),
      disks,
      interfaces,
      devices,
      snapshots,
    };
  },
});

/** What is passed through to the VM; nothing for the many that have no device of a host. */
async function readOwnDevices(context: Context, vm: VmRecord) {
  if (!hasDevices(vm)) return undefined;
  const inPool = vm.$pool ? hasId("$pool", vm.$pool) : undefined;
  const [devices, hosts] = await Promise.all([
    readDevices(context, vm.$pool),
    context.xo.list("hosts", HostState, inPool),
  ]);
  return devicesOf(vm, devices ?? { pcis: [], pgpus: [] }, hosts);
}

async function readPlace(xo: Xo, vm: VmRecord) {
  const hostId = hostOf(vm);
  const [[pool], [host]] = await Promise.all([
    vm.$pool ? xo.list("pools", PoolState, hasId("id", vm.$pool)) : [],
    hostId === undefined ? [] : xo.list("hosts", HostState, hasId("id", hostId)),
  ]);
  const isSilent = host !== undefined && host.power_state !== "Running";
  // An account may see a VM without its pool or host: then the id is all there is.
  return {
    isSilent,
    wishes: { ...describeAutostart(vm, pool), ...describeHa(vm, pool) },
    pool: pool
      ? { id: pool.id, name_label: pool.name_label }
      : vm.$pool
        ? { id: vm.$pool }
        : undefined,
    host: host
      ? {
          id: host.id,
          name_label: host.name_label,
          power_state: isSilent ? (host.power_state ?? "Unknown") : undefined,
        }
      : hostId === undefined
        ? undefined
        : { id: hostId },
  };
}

async function readDisks({ xo, warn }: Context, vm: VmRecord) {
  const links = await xo.list("vbds", Vbd, hasId("VM", vm.id));
  const ids = links.flatMap(({ VDI }) => (VDI ? [VDI] : []));
  const [vdis, srs] = await Promise.all([
    ids.length === 0 ? [] : xo.list("vdis", VmDisk, hasOneOf("id", ids)),
    xo.list("srs", SrName),
  ]);
  const vdiById = new Map(vdis.map((vdi) => [vdi.id, vdi]));
  const srById = new Map(srs.map((sr) => [sr.id, sr]));
  const unseen = ids.filter((id) => !vdiById.has(id)).length;
  if (unseen > 0)
    warn(`${unseen} disks of this VM were not told by XO: this account may not see them.`);

  const inOrder = links.toSorted((a, b) => Number(a.position ?? 0) - Number(b.position ?? 0));
  return inOrder.map((link) => {
    const vdi = link.VDI ? vdiById.get(link.VDI) : undefined;
    const sr = vdi?.$SR ? srById.get(vdi.$SR) : undefined;
    return {
      kind: link.is_cd_drive ? "cd" : "disk",
      position: link.position,
      device: link.device || undefined,
      attached: link.attached,
      read_only: link.read_only === true ? true : undefined,
      bootable: link.bootable === true ? true : undefined,
      id: link.VDI,
      name_label: vdi?.name_label,
      size_bytes: toldBytes(vdi?.size),
      used_bytes: toldBytes(vdi?.usage),
      format: vdi?.image_format,
      missing: vdi?.missing === true ? true : undefined,
      storage: sr ? nameOf(sr) : (vdi?.$SR ?? undefined),
      storage_type: sr?.SR_type,
    };
  });
}

async function readSnapshots({ xo, now }: Context, vm: VmRecord) {
  const snapshots = await xo.list("vm-snapshots", Taken, hasId("$snapshot_of", vm.id));
  return snapshots
    .toSorted((a, b) => (b.snapshot_time ?? 0) - (a.snapshot_time ?? 0))
    .map(({ id, name_label, snapshot_time, ...taken }) => ({
      id,
      name_label,
      taken_at: iso(snapshot_time),
      age_days: ageDays({ snapshot_time }, now),
      with_memory: taken.suspendVdi ? true : undefined,
      memory_gone: lostMemory(taken) ? true : undefined,
    }));
}

function nonEmpty<T>(items: T[]): T[] | undefined {
  return items.length === 0 ? undefined : items;
}
