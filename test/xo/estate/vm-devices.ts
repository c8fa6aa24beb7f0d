import { macOf, type Random } from "./random.ts";
import type { HostRecord, SrRecord, VmRecord } from "./records.ts";
import type { VmPlan } from "./vm-plan.ts";
import { GIB, type Site, type World } from "./world.ts";
import { addDisk } from "./records/vdi.ts";
import { plug } from "./records/vbd.ts";
import { addVif } from "./records/vif.ts";

/** A VM's disks and its disc drive, on the storage that chance gives it. */
export function addDisks(
  world: World,
  site: Site,
  plan: VmPlan,
  vm: VmRecord,
  host: HostRecord | undefined,
  random: Random,
): void {
  // Most VMs are on the two NFS storages, a few on the disk of the host they happen to be on.
  const roll = random.next();
  const [nfs1, nfs2, san] = site.storage.guests;
  const local = host === undefined ? undefined : site.storage.locals.get(host.id);
  const first: SrRecord | undefined =
    plan.local === true
      ? local
      : roll < 0.4
        ? nfs1
        : roll < 0.75
          ? nfs2
          : roll < 0.95
            ? san
            : (local ?? nfs1);
  const second = plan.split === true ? (first === san ? nfs2 : san) : first;
  if (first === undefined || second === undefined) {
    return;
  }
  plan.disksGib.forEach((gib, number) => {
    const sr = number === 0 ? first : second;
    const missing = plan.missingDisk === true && number === 0;
    const marked = plan.leftOutDisk === true && number === 1;
    const vdi = addDisk(world, {
      sr,
      key: `${plan.key}/${number}`,
      name_label: `${marked ? "[NOBAK] " : ""}${plan.name}_${number}`,
      size: gib * GIB,
      // The first NFS storage is full without being over-committed, the second the other way round.
      used: (sr === nfs1 ? 0.6 : 0.15) + random.next() * 0.2,
      missing,
    });
    if (missing) {
      world.trap("missing-vdi", vdi.id);
    }
    if (marked) {
      world.trap("left-out-vdi", vdi.id);
    }
    plug(world, { vm, vdi, position: number });
  });
  const [iso] = site.storage.isos;
  const inserted = plan.iso === true ? iso : undefined;
  plug(world, {
    vm,
    position: plan.disksGib.length + 1,
    cd: true,
    ...(inserted === undefined ? {} : { vdi: inserted }),
  });
}

/** A VM's interfaces: on the network of its kind, and a few on a second one. */
export function addVifs(
  world: World,
  site: Site,
  plan: VmPlan,
  vm: VmRecord,
  random: Random,
): void {
  const { guests, lab, voice } = site.networks;
  const [production, development, dmz] = guests;
  const main = plan.env === "prod" ? production : development;
  const two = plan.addresses?.["1/ipv4/0"] !== undefined || random.chance(0.1);
  const seldom = plan.lab === true ? lab : plan.voice === true ? voice : undefined;
  const other = seldom ?? (two ? dmz : undefined);
  for (const [device, network] of [main, other].entries()) {
    if (network !== undefined) {
      const mac = device === 0 ? plan.mac : undefined;
      addVif(world, vm, network, device, mac ?? macOf(`${plan.key}/${device}`));
    }
  }
}
