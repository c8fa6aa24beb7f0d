import * as z from "zod";
import { chainBytes, diskState } from "../estate/disks.ts";
import { warnOfGaps } from "../estate/gaps.ts";
import { type Owner, ownersByLink, ownersOf } from "../estate/owners.ts";
import { sumOf } from "../estate/sum-of.ts";
import { listComputed } from "../listing/computed.ts";
import { listInput, listOutput } from "../listing/parameters.ts";
import { type Context, defineTool } from "../tool.ts";
import { allOf, type Filter, hasId, where } from "../xo/filter.ts";
import { Sr } from "../xo/records/sr.ts";
import { Vdi } from "../xo/records/vdi.ts";
import { VdiSnapshot } from "../xo/records/vdi-snapshot.ts";
import { Vm } from "../xo/records/vm.ts";
import { choose } from "../xo/resolve.ts";

const Disk = Vdi.omit({ image_format: true, $pool: true });
const LooseSnapshot = VdiSnapshot.omit({ image_format: true, $pool: true, snapshot_time: true });
const SrKind = Sr.pick({ id: true, name_label: true, SR_type: true, size: true });
const Holder = Vm.pick({ id: true, name_label: true, $VBDs: true });

interface Scope {
  vm?: { id: string } | undefined;
  sr?: { id: string } | undefined;
}

export const listVdis = defineTool({
  name: "list_vdis",
  title: "List disks",
  description:
    "Virtual disks, biggest first: state, size, real use alone and with its chain, who has it, storage. Orphans are those of XO's health page. For disks of snapshots use list_snapshots, for what fills a storage get_sr_details.",
  input: z.strictObject({
    ...listInput("joined, with names"),
    state: z
      .enum(["all", "attached", "orphan", "missing"])
      .optional()
      .describe("orphan: nothing has it; missing: lost by its storage"),
    vm_id: z.string().optional().describe("Only of this VM (UUID or name)"),
    sr_id: z.string().optional().describe("Only on this storage (UUID or name)"),
  }),
  output: listOutput.extend({
    total_size_bytes: z.number().optional().describe("Of all matches"),
    total_used_bytes: z.number().optional(),
  }),
  async run({ state = "all", vm_id, sr_id, ...input }, context) {
    const { xo, warn } = context;
    const [vm, sr] = await Promise.all([
      vm_id === undefined ? undefined : choose("vms", await xo.list("vms", Holder), vm_id),
      sr_id === undefined ? undefined : choose("srs", await xo.list("srs", SrKind), sr_id),
    ]);
    const { page, all } = await listComputed(
      context,
      {
        collection: "vdis",
        sort: "-size_bytes",
        read: async (filter) => {
          const disks = await readDisks(context, { vm, sr }, filter);
          return state === "all" ? disks : disks.filter((disk) => disk.state === state);
        },
      },
      input,
    );
    const loose = all.filter(({ kind }) => kind === "snapshot").length;
    if (input.fields !== undefined && loose > 0) {
      warn(`Without fields, ${loose} loose disk snapshots would be here too.`);
    }
    return { ...page, ...totals(all) };
  },
});

async function readDisks(context: Context, { vm, sr }: Scope, filter: Filter | undefined) {
  const { xo, warn } = context;
  const onStorage = sr && hasId("$SR", sr.id);
  const [vdis, snapshots, srs, vms, templates, controllers] = await Promise.all([
    xo.list("vdis", Disk, allOf(onStorage, filter)),
    // The others are a part of a VM's snapshot.
    vm === undefined
      ? xo.list("vdi-snapshots", LooseSnapshot, allOf(where`$VBDs:length:0`, onStorage, filter))
      : [],
    xo.list("srs", SrKind),
    xo.list("vms", Holder),
    xo.list("vm-templates", Holder),
    xo.list("vm-controllers", Holder),
    warnOfGaps(context),
  ]);
  const storages = new Map(srs.map((storage) => [storage.id, storage]));
  const owners = ownersByLink({
    vm: vms,
    template: templates,
    "control domain": controllers,
  });
  const disks = [
    ...vdis.map((disk) => ({ disk, kind: undefined })),
    ...snapshots.map((disk) => ({ disk, kind: "snapshot" })),
  ].map(({ disk, kind }) => ({
    id: disk.id,
    name_label: disk.name_label,
    state: diskState(disk, storages),
    kind,
    size_bytes: disk.size ?? undefined,
    used_bytes: disk.usage ?? undefined,
    chain_used_bytes: chainBytes(disk),
    ...describeOwners(ownersOf(disk, owners)),
    storage: storages.get(disk.$SR ?? "")?.name_label,
    sr_id: disk.$SR ?? undefined,
  }));
  const unknown = disks.filter(({ state }) => state === "unknown").length;
  if (unknown > 0) {
    warn(
      `Whether ${unknown} disks without a VM are orphans is unknown: their storage is not told.`,
    );
  }
  return vm === undefined
    ? disks
    : disks.filter((disk) => disk.vm_id === vm.id || disk.vm_ids?.includes(vm.id));
}

function describeOwners(owners: readonly Owner[]) {
  const vms = owners.filter(({ kind }) => kind === "vm").map(({ id }) => id);
  return {
    used_by: owners[0] && owners.map(({ name_label }) => name_label).join(", "),
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
