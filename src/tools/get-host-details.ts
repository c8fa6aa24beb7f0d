import * as z from "zod";
import { describeAlarms } from "../estate/alarms.ts";
import { loadOf, memoryOf, roundingWords } from "../estate/capacity.ts";
import { devicesOn, readDevices } from "../estate/devices.ts";
import { warnOfGaps } from "../estate/gaps.ts";
import { readInterfaces, readPoolVms, readStorage } from "../estate/host-links.ts";
import { lostBootPaths, pathsText } from "../estate/multipath.ts";
import { nameOf, saidName } from "../estate/name.ts";
import { part } from "../estate/part.ts";
import { readBlindness, readMissingPatches } from "../estate/patches.ts";
import { hostOf } from "../estate/residence.ts";
import { lastWord } from "../estate/stranded.ts";
import { endingsOf, rebootOf } from "../estate/updates.ts";
import { iso } from "../time.ts";
import { type Context, defineTool, oneObject, warnings } from "../tool.ts";
import { hasId, hasOneOf } from "../xo/filter.ts";
import { path } from "../xo/path.ts";
import { Alarm } from "../xo/records/alarm.ts";
import { HostDetails } from "../xo/records/host.ts";
import { Pool } from "../xo/records/pool.ts";
import { Vm } from "../xo/records/vm.ts";
import { choose } from "../xo/resolve.ts";

type HostRecord = z.output<typeof HostDetails>;

const PoolMaster = Pool.pick({ id: true, name_label: true }).extend({
  master: z.string().nullish(),
});
const ControlDomain = Vm.pick({ id: true, name_label: true, memory: true });
/** The newest alarms, the names of patches, and the largest VMs shown. */
const most = { alarms: 10, patches: 20, vms: 25 };

/** Days: the licence of XCP-ng ends in 2099, which is never. */
const foreseeable = 365 * 30;

const list = z.array(z.looseObject({}));

export const getHostDetails = defineTool({
  name: "get_host_details",
  title: "Show one host",
  description:
    "One host: what is wrong with it, hardware, version, reboot needed, CPUs and memory committed and free, VMs on it, interfaces (link, bond, VLAN), storage links, PCI devices and GPUs with their VMs, missing patches, certificates, alarms. Whether its pool can do without it: get_capacity_report.",
  input: z.strictObject({
    host_id: oneObject,
  }),
  output: z
    .object({
      id: z.string(),
      name_label: z.string(),
      power_state: z.string(),
      problems: z.array(z.string()),
      vms: z.looseObject({}).optional().describe("How many are on it"),
      resident_vms: list.optional(),
      interfaces: list.optional(),
      storage: list.optional(),
      warnings,
    })
    .loose(),
  async run({ host_id }, context) {
    const { xo, now } = context;
    const hosts = await xo.list("hosts", HostDetails);
    const host = choose("hosts", hosts, host_id);
    const gaps = warnOfGaps(context);
    const [pools, load, patches, links, storage, alarms, devices] = await Promise.all([
      part(context, "its pool", readPools(context, host)),
      part(context, "what is on it", readLoad(context, host)),
      readPatches(context, host, hosts),
      part(context, "its network interfaces", readInterfaces(context, host, hosts)),
      part(
        context,
        "its storage links",
        gaps
          .then(({ sight }) => sight())
          .then((sight) => readStorage(context, host, sight.whole("pbds"))),
      ),
      part(context, "its alarms", readAlarms(context, host)),
      part(context, "its devices", readOwnDevices(context, host)),
    ]);
    const [pool] = pools ?? [];
    // What this account does not see is not missing.
    const absent = links?.absent ?? [];
    const lacks = absent.length > 0 && (await (await gaps).sight()).whole("pifs") ? absent : [];
    const problems = [
      ...problemsOf(host),
      // A VLAN has the link of what it is on, which is told itself.
      ...(links?.interfaces ?? []).flatMap(({ device, vlan, problem }) =>
        problem && vlan === undefined ? [`${device}: ${problem}`] : [],
      ),
      ...lacks.map((network) => `no interface on ${network}`),
      ...(storage ?? []).flatMap(({ name_label, problem }) =>
        problem ? [`${name_label}: ${problem}`] : [],
      ),
    ];
    const operations = Object.values(host.current_operations ?? {});
    return {
      id: host.id,
      name_label: host.name_label,
      name_description: host.name_description || undefined,
      pool: pool === undefined ? { id: host.$pool } : { id: pool.id, name_label: pool.name_label },
      is_master: pool && pool.master === host.id,
      power_state: host.power_state ?? "Unknown",
      in_maintenance: isRunning(host) ? host.enabled === false : undefined,
      problems,
      version: [host.productBrand, host.version].filter(Boolean).join(" ") || undefined,
      started_at: isRunning(host) ? iso(host.startTime) : undefined,
      reboot: rebootOf(host),
      address: host.address,
      tags: host.tags ?? [],
      current_operations: operations.length === 0 ? undefined : operations,
      hardware: describeHardware(host),
      ...load,
      missing_patches: patches,
      endings: endingsOf(host, foreseeable, now),
      alarms,
      devices,
      storage,
      interfaces: links?.interfaces,
    };
  },
});

