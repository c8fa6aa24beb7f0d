import * as z from "zod";
import { describeProtection, readCopies } from "../backup/copies.ts";
import { BackedUpVm } from "../backup/jobs.ts";
import { chainBytesShared, diskState, type DiskState } from "../estate/disks.ts";
import { warnOfGaps } from "../estate/gaps.ts";
import { readKept } from "../estate/kept-disks.ts";
import { allocatedBytes, promisedOf, provisioningOf } from "../estate/promised.ts";
import { holdsDisks, isMediaStorage, spaceOf, usedPercent, warnOfSpace } from "../estate/space.ts";
import { explainUse } from "../estate/storage-explained.ts";
import { readPlace } from "../estate/storage-place.ts";
import { describeKept, describeOrphans, describeSnapshots } from "../estate/storage-remains.ts";
import { type StorageUser, usersOf } from "../estate/storage-users.ts";
import { sumOf } from "../estate/sum-of.ts";
import { pageOf } from "../listing/page.ts";
import { listInput } from "../listing/parameters.ts";
import type { Seen } from "../sight/nouns.ts";
import type { Sight } from "../sight/sight.ts";
import { type Context, defineTool, oneObject, warnings } from "../tool.ts";
import { hasId } from "../xo/filter.ts";
import { Sr } from "../xo/records/sr.ts";
import { Vdi } from "../xo/records/vdi.ts";
import { VdiSnapshot } from "../xo/records/vdi-snapshot.ts";
import { Vm } from "../xo/records/vm.ts";
import { VmSnapshot } from "../xo/records/vm-snapshot.ts";
import { resolve } from "../xo/resolve.ts";

const Disk = Vdi.omit({ image_format: true });
const DiskSnapshot = VdiSnapshot.omit({ image_format: true, snapshot_time: true });
const Holder = Vm.pick({ id: true, name_label: true, $VBDs: true });
const VmHolder = BackedUpVm.extend({ $VBDs: Vm.shape.$VBDs });
const Taken = VmSnapshot.omit({ $pool: true, other: true, power_state: true });
const { limit, offset } = listInput("");

/** Who may have something there. */
const usersNeed: readonly Seen[] = [
  "vdis",
  "vdi-snapshots",
  "vms",
  "vm-templates",
  "vm-controllers",
  "vm-snapshots",
];

type SrRecord = z.output<typeof Sr>;

export const getSrDetails = defineTool({
  name: "get_sr_details",
  title: "Show one storage",
  description:
    "One storage: how full, who uses it (VMs, halted too, templates, snapshots, inserted ISOs) and takes most, what is lost if it fails, orphan disks, snapshots, use that nothing explains, the pool's use of it (default, suspend, HA), links to hosts. To compare storages use list_srs, for single disks list_vdis.",
  input: z.strictObject({
    sr_id: oneObject,
    limit: limit.describe("Most users"),
    offset,
  }),
  output: z
    .object({
      id: z.string(),
      name_label: z.string(),
      users: z.looseObject({}).optional().describe("How many of each kind"),
      next_offset: z.number().optional(),
      used_by: z.array(z.looseObject({})).optional(),
      warnings,
    })
    .loose(),
  examples: [{ sr_id: "NFS vol1", limit: 3 }, { sr_id: "SAN LUN2" }],
  needs: {
    parts: {
      users: usersNeed,
      used_by: usersNeed,
      "used_by.disks": ["vdis"],
      "used_by.used_bytes": ["vdis", "vdi-snapshots"],
      "used_by.chain_used_bytes": ["vdis", "vdi-snapshots"],
      "used_by.snapshots": ["vdi-snapshots", "vm-snapshots"],
      allocated_disks_bytes: ["vdis"],
      overcommit_ratio_disks: ["vdis"],
      explained: ["vdis", "vdi-snapshots"],
      "disks.total": ["vdis"],
      "disks.attached": ["vdis", "vdi-snapshots"],
      "disks.missing": ["vdis", "vdi-snapshots"],
      "disks.orphan": ["vdis", "vdi-snapshots"],
      "disks.unused": ["vdis", "vdi-snapshots"],
      "disks.snapshots": ["vdi-snapshots"],
      orphans: ["vdis", "vdi-snapshots"],
      snapshots: ["vdi-snapshots", "vm-snapshots"],
      protection: [...usersNeed, "backup-jobs", "schedules"],
      "used_by.backed_up_by": ["vdis", "backup-jobs", "schedules"],
      "used_by.replicas_elsewhere": ["vdis", "vms"],
      links: ["pbds", "hosts"],
      used_as: ["pools"],
    },
    lookups: {
      pool: ["pools"],
      "links.link": ["pbds"],
      allocated_bytes: ["vdis", "vdi-snapshots"],
      overcommit_ratio: ["vdis", "vdi-snapshots"],
      chain_used_bytes_are: usersNeed,
    },
    subject: ["srs"],
    pools: { "": "pool.id" },
  },
  async run({ sr_id, ...paging }, context) {
    const { xo } = context;
    const sr = await resolve(xo, "srs", sr_id, Sr);
    const sight = await context.sight();
    const [content, place] = await Promise.all([
      readContent(context, sr, sight),
      readPlace(context, sr, sight.whole("pbds", sr.$pool ?? undefined)),
      warnOfGaps(context),
    ]);
    const { users, ...held } = content;
    warnOfSpace([sr], context);
    const space = spaceOf(sr);
    const facts = {
      id: sr.id,
      name_label: sr.name_label,
      name_description: sr.name_description || undefined,
      type: sr.SR_type,
      content: sr.content_type,
      shared: sr.shared,
      ...place,
      in_maintenance: sr.inMaintenanceMode === true ? true : undefined,
      size_bytes: space?.size_bytes,
      used_bytes: space?.used_bytes,
      used_percent: usedPercent(sr),
      provisioning: holdsDisks(sr) ? provisioningOf(sr) : undefined,
      ...held,
      users: countUsers(users),
      chain_used_bytes_are: users.some((user) => user.chain_used_bytes > user.used_bytes)
        ? chainBytesShared
        : undefined,
    };
    const page = pageOf(
      context,
      users.map(({ used_bytes, chain_used_bytes, snapshots, ...user }) => ({
        ...user,
        snapshots,
        used_bytes,
        chain_used_bytes,
      })),
      { ...paging, order: { field: "chain_used_bytes", descending: true }, beside: facts },
    );
    return { ...facts, next_offset: page.next_offset, used_by: page.items };
  },
});

