import type { Xo } from "../xo/client.ts";
import { hasId, hasOneOf } from "../xo/filter.ts";
import { Sr } from "../xo/records/sr.ts";
import { Vbd } from "../xo/records/vbd.ts";
import { Vdi } from "../xo/records/vdi.ts";
import { nameOf } from "./name.ts";
import { toldBytes } from "./space.ts";

/** A disk as it is told of a VM, or of whatever links to it. */
export const VmDisk = Vdi.pick({
  id: true,
  name_label: true,
  size: true,
  usage: true,
  image_format: true,
  missing: true,
  $SR: true,
});
const SrName = Sr.pick({ id: true, name_label: true, SR_type: true });

/** The drives of a VM in their order, with what is in them, beside the records of the links. */
export async function readVmDisks(xo: Xo, vm: { id: string }) {
  const links = await xo.records("vbds", Vbd, hasId("VM", vm.id));
  const ids = links.flatMap(({ VDI }) => (VDI ? [VDI] : []));
  const [vdis, srs] = await Promise.all([
    ids.length === 0 ? [] : xo.records("vdis", VmDisk, hasOneOf("id", ids)),
    xo.records("srs", SrName),
  ]);
  const vdiById = new Map(vdis.map((vdi) => [vdi.id, vdi]));
  const srById = new Map(srs.map((sr) => [sr.id, sr]));
  const inOrder = links.toSorted((a, b) => Number(a.position ?? 0) - Number(b.position ?? 0));
  const described = inOrder.map((link) => {
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
  return { links, described };
}
