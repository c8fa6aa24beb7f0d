import * as z from "zod";
import { isUsable } from "../../estate/capacity.ts";
import { lostBootPaths, pathsText } from "../../estate/multipath.ts";
import { licenceEnd, rebootOf } from "../../estate/updates.ts";
import { HostDetails } from "../../xo/records/host.ts";
import { columnsOf } from "../column.ts";
import { listed } from "../columns/listed.ts";
import { poolPair } from "../columns/pool-pair.ts";
import { clock } from "../facts/clock.ts";
import { controllers, hostLoads } from "../facts/host-loads.ts";
import { poolMasters } from "../facts/pool-masters.ts";
import { defineTable, recordsOf } from "../table.ts";

const HostRow = HostDetails.extend({
  CPUs: z
    .object({
      vendor: z.string().nullish(),
      modelname: z.string().nullish(),
      speed: z.string().nullish(),
      threads_per_core: z.string().nullish(),
    })
    .nullish(),
  build: z.string().nullish(),
  hostname: z.string().nullish(),
  iscsiIqn: z.string().nullish(),
  /** Of its keys this one alone: the others are free text. */
  logging: z.object({ syslog_destination: z.string().nullish() }).nullish(),
  powerOnMode: z.string().nullish(),
  zstdSupported: z.boolean().nullish(),
  /** Unix seconds. */
  agentStartTime: z.number().nullish(),
});
type HostRow = z.output<typeof HostRow>;

const { column, joined, overAll } = columnsOf<HostRow>();

const reboot = ["rebootRequired", "startTime", "otherConfig"] as const;

