import type { Estate } from "../estate.ts";
import {
  byId,
  type HostRecord,
  isType,
  type NetworkRecord,
  ofType,
  type PbdRecord,
  type SrRecord,
  type VmRecord,
} from "../records.ts";
import { situationsOf } from "./situation.ts";

const GIB = 1024 ** 3;

/** What lies around the host that the questions are about: the first pool's master. */
interface Stage {
  pool: ReturnType<typeof poolOf>;
  hosts: HostRecord[];
  source: HostRecord;
  others: HostRecord[];
  /** Running on the host, first to last. */
  vms: VmRecord[];
}

/** The first pool, whose master is the host to be taken down. */
export function poolOf(estate: Estate) {
  const [pool] = ofType(estate, "pool");
  if (pool === undefined) throw new Error("this estate has no pool");
  return pool;
}

/**
 * A pool whose master XAPI would empty at once: HA off, links plugged, disks on shared storage, VMs
 * that run with drivers and nothing else to hold them.
 */
function evacuable(estate: Estate): Stage {
  const pool = poolOf(estate);
  const hosts = ofType(estate, "host").filter(({ $pool }) => $pool === pool.id);
  const source = byId(estate, "host", pool.master);
  pool.HA_enabled = false;
  for (const host of hosts) {
    Object.assign(host, { enabled: true, version: "8.3.0", rebootRequired: false });
    host.cpus.cores = Math.max(host.cpus.cores, 64);
  }
  const shared = ofType(estate, "SR").filter((sr) => sr.$pool === pool.id && sr.shared);
  const first = shared.find(({ content_type }) => content_type === "user");
  if (first === undefined) throw new Error("this pool has no shared storage");
  for (const pbd of pbdsOf(estate, ...shared)) pbd.attached = true;
  const vms = ofType(estate, "VM").filter(
    ({ $container, power_state }) =>
      $container === source.id && (power_state === "Running" || power_state === "Paused"),
  );
  for (const vm of vms) {
    Object.assign(vm, {
      power_state: "Running",
      current_operations: {},
      blockedOperations: {},
      managementAgentDetected: true,
      pvDriversDetected: true,
      pvDriversVersion: "7.30.0-12",
      attachedPcis: undefined,
      VGPUs: [],
      $VGPUs: [],
    });
    for (const vdi of disksOf(estate, vm)) {
      const sr = byId(estate, "SR", vdi.$SR);
      if (!sr.shared) moveTo(vdi.id, sr, first, vdi);
    }
  }
  return { pool, hosts, source, others: hosts.filter((host) => host !== source), vms };
}

export const capacitySituations = situationsOf({
  /** The master can be emptied, and nothing stops it. */
  evacuable: (estate) => void evacuable(estate),

  /** HA is on; of the VMs on the master one has no priority and one only best-effort. */
  "ha-unprotected": (estate) => {
    const { pool, vms } = evacuable(estate);
    pool.HA_enabled = true;
    vms.forEach((vm, index) => {
      vm.high_availability = ["", "best-effort"][index] ?? "restart";
    });
  },

  /** Three VMs of the master are on a VLAN that no other host has an interface on. */
  "network-of-one-host": (estate) => {
    const { pool, source, vms } = evacuable(estate);
    const network = networkOf(estate, pool.id, "DMZ");
    for (const pif of ofType(estate, "PIF")) {
      if (pif.$network === network.id && pif.$host !== source.id) estate.objects.delete(pif.id);
    }
    connectAlone(estate, vms.slice(0, 3), network);
  },

  /** Two VMs of the master are on a network inside it. */
  "network-inside-host": (estate) => {
    const { pool, vms } = evacuable(estate);
    connectAlone(estate, vms.slice(0, 2), networkOf(estate, pool.id, "Internal"));
  },

  /** The SAN's link is unplugged on all hosts but the master, and gone from the last one. */
  "storage-of-one-host": (estate) => {
    const { pool, source, others } = evacuable(estate);
    for (const pbd of pbdsOf(estate, srOf(estate, pool.id, "SAN"))) {
      if (pbd.host === source.id) continue;
      pbd.attached = false;
      if (pbd.host === others.at(-1)?.id) estate.objects.delete(pbd.id);
    }
  },

  /** The first VM of the master has an ISO of the master's own library in its drive. */
  "iso-of-one-host": (estate) => {
    const { pool, source, vms } = evacuable(estate);
    const library = byId(estate, "SR", srOf(estate, pool.id, "ISO library").id);
    for (const pbd of pbdsOf(estate, library)) {
      if (pbd.host !== source.id) estate.objects.delete(pbd.id);
    }
    Object.assign(library, { shared: false, $container: source.id });
    const inUse = new Set(library.VDIs);
    const drives = ofType(estate, "VBD").filter(({ is_cd_drive }) => is_cd_drive);
    for (const drive of drives) {
      if (inUse.has(drive.VDI ?? "")) delete drive.VDI;
    }
    const own = drives.find(({ VM }) => VM === vms[0]?.id);
    const [iso] = library.VDIs;
    if (own === undefined || iso === undefined) throw new Error("the first VM has no drive");
    own.VDI = iso;
  },

  /** A rolling upgrade has reached the master alone. */
  "master-upgraded": (estate) => {
    for (const host of evacuable(estate).others) host.version = "8.2.1";
  },

  /** The hosts are of two generations of CPUs of one maker. */
  "cpu-generations": (estate) => {
    for (const host of evacuable(estate).others) {
      const { CPUs } = host;
      host["CPUs"] = { ...Object(CPUs), modelname: "AMD EPYC 7302 16-Core Processor" };
    }
  },

  /** Each host has 128 GiB and is full of VMs with 60 GiB that may shrink to 8. */
  "dynamic-memory": (estate) => {
    const { hosts, others, source, vms } = evacuable(estate);
    const at = [source, ...others];
    haltAll(estate, hosts);
    for (const host of hosts) host.memory = { size: 128 * GIB, usage: 126.5 * GIB };
    const spare = ofType(estate, "VM").filter(({ $pool }) => $pool === source.$pool);
    const chosen = [...vms, ...spare.filter((vm) => !vms.includes(vm))];
    at.flatMap((host) => [host, host]).forEach((host, index) => {
      const vm = chosen[index];
      if (vm === undefined) throw new Error("this pool has too few VMs");
      run(vm, host);
      vm.memory = { dynamic: [8 * GIB, 60 * GIB], static: [2 * GIB, 60 * GIB], size: 60 * GIB };
    });
  },

  /** HA is on, and VMs of 16 GiB have a static maximum of 64. */
  "static-maxima": (estate) => {
    const { pool, vms } = evacuable(estate);
    pool.HA_enabled = true;
    for (const vm of vms) {
      const { size } = vm.memory;
      vm.high_availability = "restart";
      vm.memory = { dynamic: [size, size], static: [GIB, 4 * size], size };
    }
  },

  /** The last host of the first pool is off, and tells all its memory as used, as an older XO does. */
  "halted-host": (estate) => {
    const { hosts, others } = evacuable(estate);
    const off = others.at(-1);
    if (off === undefined) throw new Error("this pool has one host");
    haltAll(
      estate,
      hosts.filter((host) => host === off),
    );
    Object.assign(off, { power_state: "Halted", enabled: false });
    off.memory.usage = off.memory.size;
  },
});

