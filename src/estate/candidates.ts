import * as z from "zod";
import { say } from "../sentence.ts";
import { iso } from "../time.ts";
import type { Context } from "../tool.ts";
import type { Row } from "../xo/row.ts";
import { Host } from "../xo/records/host.ts";
import { Network } from "../xo/records/network.ts";
import { Pci } from "../xo/records/pci.ts";
import { Pgpu } from "../xo/records/pgpu.ts";
import { Pif } from "../xo/records/pif.ts";
import { Pool } from "../xo/records/pool.ts";
import { Sr } from "../xo/records/sr.ts";
import { Vdi } from "../xo/records/vdi.ts";
import { Vif } from "../xo/records/vif.ts";
import { Vm } from "../xo/records/vm.ts";
import { VmSnapshot } from "../xo/records/vm-snapshot.ts";
import type { Collection } from "../xo/routes.ts";
import { isResident } from "./capacity.ts";
import { hasDevices, holdersOf } from "./devices.ts";
import { warnOfGaps } from "./gaps.ts";
import { namesById } from "./name.ts";
import { part } from "./part.ts";
import { hostOf } from "./residence.ts";
import type { Findable, Query } from "./search.ts";
import { toldBytes } from "./space.ts";
import { silentHostOf } from "./stranded.ts";

/** In the order in which equal matches are shown. */
export const types = [
  "vm",
  "host",
  "pool",
  "sr",
  "network",
  "template",
  "vdi",
  "snapshot",
  "device",
] as const;
export type Type = (typeof types)[number];

const tags = z.array(z.string()).nullish();
const named = { id: true, name_label: true, $pool: true } as const;

const FoundVm = Vm.pick({
  ...named,
  tags: true,
  power_state: true,
  $container: true,
  attachedPcis: true,
  $VGPUs: true,
});
const Addressed = FoundVm.extend({
  addresses: Vm.shape.addresses,
  mainIpAddress: z.string().nullish(),
});
const FoundHost = Host.pick({ ...named, power_state: true }).extend({
  tags,
  address: z.string().nullish(),
});
const FoundPool = Pool.pick({ id: true, name_label: true }).extend({ tags });
const FoundSr = Sr.pick({ ...named, SR_type: true }).extend({ tags });
const FoundNetwork = Network.pick(named).extend({ tags });
const FoundVdi = Vdi.pick({ ...named, size: true, $SR: true }).extend({ tags });
const FoundSnapshot = VmSnapshot.pick({ ...named, snapshot_time: true, $snapshot_of: true }).extend(
  { tags },
);
const VifMac = Vif.pick({ id: true, MAC: true, $VM: true });
const PifPlace = Pif.pick({ id: true, mac: true, ip: true, $host: true }).extend({
  ipv6: z.array(z.string()).nullish(),
});

/** An object that may be what is looked for, with what is shown of it. */
export interface Candidate {
  type: Type;
  object: Findable;
  shown: Row;
}