export const hosts = defineTable({
  name: "hosts",
  says: "hypervisors",
  example: "select name, version from hosts order by memory_used_bytes / memory_bytes desc",
  from: ["hosts"],
  read: recordsOf("hosts", HostRow),
  columns: {
    id: column("id", ["id"], ({ id }) => id),
    name: column("text", ["name_label"], (host) => host.name_label),
    description: column("text", ["name_description"], (host) => host.name_description),
    power_state: column("text", ["power_state"], (host) => host.power_state, {
      says: "Halted also of one that does not answer",
      values: ["Running", "Halted", "Unknown"],
      everyday: true,
    }),
    usable: column("flag", ["power_state", "enabled"], isUsable, {
      says: "whether it takes VMs: it runs and is not in maintenance",
      everyday: true,
    }),
    in_maintenance: column("flag", ["power_state", "enabled"], (host) =>
      isRunning(host) ? host.enabled === false : undefined,
    ),
    ...poolPair,
    is_master: joined(poolMasters, "flag", ["id", "$pool"], ({ id, $pool }, masters) => {
      const master = masters.get($pool ?? "");
      return master ? master === id : undefined;
    }),
    version: column("text", ["version"], (host) => host.version, { everyday: true }),
    product: column("text", ["productBrand"], (host) => host.productBrand, {
      says: "XCP-ng or XenServer",
    }),
    build: column("text", ["build"], (host) => host.build),
    cpus: column("count", ["cpus"], (host) => host.cpus?.cores, {
      says: "logical, threads counted",
      everyday: true,
    }),
    sockets: column("count", ["cpus"], (host) => host.cpus?.sockets),
    threads_per_core: column("count", ["CPUs"], (host) => figure(host.CPUs?.threads_per_core)),
    cpu_model: column("text", ["CPUs"], (host) => host.CPUs?.modelname),
    cpu_vendor: column("text", ["CPUs"], (host) => host.CPUs?.vendor),
    cpu_mhz: column("number", ["CPUs"], (host) => figure(host.CPUs?.speed)),
    vm_count: overAll(hostLoads, "count", ["id"], ({ id }, loads) => loads.get(id)?.vms.length, {
      says: "on it, running or paused; NULL where it does not run",
      everyday: true,
    }),
    vcpus: overAll(hostLoads, "count", ["id"], ({ id }, loads) => loads.get(id)?.vcpus, {
      says: "of the VMs on it",
    }),
    memory_bytes: column("bytes", ["memory"], (host) => host.memory?.size || undefined, {
      says: "XO rounds it up to whole GiB, and what is used with it",
      everyday: true,
    }),
    memory_used_bytes: column(
      "bytes",
      ["memory", "power_state"],
      (host) => (isRunning(host) ? host.memory?.usage || undefined : undefined),
      { everyday: true },
    ),
    memory_free_bytes: overAll(
      hostLoads,
      "bytes",
      ["id"],
      ({ id }, loads) => freeOn(loads.get(id)),
      {
        says: "not promised to a VM on it",
      },
    ),
    memory_vms_bytes: overAll(
      hostLoads,
      "bytes",
      ["id"],
      ({ id }, loads) => loads.get(id)?.vms_bytes,
      {
        says: "promised to the VMs on it",
      },
    ),
    control_domain_bytes: joined(
      controllers,
      "bytes",
      ["controlDomain"],
      (host, found) => found.get(host.controlDomain ?? "")?.memory?.size,
    ),
    control_domain_vcpus: joined(
      controllers,
      "count",
      ["controlDomain"],
      (host, found) => found.get(host.controlDomain ?? "")?.CPUs?.number,
    ),
    address: column("text", ["address"], (host) => host.address, { everyday: true }),
    hostname: column("text", ["hostname"], (host) => host.hostname),
    iscsi_iqn: column("text", ["iscsiIqn"], (host) => host.iscsiIqn),
    manufacturer: column("text", ["bios_strings"], bios("system-manufacturer")),
    model: column("text", ["bios_strings"], bios("system-product-name")),
    serial_number: column("text", ["bios_strings"], bios("system-serial-number")),
    bios_version: column("text", ["bios_strings"], bios("bios-version")),
    hvm: column("flag", ["hvmCapable"], (host) => host.hvmCapable, {
      says: "whether virtualisation is on in its firmware",
    }),
    iommu: column("flag", ["chipset_info"], (host) => host.chipset_info?.iommu),
    multipathing: column("flag", ["multipathing"], (host) => host.multipathing, {
      says: "whether it is on, not whether there are several paths",
    }),
    boot_disk_problem: column("text", ["power_state", "otherConfig"], (host) => {
      const lost = lostBootPaths(host);
      return lost && pathsText(lost);
    }),
    started_at: column("time", ["power_state", "startTime"], (host) =>
      isRunning(host) ? host.startTime : undefined,
    ),
    toolstack_started_at: column("time", ["power_state", "agentStartTime"], (host) =>
      isRunning(host) ? host.agentStartTime : undefined,
    ),
    reboot_needed: column("flag", reboot, (host) => rebootOf(host).needed, { everyday: true }),
    reboot_reason: column("text", reboot, (host) => rebootOf(host).reason),
    licence_ends_at: joined(clock, "time", ["license_expiry"], licenceEnd, {
      says: "NULL where it does not end, as of XCP-ng",
    }),
    power_on_mode: column("text", ["powerOnMode"], (host) => host.powerOnMode, {
      says: "how it can be switched on from afar; NULL is not at all",
    }),
    syslog_server: column("text", ["logging"], (host) => host.logging?.syslog_destination),
    zstd_supported: column("flag", ["zstdSupported"], (host) => host.zstdSupported),
    tags: column("text", ["tags"], (host) => listed(host.tags)),
    current_operations: column("text", ["current_operations"], (host) =>
      listed(Object.values(host.current_operations ?? {})),
    ),
  },
});

function isRunning({ power_state }: Pick<HostRow, "power_state">): boolean {
  return power_state === "Running";
}

/** XAPI tells its figures as texts. */
function figure(text: string | null | undefined): number | undefined {
  return text ? Number(text) : undefined;
}

function freeOn(load: { total_bytes: number; free_bytes: number } | undefined): number | undefined {
  return load && load.total_bytes > 0 ? load.free_bytes : undefined;
}

function bios(key: keyof NonNullable<HostRow["bios_strings"]>) {
  return ({ bios_strings }: Pick<HostRow, "bios_strings">) => bios_strings?.[key];
}
