import * as z from "zod";
import { say } from "../sentence.ts";
import { chainBytes, diskState } from "../estate/disks.ts";
import { readKept } from "../estate/kept-disks.ts";
import { nameAmong, nameOf } from "../estate/name.ts";
import { toldBytes } from "../estate/space.ts";
import { warnOfGaps } from "../estate/gaps.ts";
import { isResident } from "../estate/capacity.ts";
import { type Owner, ownersByLink, ownersOf } from "../estate/owners.ts";
import { ownHost } from "../estate/storage.ts";
import { sumOf } from "../estate/sum-of.ts";
import { listJoined } from "../listing/joined.ts";
import { listInput, listOutput } from "../listing/parameters.ts";
import type { Seen } from "../sight/nouns.ts";
import { type Context, defineTool } from "../tool.ts";
import { allOf, type Filter, hasId, where } from "../xo/filter.ts";
import { Host } from "../xo/records/host.ts";
import { Pool } from "../xo/records/pool.ts";
import { Sr } from "../xo/records/sr.ts";
import { Vdi } from "../xo/records/vdi.ts";
import { VdiSnapshot } from "../xo/records/vdi-snapshot.ts";
import { Vm } from "../xo/records/vm.ts";
import { resolve } from "../xo/resolve.ts";

const Disk = Vdi.omit({ image_format: true });
const LooseSnapshot = VdiSnapshot.omit({ image_format: true, snapshot_time: true });
const SrKind = Sr.pick({
  id: true,
  name_label: true,
  SR_type: true,
  content_type: true,
  shared: true,
  $container: true,
  $pool: true,
});
const Holder = Vm.pick({ id: true, name_label: true, $VBDs: true });
const VmHolder = Holder.extend({
  power_state: Vm.shape.power_state,
  $container: Vm.shape.$container,
});
const HostName = Host.pick({ id: true, name_label: true });
const PoolName = Pool.pick({ id: true, name_label: true });

interface Scope {
  vm?: { id: string } | undefined;
  sr?: { id: string } | undefined;
  host?: { id: string } | undefined;
  pool?: { id: string } | undefined;
}

export const listVdis = defineTool({
  name: "list_vdis",
  title: "List disks",
  description:
    "Virtual disks, biggest first: state, size, real use alone and with its chain, who has it, storage, pool. Orphans are those of XO's health page; of XAPI's own disks it says what for. For disks of snapshots use list_snapshots, for what fills a storage get_sr_details.",
  input: z.strictObject({
    ...listInput(),
    state: z
      .enum(["all", "attached", "orphan", "missing"])
      .optional()
      .describe("orphan: nothing has it; missing: lost by its storage"),
    vm_id: z.string().optional().describe("UUID or name"),
    sr_id: z.string().optional().describe("UUID or name"),
    host_id: z.string().optional().describe("Only on its own storage, or of VMs running on it"),
    pool_id: z.string().optional().describe("UUID or name"),
  }),
  output: listOutput.extend({
    total_size_bytes: z.number().optional().describe("Of all matches"),
    total_used_bytes: z.number().optional(),
  }),
  examples: [
    { limit: 10 },
    { state: "orphan" },
    { host_id: "xcp-paris-01" },
    { vm_id: "web-prod-001" },
  ],
  needs: ({ state, vm_id, host_id }) => {
    const own: Seen[] = vm_id === undefined ? ["vdis", "vdi-snapshots"] : ["vdis"];
    const chosenBy: Seen[] = [
      ...(state === "orphan" || host_id !== undefined ? (["srs"] as const) : []),
      ...(host_id === undefined ? [] : (["vms"] as const)),
    ];
    return {
      parts: {
        items: [...own, ...chosenBy],
        total_size_bytes: [...own, ...chosenBy],
        total_used_bytes: [...own, ...chosenBy],
      },
      lookups: {
        "items.used_by": ["vms", "vm-templates", "vm-controllers"],
        "items.used_by_kind": ["vm-templates", "vm-controllers"],
        "items.vm_id": ["vms"],
        "items.vm_ids": ["vms"],
      },
    };
  },
  async run({ state = "all", vm_id, sr_id, host_id, pool_id, ...input }, context) {
    const { xo } = context;
    const [vm, sr, host, pool] = await Promise.all([
      resolve(xo, "vms", vm_id, VmHolder),
      resolve(xo, "srs", sr_id, SrKind),
      resolve(xo, "hosts", host_id, HostName),
      resolve(xo, "pools", pool_id, PoolName),
    ]);
    const scope = { vm, sr, host, pool };
    const { page, all } = await listJoined(
      context,
      {
        collection: "vdis",
        sort: "-size_bytes",
        read: async (filter) => {
          const disks = await readDisks(context, scope, filter);
          return state === "all" ? disks : disks.filter((disk) => disk.state === state);
        },
      },
      input,
    );
    return { ...page, ...totals(all) };
  },
});

