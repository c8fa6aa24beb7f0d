import { readPurposes } from "../../estate/kept-disks.ts";
import { type Owner, type OwnerKind, ownersByLink, ownersOf } from "../../estate/owners.ts";
import { VmDisk } from "../../estate/vm-disks.ts";
import { Sr } from "../../xo/records/sr.ts";
import { Vm } from "../../xo/records/vm.ts";
import { VmSnapshot } from "../../xo/records/vm-snapshot.ts";
import type { Collection } from "../../xo/routes.ts";
import { fact } from "../fact.ts";

const Holder = Vm.pick({ id: true, name_label: true, $VBDs: true });
const Taken = VmSnapshot.pick({ id: true, name_label: true, $VBDs: true, suspendVdi: true });

type Linked = { $VBDs?: readonly string[] | null | undefined };

function holdersIn(kind: OwnerKind, collection: Collection) {
  return fact([collection], async ({ xo }) =>
    ownersByLink({ [kind]: await xo.records(collection, Holder) }),
  );
}

const vmLinks = holdersIn("vm", "vms");
const templateLinks = holdersIn("template", "vm-templates");
const domainLinks = holdersIn("control domain", "vm-controllers");

const snapshotLinks = fact(["vm-snapshots"], async ({ xo }) => {
  const taken = await xo.records("vm-snapshots", Taken);
  return {
    owners: ownersByLink({ snapshot: taken }),
    byMemory: new Map(taken.map((one) => [one.suspendVdi ?? "", one])),
  };
});

/** The first VM that has a disk. */
export const vmOfDisk = fact(vmLinks.needs, async (context) => {
  const owners = await vmLinks.in(context);
  return (disk: Linked): Owner | undefined => ownersOf(disk, owners)[0];
});

/** The snapshot of a VM that a disk, or its memory, is a part of. */
export const snapshotOfDisk = fact(snapshotLinks.needs, async (context) => {
  const { owners, byMemory } = await snapshotLinks.in(context);
  return (disk: Linked & { id: string }) => ownersOf(disk, owners)[0] ?? byMemory.get(disk.id);
});

const allLinks = [vmLinks, templateLinks, domainLinks];

/** The first that has a disk, of whatever kind. */
export const ownerOfDisk = fact(
  [...allLinks, snapshotLinks].flatMap(({ needs }) => needs),
  async (context) => {
    const [taken, ...others] = await Promise.all([
      snapshotLinks.in(context),
      ...allLinks.map((links) => links.in(context)),
    ]);
    const owners = new Map([taken.owners, ...others].flatMap((links) => [...links]));
    return (disk: Linked): Owner | undefined => ownersOf(disk, owners)[0];
  },
);

const StorageKind = Sr.pick({ id: true, SR_type: true, content_type: true });

/** What kind each storage is of. */
export const storageKinds = fact(["srs"], async ({ xo }) => {
  const srs = await xo.records("srs", StorageKind);
  return new Map(srs.map((sr) => [sr.id, sr]));
});

/** What XAPI keeps a disk of its own for. */
export const purposes = fact(["vms", "vm-snapshots", "vdis"], async (context) =>
  readPurposes(context, await context.sight()),
);

/** The disks, for whatever links to them. */
export const diskById = fact(["vdis"], async ({ xo }) => {
  const vdis = await xo.records("vdis", VmDisk);
  return new Map(vdis.map((vdi) => [vdi.id, vdi]));
});