/** Everything of these types, each collection read once; addresses and MACs only if one is asked for. */
export async function readCandidates(
  context: Context,
  query: Query,
  wanted: ReadonlySet<Type>,
): Promise<Candidate[]> {
  const { xo } = context;
  const read = async <R extends z.ZodObject>(
    collection: Collection,
    record: R,
    ...needed: Type[]
  ): Promise<z.output<R>[]> =>
    needed.some((type) => wanted.has(type))
      ? ((await part(context, say`${collection}`, xo.records(collection, record))) ?? [])
      : [];
  const { hasAddress, mac } = query;
  const [pools, hosts, srs, vms, networks, templates, vdis, snapshots, vifs, pifs, pcis, pgpus] =
    await Promise.all([
      // Where not even these can be read, there is no answer.
      xo.records("pools", FoundPool),
      read("hosts", FoundHost, "host", "vm", "device"),
      read("srs", FoundSr, "sr", "vdi"),
      read("vms", hasAddress === undefined ? FoundVm : Addressed, "vm", "snapshot", "device"),
      read("networks", FoundNetwork, "network"),
      read("vm-templates", FoundNetwork, "template"),
      read("vdis", FoundVdi, "vdi"),
      read("vm-snapshots", FoundSnapshot, "snapshot"),
      mac === undefined ? [] : read("vifs", VifMac, "vm", "snapshot", "template"),
      mac === undefined && hasAddress === undefined ? [] : read("pifs", PifPlace, "host"),
      read("pcis", Pci, "device"),
      read("pgpus", Pgpu, "device"),
      warnOfGaps(context),
    ]);
  const names = namesById([...pools, ...hosts, ...srs, ...vms]);
  const hostById = new Map(hosts.map((host) => [host.id, host]));
  const nameOf = (id: string | null | undefined) => (id ? (names.get(id) ?? id) : undefined);
  const macsOf = Map.groupBy(vifs, ({ $VM }) => $VM ?? "");
  const ownMacs = (id: string) => macsOf.get(id)?.flatMap(({ MAC }) => MAC ?? []) ?? [];
  const pifsOf = Map.groupBy(pifs, ({ $host }) => $host ?? "");
  const gpuOf = new Map(pgpus.map((gpu) => [gpu.pci ?? "", gpu]));
  const holders = vms.filter(hasDevices);

  const candidates: Candidate[] = [
    ...vms.map((vm) => ({
      type: "vm" as const,
      object: {
        ...vm,
        addresses: addressesOf(vm),
        addressesAreOld: !isResident(vm) || silentHostOf(vm, hostById) !== undefined,
        macs: ownMacs(vm.id),
      },
      shown: {
        power_state: vm.power_state,
        host: nameOf(hostOf(vm)),
        host_answers: silentHostOf(vm, hostById) === undefined ? undefined : false,
        pool: nameOf(vm.$pool),
      },
    })),
    ...hosts.map((host) => {
      const own = pifsOf.get(host.id) ?? [];
      const places = [host.address, ...own.flatMap(({ ip, ipv6 }) => [ip, ...(ipv6 ?? [])])];
      return {
        type: "host" as const,
        object: {
          ...host,
          // An IPv6 address has the length of its network behind it.
          addresses: places.flatMap((place) => place?.split("/")[0] || []),
          macs: own.flatMap(({ mac }) => mac ?? []),
        },
        shown: { power_state: host.power_state, pool: nameOf(host.$pool) },
      };
    }),
    ...pools.map((pool) => ({ type: "pool" as const, object: pool, shown: {} })),
    ...srs.map((sr) => ({
      type: "sr" as const,
      object: sr,
      shown: { storage_type: sr.SR_type, pool: nameOf(sr.$pool) },
    })),
    ...networks.map((network) => ({
      type: "network" as const,
      object: network,
      shown: { pool: nameOf(network.$pool) },
    })),
    ...templates.map((template) => ({
      type: "template" as const,
      object: { ...template, macs: ownMacs(template.id) },
      shown: { pool: nameOf(template.$pool) },
    })),
    ...vdis.map((vdi) => ({
      type: "vdi" as const,
      object: vdi,
      shown: { size_bytes: toldBytes(vdi.size), storage: nameOf(vdi.$SR), pool: nameOf(vdi.$pool) },
    })),
    ...snapshots.map((snapshot) => ({
      type: "snapshot" as const,
      object: { ...snapshot, macs: ownMacs(snapshot.id) },
      shown: {
        taken_at: iso(snapshot.snapshot_time),
        vm: nameOf(snapshot.$snapshot_of),
        pool: nameOf(snapshot.$pool),
      },
    })),
    ...pcis.map((pci) => ({
      type: "device" as const,
      // By its address as well: that is how a VM names it.
      object: { ...pci, name_label: [pci.pci_id, pci.device_name].filter(Boolean).join(" ") },
      shown: {
        class: pci.class_name,
        is_gpu: gpuOf.has(pci.id) ? true : undefined,
        host: nameOf(pci.$host),
        pool: nameOf(pci.$pool),
        ...holdersOf(pci, gpuOf.get(pci.id), holders),
      },
    })),
  ];
  // Some were read for their names alone.
  return candidates.filter(({ type }) => wanted.has(type));
}

/** All addresses that a VM's guest tells; one field may hold several. */
function addressesOf(vm: Partial<z.output<typeof Addressed>>): string[] {
  const told = [...Object.values(vm.addresses ?? {}), vm.mainIpAddress ?? ""];
  return [...new Set(told.flatMap((text) => text.split(/[\s,]+/)))].filter((text) => text !== "");
}