async function readDisks(
  context: Context,
  { vm, sr, host, pool }: Scope,
  filter: Filter | undefined,
) {
  const { xo, warn } = context;
  const within = allOf(sr && hasId("$SR", sr.id), pool && hasId("$pool", pool.id));
  const [vdis, snapshots, srs, vms, pools, templates, controllers, sight] = await Promise.all([
    xo.records("vdis", Disk, allOf(within, filter)),
    // The others are a part of a VM's snapshot.
    vm === undefined
      ? xo.records("vdi-snapshots", LooseSnapshot, allOf(where`$VBDs:length:0`, within, filter))
      : [],
    xo.records("srs", SrKind),
    xo.records("vms", VmHolder),
    xo.records("pools", PoolName),
    xo.records("vm-templates", Holder),
    xo.records("vm-controllers", Holder),
    context.sight(),
    warnOfGaps(context),
  ]);
  const storages = new Map(srs.map((storage) => [storage.id, storage]));
  const owners = ownersByLink({
    vm: vms,
    template: templates,
    "control domain": controllers,
  });
  const poolById = new Map(pools.map((each) => [each.id, each]));
  const isWanted = wantedBy({ vm, host }, storages, vms);
  const wanted = [
    ...vdis.map((disk) => ({ disk, kind: undefined })),
    ...snapshots.map((disk) => ({ disk, kind: "snapshot" })),
  ]
    .map(({ disk, kind }) => ({ disk, kind, owners: ownersOf(disk, owners) }))
    .filter(({ disk, owners: own }) => isWanted(disk, own));
  const purposeOf = await readKept(
    context,
    wanted.map(({ disk }) => disk),
    sight,
  );
  const disks = wanted.map(({ disk, kind, owners: own }) => ({
    id: disk.id,
    name_label: disk.name_label,
    description: disk.name_description || undefined,
    state: diskState(disk, storages),
    kind,
    kept_for: own.length === 0 ? purposeOf(disk) : undefined,
    size_bytes: toldBytes(disk.size),
    used_bytes: toldBytes(disk.usage),
    chain_used_bytes: chainBytes(disk),
    ...describeOwners(own),
    storage: nameAmong(storages, disk.$SR),
    sr_id: disk.$SR ?? undefined,
    pool: nameAmong(poolById, disk.$pool),
  }));
  const unknown = disks.filter(({ state }) => state === "unknown").length;
  if (unknown > 0) {
    warn(
      say`Whether ${unknown} disks without a VM are orphans is unknown: their storage is not told.`,
    );
  }
  return disks;
}

/** Whether a disk is of the VM, and on the host's own storage or of a VM that runs on it. */
function wantedBy(
  { vm, host }: Scope,
  storages: ReadonlyMap<string, z.output<typeof SrKind>>,
  vms: readonly z.output<typeof VmHolder>[],
) {
  const resident = new Set(
    vms.filter((each) => isResident(each) && each.$container === host?.id).map(({ id }) => id),
  );
  return (disk: z.output<typeof Disk> | z.output<typeof LooseSnapshot>, owners: Owner[]) => {
    if (vm !== undefined && !owners.some(({ id }) => id === vm.id)) return false;
    if (host === undefined || owners.some(({ id }) => resident.has(id))) return true;
    const storage = storages.get(disk.$SR ?? "");
    return storage !== undefined && ownHost(storage) === host.id;
  };
}

function describeOwners(owners: readonly Owner[]) {
  const vms = owners.filter(({ kind }) => kind === "vm").map(({ id }) => id);
  return {
    used_by: owners[0] && owners.map(nameOf).join(", "),
    used_by_kind: owners[0]?.kind === "vm" ? undefined : owners[0]?.kind,
    vm_id: vms[0],
    vm_ids: vms.length > 1 ? vms : undefined,
  };
}

function totals(
  disks: readonly { size_bytes?: number | undefined; used_bytes?: number | undefined }[],
) {
  return {
    total_size_bytes: sumOf(disks, ({ size_bytes }) => size_bytes),
    total_used_bytes: sumOf(disks, ({ used_bytes }) => used_bytes),
  };
}
