import * as z from "zod";
import { diskState, type DiskState } from "../estate/disks.ts";
import { warnOfGaps } from "../estate/gaps.ts";
import {
  allocatedBytes,
  overcommitRatio,
  PoolStorage,
  poolUses,
  usedPercent,
} from "../estate/storage.ts";
import { type StorageUser, usersOf } from "../estate/storage-users.ts";
import { sumOf } from "../estate/sum-of.ts";
import { pageOf } from "../listing/page.ts";
import { listInput } from "../listing/parameters.ts";
import { type Context, defineTool, oneObject, warnings } from "../tool.ts";
import { hasId } from "../xo/filter.ts";
import { Host } from "../xo/records/host.ts";
import { Pbd } from "../xo/records/pbd.ts";
import { Sr } from "../xo/records/sr.ts";
import { Vdi } from "../xo/records/vdi.ts";
import { VdiSnapshot } from "../xo/records/vdi-snapshot.ts";
import { Vm } from "../xo/records/vm.ts";
import { VmSnapshot } from "../xo/records/vm-snapshot.ts";
import { choose } from "../xo/resolve.ts";

const Storage = Sr.omit({ usage: true });
const Disk = Vdi.omit({ image_format: true, $pool: true });
const DiskSnapshot = VdiSnapshot.omit({ image_format: true, $pool: true, snapshot_time: true });
const Holder = Vm.pick({ id: true, name_label: true, $VBDs: true });
const VmHolder = Holder.extend({ power_state: Vm.shape.power_state });
const Taken = VmSnapshot.pick({ id: true, name_label: true, $snapshot_of: true, $VBDs: true });
const HostState = Host.pick({ id: true, name_label: true, power_state: true, $pool: true });
const { limit, offset } = listInput("");

export const getSrDetails = defineTool({
  name: "get_sr_details",
  title: "Show one storage",
  description:
    "One storage: how full, who uses it (VMs, halted too, templates, snapshots, inserted ISOs) and takes most, the pool's use of it (default, suspend, HA), orphan disks, links to hosts. To compare storages use list_srs, for single disks list_vdis.",
  input: z.strictObject({
    sr_id: oneObject,
    limit: limit.describe("Most users to return"),
    offset,
  }),
  output: z
    .object({
      id: z.string(),
      name_label: z.string(),
      users: z.looseObject({}).describe("How many of each kind"),
      next_offset: z.number().optional(),
      used_by: z.array(z.looseObject({})),
      warnings,
    })
    .loose(),
  async run({ sr_id, ...paging }, context) {
    const { xo, warn } = context;
    const sr = choose("srs", await xo.list("srs", Storage), sr_id);
    const [content, place] = await Promise.all([readContent(context, sr), readPlace(context, sr)]);
    const { users, disks, promised } = content;
    const facts = {
      id: sr.id,
      name_label: sr.name_label,
      name_description: sr.name_description || undefined,
      type: sr.SR_type,
      content: sr.content_type,
      shared: sr.shared,
      ...place,
      in_maintenance: sr.inMaintenanceMode === true ? true : undefined,
      size_bytes: sr.size && sr.size > 0 ? sr.size : undefined,
      used_bytes: sr.physical_usage,
      used_percent: usedPercent(sr),
      provisioning: sr.allocationStrategy,
      allocated_bytes: promised,
      overcommit_ratio: overcommitRatio(sr, promised),
      disks,
      users: countUsers(users),
    };
    const room = context.budget - JSON.stringify(facts).length;
    const page = pageOf(
      { budget: room, warn },
      users.map(({ used_bytes, ...user }) => ({ ...user, used_bytes })),
      {
        ...paging,
        order: { field: "used_bytes", descending: true },
      },
    );
    return { ...facts, next_offset: page.next_offset, used_by: page.items };
  },
});

