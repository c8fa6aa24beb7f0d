import { canary } from "./canary.ts";
import { modelOf } from "./host-models.ts";
import { hasTrap } from "./host-traps.ts";
import { hash } from "./random.ts";
import type {
  HostRecord,
  PciRecord,
  PgpuRecord,
  PoolRecord,
  VmControllerRecord,
} from "./records.ts";
import { vmFields } from "./vm-fields.ts";
import { type Base, DAY, GIB, HOUR, type World } from "./world.ts";

interface HostPlace {
  pool: PoolRecord;
  place: string;
  site: number;
  number: number;
}

const CONTROL_DOMAIN_MEMORY = 8 * GIB;

const CPU_FEATURES =
  "178bfbff-f6f83203-2e500800-040001f3-0000000f-f1bf0fa9-00405f4e-00000000-711ed005-00000010-00000000-18000144";

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
      features: CPU_FEATURES,
      features_hvm: CPU_FEATURES,
      features_pv: CPU_FEATURES,
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
    build: "cloud",
    chipset_info: { iommu: true },
    enabled: !halted && !disabled,
    controlDomain: controller.id,
    cpus: { cores: model.cores, sockets: model.sockets },
    current_operations: {},
    hostname: name,
    iscsiIqn: `iqn.2024-01.org.example:${name}`,
    zstdSupported: true,
    license_params: {
      sku_type: "xcp-ng",
      license_key: canary("host-license"),
      restrict_ha: "false",
      restrict_rbac: "false",
      restrict_hotfix_apply: "false",
      restrict_zstd_export: "false",
    },
    license_server: { address: "localhost", port: "27000" },
    license_expiry: xenServer ? world.seconds + 25 * DAY : 4_102_444_799,
    logging: { syslog_destination: "192.0.2.50" },
    name_description: number === 0 ? "pool master" : "",
    name_label: name,
    memory: { usage: halted ? 0 : CONTROL_DOMAIN_MEMORY, size: model.memory },
    multipathing: true,
    otherConfig: {
      agent_start_time: `${started + 60}.`,
      boot_time: `${started}.`,
      rpm_patch_installation_time: `${started + (rebootRequired ? 10 : -3) * DAY}.047`,
      iscsi_iqn: `iqn.2024-01.org.example:${name}`,
      multipathing: "true",
      "iscsi-chap-password": canary("host-other-config"),
    },
    patches: [],
    powerOnMode: "",
    power_state: halted ? "Halted" : "Running",
    residentVms: halted ? [] : [controller.id],
    startTime: started,
    supplementalPacks: [],
    agentStartTime: started + 60,
    rebootRequired,
    tags: [],
    version: xenServer ? "8.4.0" : outdated ? "8.2.1" : "8.3.0",
    productBrand: xenServer ? "XenServer" : "XCP-ng",
    hvmCapable: true,
    certificates: [
      {
        fingerprint: fingerprint(name),
        notAfter: world.seconds + (certificateEnds ? 20 : 3000) * DAY,
      },
    ],
    PIFs: [],
    $PIFs: [],
    PCIs: [],
    $PCIs: [],
    PGPUs: [],
    $PGPUs: [],
    $PBDs: [],
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

/** A PCI device in a slot of a host. */
export function addPci(
  world: World,
  host: HostRecord,
  slot: number,
  class_name: string,
  device_name: string,
): PciRecord {
  const pci: PciRecord = world.add({
    ...world.base("PCI", `${host.name_label}/${slot}`, host.$pool),
    class_name,
    device_name,
    pci_id: `0000:0${slot}:00.0`,
    $host: host.id,
  });
  host.PCIs.push(pci.id);
  host.$PCIs.push(pci.id);
  return pci;
}

/** The GPU that a PCI device is; its first one keeps the key of the host alone. */
export function addGpu(
  world: World,
  host: HostRecord,
  pci: PciRecord,
  more: Partial<PgpuRecord> = {},
): PgpuRecord {
  const key = host.PGPUs.length === 0 ? host.name_label : `${host.name_label}/${pci.pci_id}`;
  const { vgpus = [] } = more;
  const pgpu: PgpuRecord = world.add({
    ...world.base("PGPU", key, host.$pool),
    dom0Access: "enabled",
    enabledVgpuTypes: [],
    isSystemDisplayDevice: false,
    pci: pci.id,
    supportedVgpuTypes: [],
    host: host.id,
    $host: host.id,
    ...more,
    vgpus,
    $vgpus: vgpus,
  });
  host.PGPUs.push(pgpu.id);
  host.$PGPUs.push(pgpu.id);
  return pgpu;
}

function fingerprint(name: string): string {
  const digits = (hash(`certificate/${name}`) + hash(`certificate/${name}/2`)).toUpperCase();
  return digits.match(/../g)?.join(":") ?? digits;
}
