import * as z from "zod";
import { isLeftOut } from "../../backup/left-out-disks.ts";
import {
  diskState,
  diskStates,
  operationsOn,
  stateKeys,
  toldChainBytes,
} from "../../estate/disks.ts";
import { purposeKeys } from "../../estate/kept-disks.ts";
import { isMediaStorage, toldBytes } from "../../estate/space.ts";
import type { Context } from "../../tool.ts";
import { Vdi } from "../../xo/records/vdi.ts";
import { VdiSnapshot } from "../../xo/records/vdi-snapshot.ts";
import { columnsOf } from "../column.ts";
import { listed } from "../columns/listed.ts";
import { poolPair } from "../columns/pool-pair.ts";
import { both } from "../fact.ts";
import { ownerOfDisk, purposes, snapshotOfDisk, storageKinds, vmOfDisk } from "../facts/disks.ts";
import { diskNames, srNames } from "../facts/names.ts";
import { defineTable } from "../table.ts";

const more = {
  cbt_enabled: z.boolean().nullish(),
  parent: z.string().nullish(),
  snapshots: z.array(z.string()).nullish(),
  tags: z.array(z.string()).nullish(),
};
const Disk = Vdi.extend(more);
const DiskSnapshot = VdiSnapshot.extend(more);

/** A disk, or a snapshot of one. */
type Row = z.output<typeof Disk> &
  Pick<z.output<typeof DiskSnapshot>, "snapshot_time" | "$snapshot_of"> & { isSnapshot: boolean };

const { column, joined } = columnsOf<Row>();

async function read({ xo }: Context, keys: readonly string[]): Promise<Row[]> {
  const [disks, snapshots] = await Promise.all([
    xo.records("vdis", Disk, undefined, keys),
    xo.records("vdi-snapshots", DiskSnapshot, undefined, keys),
  ]);
  return [
    ...disks.map((disk) => ({ ...disk, isSnapshot: false })),
    ...snapshots.map((snapshot) => ({ ...snapshot, isSnapshot: true })),
  ];
}

export const disks = defineTable({
  name: "disks",
  says: "virtual disks, snapshots of them, and media as ISOs: see kind",
  example:
    "select name, sr, used_bytes from disks where state = 'orphan' order by used_bytes desc limit 20",
  from: [],
  parts: ["vdis", "vdi-snapshots"],
  read,
  columns: {
    id: column("id", ["id"], ({ id }) => id),
    name: column("text", ["name_label"], (disk) => disk.name_label),
    description: column("text", ["name_description"], (disk) => disk.name_description),
    kind: joined(
      storageKinds,
      "text",
      ["isSnapshot", "$SR"],
      ({ isSnapshot, $SR }, kinds) => {
        if (isSnapshot) return "snapshot";
        const sr = kinds.get($SR ?? "");
        return sr && (isMediaStorage(sr) ? "media" : "disk");
      },
      {
        says: "media: on an ISO library or in a drive",
        values: ["disk", "snapshot", "media"],
        everyday: true,
      },
    ),
    state: joined(storageKinds, "text", stateKeys, diskState, {
      says: "orphan: an ordinary disk, or snapshot of one, that nothing has; other: nothing has it and nothing need to",
      values: diskStates,
      everyday: true,
    }),
    size_bytes: column("bytes", ["size"], ({ size }) => toldBytes(size), { everyday: true }),
    used_bytes: column("bytes", ["usage"], ({ usage }) => toldBytes(usage), {
      says: "of its own, without what it is layered on",
      everyday: true,
    }),
    chain_used_bytes: column("bytes", ["chainPhysicalUsage"], toldChainBytes, {
      says: "with the bases under it, which clones share: do not add them up; NULL of a snapshot",
    }),
    is_empty: column("flag", ["size"], ({ size }) => size === 0, { says: "has size 0" }),
    is_nobak: column("flag", ["name_label"], isLeftOut, {
      says: "left out of every backup, by NOBAK in its name",
    }),
    sr: joined(srNames, "text", ["$SR"], ({ $SR }, names) => names.get($SR ?? ""), {
      everyday: true,
    }),
    sr_id: column("id", ["$SR"], ({ $SR }) => $SR),
    ...poolPair,
    vm: joined(vmOfDisk, "text", ["$VBDs"], (disk, vmOf) => vmOf(disk)?.name_label, {
      says: "the first VM that has it; NULL of a snapshot: see snapshot_id",
      everyday: true,
    }),
    vm_id: joined(vmOfDisk, "id", ["$VBDs"], (disk, vmOf) => vmOf(disk)?.id),
    used_by: joined(ownerOfDisk, "text", ["$VBDs"], (disk, of) => of(disk)?.name_label),
    used_by_id: joined(ownerOfDisk, "id", ["$VBDs"], (disk, of) => of(disk)?.id),
    used_by_kind: joined(ownerOfDisk, "text", ["$VBDs"], (disk, of) => of(disk)?.kind, {
      values: ["vm", "template", "snapshot", "control domain"],
    }),
    kept_for: joined(
      both(purposes, ownerOfDisk),
      "text",
      ["$VBDs", ...purposeKeys],
      (disk, [purposeOf, of]) => (of(disk) === undefined ? purposeOf(disk) : undefined),
      { says: "what XAPI keeps a disk of its own for" },
    ),
    snapshot: joined(snapshotOfDisk, "text", ["id", "$VBDs"], (disk, of) => of(disk)?.name_label, {
      says: "the VM snapshot that it is a part of",
      everyday: true,
    }),
    snapshot_id: joined(snapshotOfDisk, "id", ["id", "$VBDs"], (disk, of) => of(disk)?.id),
    snapshot_of: joined(diskNames, "text", ["$snapshot_of"], ({ $snapshot_of }, names) =>
      names.get($snapshot_of ?? ""),
    ),
    snapshot_of_id: column("id", ["$snapshot_of"], ({ $snapshot_of }) => $snapshot_of, {
      says: "the disk that it is a snapshot of, also one that is gone",
    }),
    taken_at: column("time", ["snapshot_time"], ({ snapshot_time }) => snapshot_time),
    snapshot_count: column("count", ["snapshots"], (disk) => disk.snapshots?.length, {
      says: "how many snapshots of it there are",
    }),
    type: column("text", ["VDI_type"], ({ VDI_type }) => VDI_type, {
      says: "user, system, or XAPI's own as suspend, ha_statefile",
    }),
    format: column("text", ["image_format"], ({ image_format }) => image_format),
    cbt_enabled: column("flag", ["cbt_enabled"], ({ cbt_enabled }) => cbt_enabled),
    parent_id: column("id", ["parent"], ({ parent }) => parent, {
      says: "what it is layered on, mostly a base that no table has",
    }),
    tags: column("text", ["tags"], ({ tags }) => listed(tags)),
    current_operations: column(
      "text",
      ["current_operations"],
      (disk) => operationsOn(disk).join(", "),
      {
        says: "what is being done with it now",
      },
    ),
  },
});