async function readContent(context: Context, sr: SrRecord, sight: Sight) {
  const { xo, now } = context;
  const here = hasId("$SR", sr.id);
  const [vdis, diskSnapshots, vms, templates, controllers, snapshots] = await Promise.all([
    xo.records("vdis", Disk, here),
    xo.records("vdi-snapshots", DiskSnapshot, here),
    xo.records("vms", VmHolder),
    xo.records("vm-templates", Holder),
    xo.records("vm-controllers", Holder),
    xo.records("vm-snapshots", Taken),
  ]);
  const loose = diskSnapshots.filter(({ $VBDs }) => ($VBDs ?? []).length === 0);
  const states = Map.groupBy([...vdis, ...loose], (disk) =>
    diskState(disk, new Map([[sr.id, sr]])),
  );
  const countOf = (state: DiskState) => states.get(state)?.length || undefined;
  const sees = (seen: Seen) => sight.whole(seen, sr.$pool ?? undefined);
  const isMedia = isMediaStorage(sr);
  const users = usersOf({
    vdis,
    diskSnapshots,
    holders: { vm: vms, template: templates, snapshot: snapshots, "control domain": controllers },
    snapshots,
    isMedia,
  });
  const copies = isMedia ? undefined : await readCopies(context, sr, users, vms);
  const spare = isMedia ? [] : (states.get("other") ?? []);
  const purposeOf = await readKept(context, spare, sight);
  const kept = describeKept(spare, purposeOf);
  const space = spaceOf(sr);
  const allocated = (disks: typeof vdis | typeof diskSnapshots) =>
    allocatedBytes(disks).get(sr.id) ?? 0;
  return {
    ...(isMedia
      ? {}
      : promisedOf(
          sr,
          sees("vdis") ? allocated(vdis) : undefined,
          sees("vdi-snapshots") ? allocated(diskSnapshots) : undefined,
        )),
    explained: isMedia || space === undefined ? undefined : explainUse(space, vdis, diskSnapshots),
    disks: {
      total: vdis.length,
      attached: countOf("attached"),
      missing: countOf("missing"),
      orphan: countOf("orphan"),
      kept_by_xapi: sumOf(kept ?? [], ({ total }) => total) || undefined,
      unused:
        (isMedia
          ? (states.get("other") ?? [])
          : spare.filter((disk) => purposeOf(disk) === undefined)
        ).length || undefined,
      snapshots: diskSnapshots.length - loose.length || undefined,
    },
    kept_by_xapi: kept,
    orphans: describeOrphans(states.get("orphan") ?? []),
    snapshots: describeSnapshots(
      snapshots,
      diskSnapshots,
      new Map([...vms, ...templates].map((vm) => [vm.id, vm])),
      now,
    ),
    protection: copies && describeProtection(copies),
    users: copies === undefined ? users : users.map((user) => ({ ...user, ...copies.of(user) })),
  };
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