async function readContent(context: Context, sr: z.output<typeof Storage>) {
  const { xo, warn } = context;
  const here = hasId("$SR", sr.id);
  const [vdis, diskSnapshots, vms, templates, controllers, snapshots, sight] = await Promise.all([
    xo.list("vdis", Disk, here),
    xo.list("vdi-snapshots", DiskSnapshot, here),
    xo.list("vms", VmHolder),
    xo.list("vm-templates", Holder),
    xo.list("vm-controllers", Holder),
    xo.list("vm-snapshots", Taken),
    warnOfGaps(context).then(({ sight }) => sight()),
  ]);
  if (vdis.length + diskSnapshots.length === 0 && !sight.whole("vdis")) {
    warn(
      "No disk on this storage was told: this account may not see them, so its users are unknown.",
    );
  }
  const loose = diskSnapshots.filter(({ $VBDs }) => ($VBDs ?? []).length === 0);
  const storages = new Map([[sr.id, sr]]);
  const states = Map.groupBy([...vdis, ...loose], (disk) => diskState(disk, storages));
  const orphans = states.get("orphan");
  const countOf = (state: DiskState) => states.get(state)?.length || undefined;
  const seesDisks = sight.whole("vdis") || vdis.length > 0;
  return {
    users: usersOf({
      vdis,
      diskSnapshots,
      holders: {
        vm: vms,
        template: templates,
        snapshot: snapshots,
        "control domain": controllers,
      },
      snapshots,
      isMedia: sr.SR_type === "iso" || sr.content_type === "iso",
    }),
    disks: {
      total: vdis.length,
      attached: countOf("attached"),
      missing: countOf("missing"),
      orphan: countOf("orphan"),
      orphan_used_bytes: orphans && sumOf(orphans, ({ usage }) => usage),
      unused: countOf("other"),
      snapshots: diskSnapshots.length - loose.length || undefined,
    },
    promised: seesDisks ? (allocatedBytes(vdis).get(sr.id) ?? 0) : undefined,
  };
}

/** Where it is, what the pool does with it, and how each host is linked to it. */
async function readPlace({ xo }: Context, sr: z.output<typeof Storage>) {
  const [pools, pbds, hosts] = await Promise.all([
    xo.list("pools", PoolStorage, sr.$pool ? hasId("id", sr.$pool) : undefined),
    xo.list("pbds", Pbd, hasId("SR", sr.id)),
    xo.list("hosts", HostState, sr.$pool ? hasId("$pool", sr.$pool) : undefined),
  ]);
  const pool = pools.find(({ id }) => id === sr.$pool);
  const linkByHost = new Map(pbds.map((pbd) => [pbd.host, pbd]));
  // A shared storage should be on each host of its pool; a local one has one host.
  const linked = hosts.filter(({ id }) => sr.shared === true || linkByHost.has(id));
  const known = new Set(hosts.map(({ id }) => id));
  return {
    pool: pool === undefined ? undefined : { id: pool.id, name_label: pool.name_label },
    used_as: pool === undefined ? undefined : poolUses(sr.id, pool),
    links: [
      ...linked.map(({ id, name_label, power_state }) => ({
        host: name_label,
        link: linkState(linkByHost.get(id)?.attached, power_state),
      })),
      ...pbds
        .filter(({ host }) => !known.has(host ?? ""))
        .map(({ host, attached }) => ({ host: host ?? "unknown", link: linkState(attached) })),
    ],
  };
}

function linkState(attached: boolean | null | undefined, power_state?: string | null): string {
  if (attached === true) return "plugged";
  if (power_state === "Halted") return "host down";
  return attached === false ? "unplugged" : "none";
}

function countUsers(users: readonly StorageUser[]) {
  const vms = users.filter(({ kind }) => kind === "vm");
  const running = vms.filter(({ power_state }) => power_state === "Running").length;
  const halted = vms.filter(({ power_state }) => power_state === "Halted").length;
  const of = (kind: StorageUser["kind"]) => users.filter((user) => user.kind === kind).length;
  return {
    total: users.length,
    vms: vms.length,
    vms_running: running,
    vms_halted: halted,
    vms_other: vms.length - running - halted,
    templates: of("template"),
    orphan_snapshots: of("snapshot"),
    control_domains: of("control domain"),
    snapshots_of_users: sumOf(users, ({ snapshots }) => snapshots),
  };
}
