import type * as z from "zod";
import { say } from "../sentence.ts";
import type { Context } from "../tool.ts";
import { hasOneOf } from "../xo/filter.ts";
import type { Sr } from "../xo/records/sr.ts";
import { Vdi } from "../xo/records/vdi.ts";
import type { Vm } from "../xo/records/vm.ts";
import type { HostLoad, HostSize, VmSize } from "./capacity.ts";
import { nameOf } from "./name.ts";
import { part } from "./part.ts";
import { holdsDisks } from "./space.ts";

const DiskLinks = Vdi.pick({ id: true, $SR: true, $VBDs: true });

type TiedVm = VmSize & Pick<z.output<typeof Vm>, "$VBDs">;
type TyingSr = Pick<
  z.output<typeof Sr>,
  "id" | "shared" | "$container" | "SR_type" | "content_type" | "size"
>;

const mostNames = 3;

/** The VMs with a disk on a lost host's own storage: wherever there is memory, they start nowhere else. */
export async function readTied(
  context: Context,
  lost: readonly HostLoad<HostSize, TiedVm>[],
  srs: readonly TyingSr[] | undefined,
) {
  if (srs === undefined) return undefined;
  const ids = new Set(lost.map(({ host }) => host.id));
  const local = new Map(
    srs
      .filter((sr) => sr.shared === false && holdsDisks(sr) && ids.has(sr.$container ?? ""))
      .map((sr) => [sr.id, sr.$container ?? ""]),
  );
  const disks =
    local.size === 0
      ? []
      : await part(
          context,
          say`which VMs have disks on a host's own storage`,
          context.xo.records("vdis", DiskLinks, hasOneOf("$SR", [...local.keys()])),
        );
  if (disks === undefined) return undefined;
  const links = new Map(
    disks.flatMap(({ $SR, $VBDs }) => ($VBDs ?? []).map((link) => [link, local.get($SR ?? "")])),
  );
  return new Map(
    lost.map(({ host, vms }) => {
      const names = vms
        .filter(({ $VBDs }) => ($VBDs ?? []).some((link) => links.get(link) === host.id))
        .map(nameOf);
      return [host.id, { total: names.length, names: names.toSorted().slice(0, mostNames) }];
    }),
  );
}
