import type * as z from "zod";
import type { Vm } from "../xo/records/vm.ts";

/** What of VMs, templates, snapshots and control domains tells who has a disk. */
export type Holder = Pick<z.output<typeof Vm>, "id" | "name_label" | "$VBDs"> & {
  power_state?: string;
};

export type OwnerKind = "vm" | "template" | "snapshot" | "control domain";

export interface Owner {
  kind: OwnerKind;
  id: string;
  name_label: string;
  /** Of a VM. */
  power_state?: string | undefined;
}

/** Who has a disk, by the id of the link between them: both ends know it, so no link is asked for. */
export function ownersByLink(
  holders: Partial<Record<OwnerKind, readonly Holder[]>>,
): Map<string, Owner> {
  const owners = new Map<string, Owner>();
  const add = (kind: OwnerKind) => {
    for (const { id, name_label, power_state, $VBDs } of holders[kind] ?? []) {
      const owner: Owner = {
        kind,
        id,
        name_label,
        ...(kind === "vm" ? { power_state } : {}),
      };
      for (const link of $VBDs ?? []) owners.set(link, owner);
    }
  };
  add("vm");
  add("template");
  add("snapshot");
  add("control domain");
  return owners;
}

/** The owners of a disk, each once: a shared disk has several. */
export function ownersOf(
  { $VBDs }: { $VBDs?: readonly string[] | null | undefined },
  owners: ReadonlyMap<string, Owner>,
): Owner[] {
  return [...new Set(($VBDs ?? []).flatMap((link) => owners.get(link) ?? []))];
}

/** The VMs that have something on each storage, running or not; an inserted ISO counts. */
export function vmsByStorage(
  vdis: readonly {
    $SR?: string | null | undefined;
    $VBDs?: readonly string[] | null | undefined;
  }[],
  vms: readonly Holder[],
): Map<string, Set<string>> {
  const owners = ownersByLink({ vm: vms });
  const found = new Map<string, Set<string>>();
  for (const vdi of vdis) {
    const seen = found.get(vdi.$SR ?? "") ?? new Set();
    found.set(vdi.$SR ?? "", seen);
    for (const { id } of ownersOf(vdi, owners)) seen.add(id);
  }
  return found;
}
