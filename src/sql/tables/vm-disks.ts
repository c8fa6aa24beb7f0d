import * as z from "zod";
import { toldBytes } from "../../estate/space.ts";
import type { Context } from "../../tool.ts";
import { Vbd } from "../../xo/records/vbd.ts";
import { Vm } from "../../xo/records/vm.ts";
import { columnsOf } from "../column.ts";
import { seldomPool } from "../columns/pool-pair.ts";
import { both } from "../fact.ts";
import { diskById } from "../facts/disks.ts";
import { srNames } from "../facts/names.ts";
import { defineTable } from "../table.ts";

const Link = Vbd.extend({ $pool: z.string().nullish() });
const Named = Vm.pick({ id: true, name_label: true });

type Row = z.output<typeof Link> & { vm: z.output<typeof Named> };

const { column, joined } = columnsOf<Row>();

/** Templates, snapshots and control domains have links as well: who counts disks of VMs wants none. */
async function read({ xo }: Context, keys: readonly string[]): Promise<Row[]> {
  const [links, vms] = await Promise.all([
    xo.records("vbds", Link, undefined, [...keys, "VM"]),
    xo.records("vms", Named),
  ]);
  const vmById = new Map(vms.map((vm) => [vm.id, vm]));
  return links.flatMap((link) => {
    const vm = vmById.get(link.VM ?? "");
    return vm === undefined ? [] : [{ ...link, vm }];
  });
}

const inserted = ["VDI"] as const;

export const vmDisks = defineTable({
  name: "vm_disks",
  says: "drives of VMs (VBDs): their disks, and disc drives with what is in them",
  example:
    "select vm, count(*), sum(size_bytes) from vm_disks where is_cd_drive = 0 group by vm_id order by 3 desc limit 10",
  from: ["vbds", "vms"],
  read,
  columns: {
    id: column("id", ["id"], ({ id }) => id),
    vm: column("text", ["vm"], ({ vm }) => vm.name_label, { everyday: true }),
    vm_id: column("id", ["vm"], ({ vm }) => vm.id),
    is_cd_drive: column("flag", ["is_cd_drive"], (link) => link.is_cd_drive, { everyday: true }),
    disk: joined(diskById, "text", inserted, ({ VDI }, disks) => disks.get(VDI ?? "")?.name_label, {
      says: "or the ISO that is inserted",
      everyday: true,
    }),
    disk_id: column("id", inserted, ({ VDI }) => VDI, { says: "NULL of an empty drive" }),
    size_bytes: joined(
      diskById,
      "bytes",
      inserted,
      ({ VDI }, disks) => toldBytes(disks.get(VDI ?? "")?.size),
      { everyday: true },
    ),
    used_bytes: joined(
      diskById,
      "bytes",
      inserted,
      ({ VDI }, disks) => toldBytes(disks.get(VDI ?? "")?.usage),
      { says: "of its own, without what it is layered on", everyday: true },
    ),
    sr: joined(
      both(diskById, srNames),
      "text",
      inserted,
      ({ VDI }, [disks, names]) => names.get(disks.get(VDI ?? "")?.$SR ?? ""),
      { everyday: true },
    ),
    sr_id: joined(diskById, "id", inserted, ({ VDI }, disks) => disks.get(VDI ?? "")?.$SR),
    ...seldomPool,
    format: joined(
      diskById,
      "text",
      inserted,
      ({ VDI }, disks) => disks.get(VDI ?? "")?.image_format,
    ),
    missing: joined(diskById, "flag", inserted, ({ VDI }, disks) => disks.get(VDI ?? "")?.missing, {
      says: "its storage has lost it",
    }),
    position: column("count", ["position"], ({ position }) =>
      position ? Number(position) : undefined,
    ),
    device: column("text", ["device"], ({ device }) => device, {
      says: "as the guest sees it; NULL while it is not plugged",
    }),
    attached: column("flag", ["attached"], ({ attached }) => attached, {
      says: "plugged now; 0 of a VM that is off",
    }),
    bootable: column("flag", ["bootable"], ({ bootable }) => bootable, {
      says: "read for paravirtual guests alone",
    }),
    read_only: column("flag", ["read_only"], (link) => link.read_only),
  },
});