function haltAll(estate: Estate, hosts: readonly HostRecord[]): void {
  const ids = new Set(hosts.map(({ id }) => id));
  for (const vm of ofType(estate, "VM")) {
    if (ids.has(vm.$container)) Object.assign(vm, { power_state: "Halted", $container: vm.$pool });
  }
}

function run(vm: VmRecord, host: HostRecord): void {
  Object.assign(vm, {
    power_state: "Running",
    $container: host.id,
    managementAgentDetected: true,
    pvDriversDetected: true,
    pvDriversVersion: "7.30.0-12",
    current_operations: {},
    blockedOperations: {},
    CPUs: { number: 4, max: 4 },
    attachedPcis: undefined,
    VGPUs: [],
    $VGPUs: [],
  });
}

/** Puts the first interface of VMs on a network, and all others of the pool's VMs elsewhere. */
function connectAlone(estate: Estate, vms: readonly VmRecord[], network: NetworkRecord): void {
  const wanted = new Set(vms.flatMap(({ VIFs }) => VIFs.slice(0, 1)));
  const elsewhere = ofType(estate, "network").find(
    ({ id, $pool, VIFs }) => $pool === network.$pool && id !== network.id && VIFs.length > 0,
  );
  if (elsewhere === undefined) throw new Error("this pool has one network");
  for (const vif of ofType(estate, "VIF")) {
    if (wanted.has(vif.id)) vif.$network = network.id;
    else if (vif.$network === network.id) vif.$network = elsewhere.id;
  }
}

function networkOf(estate: Estate, pool: string, word: string): NetworkRecord {
  const found = ofType(estate, "network").find(
    ({ $pool, name_label }) => $pool === pool && name_label.includes(word),
  );
  if (found === undefined) throw new Error(`this pool has no network ${word}`);
  return found;
}

function srOf(estate: Estate, pool: string, word: string): SrRecord {
  const found = ofType(estate, "SR").find(
    ({ $pool, name_label }) => $pool === pool && name_label.includes(word),
  );
  if (found === undefined) throw new Error(`this pool has no storage ${word}`);
  return found;
}

function pbdsOf(estate: Estate, ...srs: readonly SrRecord[]): PbdRecord[] {
  const ids = new Set(srs.map(({ id }) => id));
  return ofType(estate, "PBD").filter(({ SR }) => ids.has(SR));
}

/** The disks and media that a VM has. */
export function disksOf(estate: Estate, vm: VmRecord) {
  return vm.$VBDs.flatMap((link) => {
    const vdi = estate.objects.get(byId(estate, "VBD", link).VDI ?? "");
    return isType(vdi, "VDI") ? [vdi] : [];
  });
}

function moveTo(id: string, from: SrRecord, to: SrRecord, vdi: { $SR: string }): void {
  vdi.$SR = to.id;
  from.VDIs = from.VDIs.filter((other) => other !== id);
  to.VDIs.push(id);
}