async function readPools({ xo }: Context, host: HostRecord) {
  return host.$pool ? xo.list("pools", PoolMaster, hasId("id", host.$pool)) : [];
}

/** Its devices, and who of its pool has them; VMs that are off can be set to one. */
async function readOwnDevices(context: Context, host: HostRecord) {
  const [devices, vms] = await Promise.all([
    readDevices(context, host.$pool),
    readPoolVms(context.xo, host),
  ]);
  return devices && devicesOn(host.id, devices, vms);
}

function isRunning({ power_state }: HostRecord): boolean {
  return power_state === "Running";
}

function problemsOf(host: HostRecord): string[] {
  if (!isRunning(host)) return [`the host does not run (${host.power_state ?? "state unknown"})`];
  const bootPaths = lostBootPaths(host);
  return [
    ...(host.enabled === false ? ["in maintenance: it takes no VM"] : []),
    ...(bootPaths === undefined ? [] : [`the disk it boots from: ${pathsText(bootPaths)}`]),
    ...(rebootOf(host).needed === true ? [`needs a reboot: ${rebootOf(host).reason}`] : []),
  ];
}

function describeHardware({ CPUs, cpus, bios_strings: bios, ...host }: HostRecord) {
  return {
    manufacturer: bios?.["system-manufacturer"] || undefined,
    model: bios?.["system-product-name"] || undefined,
    serial_number: bios?.["system-serial-number"] || undefined,
    bios_version: bios?.["bios-version"] || undefined,
    cpu_model: CPUs?.modelname,
    sockets: cpus?.sockets,
    threads_per_core: CPUs?.threads_per_core ? Number(CPUs.threads_per_core) : undefined,
    hvm: host.hvmCapable,
    iommu: host.chipset_info?.iommu,
    multipathing: host.multipathing,
  };
}

/** What is on the host, and what is left of it. The control domain is no VM, but takes memory. */
async function readLoad(context: Context, host: HostRecord) {
  const { xo, warn } = context;
  const [read, controllers] = await Promise.all([
    readPoolVms(xo, host),
    xo.list("vm-controllers", ControlDomain, hasId("$container", host.id)),
  ]);
  const vms = read.filter((vm) => hostOf(vm) === host.id);
  const [load] = loadOf([host], vms);
  if (load === undefined) {
    warn(`${saidName(host)} does not run: its memory, links and patches are unknown.`);
    const cpus = { logical: host.cpus?.cores };
    return {
      cpus,
      memory: undefined,
      vms: { total: vms.length, state: vms.length > 0 ? lastWord : undefined },
      resident_vms: describeResidents(vms, warn),
    };
  }
  const count = (state: string) => load.vms.filter((vm) => vm.power_state === state).length;
  return {
    cpus: {
      logical: load.cpus,
      committed: load.vcpus,
      free: Math.max(0, load.cpus - load.vcpus),
      vcpus_per_cpu: load.cpus > 0 ? Math.round((load.vcpus / load.cpus) * 100) / 100 : undefined,
    },
    memory: {
      total_bytes: load.total_bytes,
      used_bytes: host.memory?.usage,
      vms_bytes: load.vms_bytes,
      control_domain_bytes: controllers.find(({ id }) => id === host.controlDomain)?.memory?.size,
      free_bytes: load.free_bytes,
      rounding: roundingWords([load]),
    },
    vms: { total: load.vms.length, running: count("Running"), paused: count("Paused") },
    resident_vms: describeResidents(load.vms, warn),
  };
}

/** The VMs on it, biggest first. */
function describeResidents(vms: Awaited<ReturnType<typeof readPoolVms>>, warn: Context["warn"]) {
  const left = vms.length - most.vms;
  if (left > 0) warn(`The ${left} smallest VMs are not named: list_vms with host_id names all.`);
  return vms
    .toSorted((a, b) => memoryOf(b) - memoryOf(a) || (a.name_label < b.name_label ? -1 : 1))
    .slice(0, most.vms)
    .map(({ name_label, power_state, CPUs, memory }) => ({
      name_label,
      power_state: power_state === "Running" ? undefined : power_state,
      vcpus: CPUs?.number,
      memory_bytes: memory?.size,
    }));
}

async function readPatches(context: Context, host: HostRecord, hosts: readonly HostRecord[]) {
  return isRunning(host)
    ? readMissingPatches(
        context,
        path`/hosts/${host.id}/missing_patches`,
        most.patches,
        readBlindness(context, hosts),
      )
    : { known: false, reason: "the host does not run" };
}

/** Of the host and of its control domain, about whose disk and memory XAPI warns as if it were a VM. */
async function readAlarms({ xo, now }: Context, host: HostRecord) {
  const ids = [host.id, ...(host.controlDomain ? [host.controlDomain] : [])];
  const alarms = await xo.list("alarms", Alarm, hasOneOf("object:uuid", ids));
  const names = new Map(ids.map((id) => [id, id === host.id ? nameOf(host) : "control domain"]));
  return { total: alarms.length, latest: describeAlarms(alarms, names, now).slice(0, most.alarms) };
}
