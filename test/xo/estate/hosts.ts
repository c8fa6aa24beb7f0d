import { canary } from "./canary.ts";
import { modelOf } from "./host-models.ts";
import { hasTrap } from "./host-traps.ts";
import { hash } from "./random.ts";
import type { HostRecord, PoolRecord, VmControllerRecord } from "./records.ts";
import { type Base, DAY, GIB, HOUR, type World } from "./world.ts";
import { addPci } from "./records/pci.ts";
import { addGpu } from "./records/pgpu.ts";
import { vmFields } from "./records/vm-like.ts";
import { cpuFeatures, hostFields } from "./records/host.ts";

interface HostPlace {
  pool: PoolRecord;
  place: string;
  site: number;
  number: number;
}

const CONTROL_DOMAIN_MEMORY = 8 * GIB;

/** A host with its control domain, PCI devices and GPU; its networks and storage come later. */
export function addHost(world: World, at: HostPlace): HostRecord {
  const { pool, place, site, number } = at;
  const name = `xcp-${place}-${String(number + 1).padStart(2, "0")}`;
  const base = world.base("host", name, pool.id);
  // From the second pool on, one host is down and one is in maintenance: `small` is a healthy one.
  const halted = site === 1 && number === 3;
  const disabled = site === 1 && number === 4;
  const xenServer = site === 3;
  const outdated = site === 2 && number === 1;
  const rebootRequired = hasTrap(world, "reboot-host", at);
  const certificateEnds = hasTrap(world, "certificate-host", at);
  const model = modelOf(site, number);
  const started = world.seconds - (40 + number) * DAY - site * HOUR;
  const controller = world.base("VM-controller", name, pool.id);

  const host: HostRecord = world.add({
    ...base,
    ...hostFields(),
    CPUs: {
      cpu_count: String(model.cores),
      socket_count: String(model.sockets),
      threads_per_core: "2",
      vendor: model.vendor,
      speed: model.speed,
      modelname: model.modelname,
      family: model.family,
      model: model.model,
      stepping: "1",
      flags: "fpu de tsc msr pae mce cx8 apic mca cmov pat clflush mmx fxsr sse sse2 ht syscall nx",
      ...cpuFeatures,
    },
    address: `10.${10 + site}.0.${11 + number}`,
    bios_strings: {
      "bios-vendor": "Example Inc.",
      "bios-version": "2.12.4",
      "system-manufacturer": "Example Inc.",
      "system-product-name": "Server R1",
      "system-version": "",
      "system-serial-number": hash(`serial/${name}`).slice(0, 7).toUpperCase(),
      "hp-rombios": "",
    },
    enabled: !halted && !disabled,
    controlDomain: controller.id,
    cpus: { cores: model.cores, sockets: model.sockets },
    hostname: name,
    iscsiIqn: `iqn.2024-01.org.example:${name}`,
    license_expiry: xenServer ? world.seconds + 25 * DAY : 4_102_444_799,
    name_description: number === 0 ? "pool master" : "",
    name_label: name,
    memory: { usage: halted ? 0 : CONTROL_DOMAIN_MEMORY, size: model.memory },
    otherConfig: {
      agent_start_time: `${started + 60}.`,
      boot_time: `${started}.`,
      rpm_patch_installation_time: `${started + (rebootRequired ? 10 : -3) * DAY}.047`,
      iscsi_iqn: `iqn.2024-01.org.example:${name}`,
      multipathing: "true",
      "iscsi-chap-password": canary("host-other-config"),
    },
    power_state: halted ? "Halted" : "Running",
    residentVms: halted ? [] : [controller.id],
    startTime: started,
    agentStartTime: started + 60,
    rebootRequired,
    version: xenServer ? "8.4.0" : outdated ? "8.2.1" : "8.3.0",
    productBrand: xenServer ? "XenServer" : "XCP-ng",
    certificates: [
      {
        fingerprint: fingerprint(name),
        notAfter: world.seconds + (certificateEnds ? 20 : 3000) * DAY,
      },
    ],
  });
  if (rebootRequired) {
    world.trap("reboot-host", host.id, "the restart");
  }
  if (certificateEnds) {
    world.trap("certificate-host", host.id, "the certificate");
  }
  addController(world, controller, host, started, halted);
  addDevices(world, host);
  return host;
}

function addController(
  world: World,
  base: Base<"VM-controller">,
  host: HostRecord,
  started: number,
  halted: boolean,
): void {
  const record: VmControllerRecord = {
    ...vmFields({ cpus: 16, memory: CONTROL_DOMAIN_MEMORY, seed: host.name_label }),
    ...base,
    name_label: `Control domain on host: ${host.name_label}`,
    name_description: "The domain which manages physical devices and manages other domains",
    installTime: started - 100 * DAY,
    power_state: halted ? "Halted" : "Running",
    startTime: halted ? null : started,
    virtualizationMode: "pv",
    xenTools: false,
    $container: host.id,
    PV_args: "",
  };
  world.add(record);
}

function addDevices(world: World, host: HostRecord): void {
  addPci(world, host, 1, "Network controller", "10G Dual-Port Ethernet Controller");
  const pci = addPci(world, host, 2, "VGA compatible controller", "Integrated Graphics Controller");
  addGpu(world, host, pci, { isSystemDisplayDevice: true });
}

function fingerprint(name: string): string {
  const digits = (hash(`certificate/${name}`) + hash(`certificate/${name}/2`)).toUpperCase();
  return digits.match(/../g)?.join(":") ?? digits;
}
