import type { Xo } from "../xo/client.ts";
import { hasOneOf, where } from "../xo/filter.ts";
import { Vbd } from "../xo/records/vbd.ts";
import { Vdi } from "../xo/records/vdi.ts";

const MarkedDisk = Vdi.pick({ id: true, name_label: true });
const Link = Vbd.pick({ id: true, VM: true, VDI: true });

/** Ids in one request: they have to fit into an address. */
const perRequest = 50;

/** Whether XO leaves a disk out of every backup. */
export function isLeftOut({ name_label }: { name_label: string }): boolean {
  return name_label.includes("[NOBAK]");
}

/**
 * The names of the disks that XO leaves out of every backup, by the id of their VM: those with
 * [NOBAK] in their name, which its snapshots ignore (_AbstractXapi.mjs, xapi/vm.mjs).
 */
export async function readLeftOutDisks(xo: Xo): Promise<Map<string, string[]>> {
  const found = await xo.records("vdis", MarkedDisk, where`name_label:/\[NOBAK\]/`);
  const disks = new Map(
    found.flatMap((disk) => (isLeftOut(disk) ? [[disk.id, disk.name_label] as const] : [])),
  );
  const ids = [...disks.keys()];
  const parts = Array.from({ length: Math.ceil(ids.length / perRequest) }, (_, at) =>
    xo.records("vbds", Link, hasOneOf("VDI", ids.slice(at * perRequest, (at + 1) * perRequest))),
  );
  const links = (await Promise.all(parts)).flat();
  const byVm = Map.groupBy(links, ({ VM }) => VM ?? "");
  return new Map(
    [...byVm].map(([vm, own]) => [vm, own.flatMap(({ VDI }) => disks.get(VDI ?? "") ?? [])]),
  );
}
