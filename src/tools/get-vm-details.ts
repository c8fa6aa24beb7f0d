import * as z from "zod";
import { devicesOf, hasDevices, readDevices } from "../estate/devices.ts";
import { warnOfGaps } from "../estate/gaps.ts";
import { isResident } from "../estate/capacity.ts";
import { describeGuest } from "../estate/guest.ts";
import { hostOf } from "../estate/residence.ts";
import { lastWord, silentHostOf } from "../estate/stranded.ts";
import {
  describeAutostart,
  describeHa,
  memoryLimits,
  secureBootOf,
} from "../estate/vm-settings.ts";
import { readVmDisks } from "../estate/vm-disks.ts";
import { readInterfaces } from "../estate/vm-interfaces.ts";
import { ageDays, lostMemory } from "../estate/snapshots.ts";
import { iso } from "../time.ts";
import { unshown } from "../sight/needs.ts";
import { type Context, defineTool, oneObject, warnings } from "../tool.ts";
import type { Xo } from "../xo/client.ts";
import { hasId } from "../xo/filter.ts";
import { path } from "../xo/path.ts";
import { Host } from "../xo/records/host.ts";
import { Pool } from "../xo/records/pool.ts";
import { Vm } from "../xo/records/vm.ts";
import { VmSnapshot } from "../xo/records/vm-snapshot.ts";
import { resolve } from "../xo/resolve.ts";

/** With the ids of what it has, which XO tells whatever of it the account may see. */
const VmWithIds = Vm.extend({
  VIFs: z.array(z.string().nullable()).nullish(),
  snapshots: z.array(z.string().nullable()).nullish(),
});

type VmRecord = z.output<typeof VmWithIds>;

const PoolState = Pool.pick({ id: true, name_label: true, auto_poweron: true, HA_enabled: true });
const HostState = Host.pick({ id: true, name_label: true, power_state: true });
const Taken = VmSnapshot.pick({
  id: true,
  name_label: true,
  snapshot_time: true,
  suspendVdi: true,
  power_state: true,
});

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
      disks: z.array(z.looseObject({})).optional(),
      interfaces: z.array(z.looseObject({})).optional(),
      snapshots: z.array(z.looseObject({})).optional(),
      guest: z.looseObject({}),
      warnings,
    })
    .loose(),
  examples: [{ vm_id: "web-prod-001" }],
  needs: {
    parts: {
      disks: ["vbds"],
      interfaces: ["vifs"],
      snapshots: ["vm-snapshots"],
      "devices.passed_through.devices": ["pcis"],
      "devices.vgpus_on": ["pgpus"],
    },
    lookups: {
      "pool.name_label": ["pools"],
      "host.name_label": ["hosts"],
      state_is: ["hosts"],
      auto_poweron_is: ["pools"],
      high_availability_is: ["pools"],
      "disks.name_label": ["vdis"],
      "disks.size_bytes": ["vdis"],
      "disks.used_bytes": ["vdis"],
      "disks.format": ["vdis"],
      "disks.storage": ["vdis"],
      "disks.storage_type": ["vdis", "srs"],
    },
    subject: ["vms"],
    pools: { "": "pool.id" },
  },
  async run({ vm_id }, context) {
    const { xo } = context;
    const { id } = await resolve(xo, "vms", vm_id);
    const [vm] = await Promise.all([xo.get(path`/vms/${id}`, VmWithIds), warnOfGaps(context)]);
    const place = readPlace(xo, vm);
    const [{ isSilent, wishes, ...where }, disks, interfaces, snapshots, devices] =
      await Promise.all([
        place,
        readVmDisks(xo, vm),
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
      disks: disks.described,
      interfaces: interfaces.described,
      devices,
      snapshots,
      unshown: {
        disks: unshown("drive", vm.$VBDs, disks.links),
        interfaces: unshown("interface", vm.VIFs, interfaces.vifs),
        snapshots: unshown("snapshot", vm.snapshots, snapshots),
      },
    };
  },
});

/** What is passed through to the VM; nothing for the many that have no device of a host. */
async function readOwnDevices(context: Context, vm: VmRecord) {
  if (!hasDevices(vm)) return undefined;
  const inPool = vm.$pool ? hasId("$pool", vm.$pool) : undefined;
  const [devices, hosts] = await Promise.all([
    readDevices(context, vm.$pool),
    context.xo.records("hosts", HostState, inPool),
  ]);
  return devicesOf(vm, devices ?? { pcis: [], pgpus: [] }, hosts);
}

async function readPlace(xo: Xo, vm: VmRecord) {
  const hostId = hostOf(vm);
  const [[pool], [host]] = await Promise.all([
    vm.$pool ? xo.records("pools", PoolState, hasId("id", vm.$pool)) : [],
    hostId === undefined ? [] : xo.records("hosts", HostState, hasId("id", hostId)),
  ]);
  const isSilent = silentHostOf(vm, new Map(host && [[host.id, host]])) !== undefined;
  // An account may see a VM without its pool or host: then the id is all there is.
  return {
    isSilent,
    wishes: { ...describeAutostart(vm, pool), ...describeHa(vm, pool) },
    pool: vm.$pool ? { id: vm.$pool, name_label: pool?.name_label } : undefined,
    host:
      hostId === undefined
        ? undefined
        : {
            id: hostId,
            name_label: host?.name_label,
            power_state: isSilent ? (host?.power_state ?? "Unknown") : undefined,
          },
  };
}

async function readSnapshots({ xo, now }: Context, vm: VmRecord) {
  const snapshots = await xo.records("vm-snapshots", Taken, hasId("$snapshot_of", vm.id));
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
