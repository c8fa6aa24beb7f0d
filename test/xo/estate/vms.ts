import { canary } from "./canary.ts";
import { addDisk, plug } from "./disks.ts";
import { macOf, Random, uuidOf } from "./random.ts";
import type { HostRecord, NetworkRecord, SrRecord, VmRecord } from "./records.ts";
import { addSnapshots } from "./snapshots.ts";
import { vmFields } from "./vm-fields.ts";
import { ordinaryPlan, type VmPlan } from "./vm-plan.ts";
import { applySecondName, applyTraps } from "./vm-traps.ts";
import { DAY, GIB, share, type Site, type World } from "./world.ts";

/** The VMs of a pool, with disks, interfaces and snapshots, in no particular order. */
export function addVms(world: World, site: Site): void {
  const count = share(world.vms, world.pools, site.index);
  const plans = Array.from({ length: count }, (_, index) => ordinaryPlan(world, site.index, index));
  if (site.index === 0) {
    applyTraps(plans);
  }
  const last = plans.at(-1);
  if (site.index === world.pools - 1 && last !== undefined) {
    applySecondName(last);
  }
  const random = new Random(`order/${site.index}`);
  const hosts = site.hosts.filter((host) => host.power_state === "Running" && host.enabled);
  random.shuffle(plans).forEach((plan, index) => {
    const host = hosts[index % Math.max(1, hosts.length)];
    addVm(world, site, plan, host, index);
  });
}

function addVm(
  world: World,
  site: Site,
  plan: VmPlan,
  host: HostRecord | undefined,
  index: number,
): void {
  const random = new Random(`vm-details/${plan.key}`);
  const resident = plan.state === "Running" || plan.state === "Paused" ? host : undefined;
  const base = world.base("VM", plan.key, site.pool.id);
  const fields = vmFields({
    cpus: plan.cpus,
    ...(plan.maxCpus === undefined ? {} : { maxCpus: plan.maxCpus }),
    memory: plan.memoryGib * GIB,
    seed: `vm/${plan.key}`,
  });
  const template = random.pick(site.templates);
  const installed = world.seconds - random.int(60, 400) * DAY;
  const started = resident === undefined ? null : world.seconds - random.int(3600, 50 * DAY);
  const creation = {
    date: new Date(installed * 1000).toISOString(),
    template: template.uuid,
    user: uuidOf("user/admin"),
  };
  const windows = plan.os.distro === "windows";
  const vm: VmRecord = world.add({
    ...fields,
    ...base,
    ...(host !== undefined && random.chance(0.1) ? { affinityHost: host.id } : {}),
    auto_poweron: plan.env === "prod",
    boot: { order: "cdn", firmware: windows ? "uefi" : "bios" },
    creation,
    current_operations: plan.busy === true ? { [uuidOf(`task/${plan.key}`)]: "snapshot" } : {},
    vulnerabilities: { xsa468: plan.xsa468 ?? false },
    viridian: windows,
    high_availability: highAvailability(site, plan, index),
    installTime: installed,
    name_description: plan.description,
    name_label: plan.name,
    ...(plan.notes === undefined ? {} : { notes: plan.notes }),
    other: {
      ...fields.other,
      base_template_name: template.name_label,
      [`xo:${base.uuid.slice(0, 8)}`]: JSON.stringify({ creation }),
      ...(plan.env === "prod" ? { auto_poweron: "true" } : {}),
    },
    power_state: plan.state,
    secureBoot: windows,
    startTime: started,
    tags: plan.tags,
    ...guestTools(site.index, plan, resident !== undefined, index),
    $container: resident?.id ?? site.pool.id,
  });
  site.vms.push(vm);
  for (const name of plan.traps) {
    world.trap(name, vm.id);
  }
  if (resident !== undefined) {
    resident.residentVms.push(vm.id);
    resident.memory.usage += vm.memory.size;
  }
  addDisks(world, site, plan, vm, resident ?? host, random);
  addVifs(world, site, plan, vm, random);
  addSnapshots(world, vm, plan);
}

/** Production is restarted where HA is on; one VM of the second pool asks for it where it is off. */
function highAvailability(site: Site, plan: VmPlan, index: number): string {
  const stray = site.index === 1 && index === 0;
  return stray || (site.pool.HA_enabled && plan.env === "prod") ? "restart" : "";
}

/** What only the guest's tools know: nothing at all for a VM that is on no host. */
function guestTools(site: number, plan: VmPlan, resident: boolean, index: number) {
  if (!resident) {
    return {};
  }
  if (plan.tools === "none") {
    return { xenTools: false, managementAgentDetected: false, pvDriversDetected: false };
  }
  const addresses = plan.addresses ?? {
    "0/ipv4/0": `10.${20 + site}.${index >> 8}.${index & 255}`,
  };
  const [mainIpAddress] = Object.values(addresses);
  const old = plan.tools === "old";
  return {
    addresses,
    ...(mainIpAddress === undefined ? {} : { mainIpAddress }),
    os_version: plan.osUnknown === true ? null : { ...plan.os },
    xenTools: old ? { major: 6, minor: 5, version: 6.5 } : { major: 7, minor: 30, version: 7.3 },
    managementAgentDetected: true,
    pvDriversDetected: true,
    pvDriversVersion: old ? "6.5.0-5" : "7.30.0-12",
    pvDriversUpToDate: !old,
  };
}

function addDisks(
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
  const sr: SrRecord | undefined =
    roll < 0.4 ? nfs1 : roll < 0.75 ? nfs2 : roll < 0.95 ? san : (local ?? nfs1);
  if (sr === undefined) {
    return;
  }
  plan.disksGib.forEach((gib, number) => {
    const missing = plan.missingDisk === true && number === 0;
    const vdi = addDisk(world, {
      sr,
      key: `${plan.key}/${number}`,
      name_label: `${plan.name}_${number}`,
      size: gib * GIB,
      // The first NFS storage is full without being over-committed, the second the other way round.
      used: (sr === nfs1 ? 0.6 : 0.15) + random.next() * 0.2,
      missing,
    });
    if (missing) {
      world.trap("missing-vdi", vdi.id);
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

function addVifs(world: World, site: Site, plan: VmPlan, vm: VmRecord, random: Random): void {
  const [production, development, dmz] = site.networks.guests;
  const main = plan.env === "prod" ? production : development;
  const two = plan.addresses?.["1/ipv4/0"] !== undefined || random.chance(0.1);
  for (const [device, network] of [main, two ? dmz : undefined].entries()) {
    if (network !== undefined) {
      const mac = device === 0 ? plan.mac : undefined;
      addVif(world, vm, network, device, mac ?? macOf(`${plan.key}/${device}`));
    }
  }
}

/** Connects a VM, or its snapshot, to a network. */
export function addVif(
  world: World,
  vm: Pick<VmRecord, "id" | "$pool" | "power_state" | "VIFs">,
  network: NetworkRecord,
  device: number,
  mac: string,
): void {
  const vif = world.add({
    ...world.base("VIF", `${vm.id}/${device}`, vm.$pool),
    allowedIpv4Addresses: [],
    allowedIpv6Addresses: [],
    attached: vm.power_state === "Running" || vm.power_state === "Paused",
    device: String(device),
    lockingMode: "network_default",
    MAC: mac,
    MTU: network.MTU,
    other_config: { "switch-password": canary("vif-other-config") },
    txChecksumming: true,
    $network: network.id,
    $VM: vm.id,
  });
  vm.VIFs.push(vif.id);
  network.VIFs.push(vif.id);
}
