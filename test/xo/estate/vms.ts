import { Placement } from "./placement.ts";
import { Random, uuidOf } from "./random.ts";
import { type HostRecord, isType, type VmRecord } from "./records.ts";
import { addSnapshots } from "./snapshots.ts";
import { addDisks, addVifs } from "./vm-devices.ts";
import { ordinaryPlan, type VmPlan } from "./vm-plan.ts";
import { spread } from "./vm-spread.ts";
import { applyTraps, SEATS } from "./vm-traps.ts";
import { DAY, GIB, HOUR, type Site, type World } from "./world.ts";
import { vmFields } from "./records/vm-like.ts";

/** What all VMs will be, by pool: first the traps, then what is like nothing else. */
export function planVms(world: World): VmPlan[][] {
  const plans = Array.from({ length: world.pools }, (_, site) =>
    Array.from({ length: world.sizeOf(site).vms }, (_plan, index) => {
      const plan = ordinaryPlan(world, site, index);
      if (site > 0 || index >= SEATS) spread(plan);
      return plan;
    }),
  );
  applyTraps(plans, world.reservations);
  return plans;
}

/** The VMs of a pool, with disks, interfaces and snapshots, in no particular order. */
export function addVms(world: World, site: Site, plans: readonly VmPlan[]): void {
  const placement = new Placement(site);
  const order = new Random(`order/${site.index}`).shuffle([...plans.entries()]);
  order.forEach(([number, plan], index) => {
    addVm(world, site, plan, placement.next(plan, number), index);
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
  const installed = world.seconds - (plan.ageDays ?? random.int(60, 400)) * DAY;
  const age = Math.min(random.int(3600, 50 * DAY), world.seconds - installed - HOUR);
  const started = resident === undefined ? null : world.seconds - age;
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
    world.trap(name, vm.id, name);
  }
  for (const name of [...plan.traps, ...plan.parts]) {
    world.trapVms.set(name, vm);
  }
  if (resident !== undefined) {
    resident.residentVms.push(vm.id);
    resident.memory.usage += vm.memory.size;
  }
  addDisks(world, site, plan, vm, resident ?? host, random);
  if (resident === undefined) vm.$container = containerOf(world, vm);
  addVifs(world, site, plan, vm, random);
  addSnapshots(world, vm, plan);
}

/**
 * What XO gives a VM on no host for its container: the host whose own storage has a disk of it, else
 * the pool (xapi-object-to-xo.mjs).
 */
function containerOf(world: World, { $VBDs, $pool }: VmRecord): string {
  for (const link of $VBDs) {
    const vbd = world.objects.get(link);
    const vdi = isType(vbd, "VBD") ? world.objects.get(vbd.VDI ?? "") : undefined;
    const sr = isType(vdi, "VDI") ? world.objects.get(vdi.$SR) : undefined;
    if (isType(sr, "SR") && !sr.shared) return sr.$container;
  }
  return $pool;
}

/** Production is restarted where HA is on; one VM of the second pool asks for it where it is off. */
function highAvailability(site: Site, plan: VmPlan, index: number): string {
  const stray = site.index === 1 && index === 0;
  return stray || (site.pool.HA_enabled && plan.env === "prod") ? "restart" : "";
}

/** What only the guest's tools know: nothing at all for a VM that is on no host. */
function guestTools(site: number, plan: VmPlan, resident: boolean, index: number) {
  if (!resident) {
    const [last] = Object.values(plan.addresses ?? {});
    return last === undefined ? {} : { addresses: { ...plan.addresses }, mainIpAddress: last };
  }
  if (plan.tools === "none") {
    return { xenTools: false, managementAgentDetected: false, pvDriversDetected: false };
  }
  if (plan.tools === "drivers") {
    // A Linux kernel brings them; XAPI's word for "up to date" is the same as for "detected".
    const detected = { pvDriversDetected: true, pvDriversUpToDate: true };
    return { xenTools: false, managementAgentDetected: false, ...detected };
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
    pvDriversDetected: plan.tools !== "agent",
    pvDriversVersion: old ? "6.5.0-5" : "7.30.0-12",
    // XAPI's other word for "detected": it says nothing of their age.
    ...(plan.tools === "agent" ? {} : { pvDriversUpToDate: true }),
  };
}
