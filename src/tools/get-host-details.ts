import * as z from "zod";
import { say } from "../sentence.ts";
import { describeAlarms } from "../estate/alarms.ts";
import { devicesOn, readDevices } from "../estate/devices.ts";
import { warnOfGaps } from "../estate/gaps.ts";
import { ofVms, readLoad } from "../estate/host-load.ts";
import { readInterfaces, readPoolVms, readStorage } from "../estate/host-links.ts";
import { lostBootPaths, pathsText } from "../estate/multipath.ts";
import { nameOf } from "../estate/name.ts";
import { part } from "../estate/part.ts";
import { readBlindness, readMissingPatches } from "../estate/patches.ts";
import { endingsOf, foreseeable, rebootOf } from "../estate/updates.ts";
import { iso } from "../time.ts";
import { unshown } from "../sight/needs.ts";
import type { Seen } from "../sight/nouns.ts";
import { type Context, defineTool, oneObject, warnings } from "../tool.ts";
import { hasId, hasOneOf } from "../xo/filter.ts";
import { path } from "../xo/path.ts";
import { Alarm } from "../xo/records/alarm.ts";
import { HostDetails } from "../xo/records/host.ts";
import { Pool } from "../xo/records/pool.ts";
import { choose } from "../xo/resolve.ts";

/** With the ids of what is on it, which XO tells whatever of it the account may see. */
const HostWithIds = HostDetails.extend({ residentVms: z.array(z.string().nullable()).nullish() });

type HostRecord = z.output<typeof HostWithIds>;

const PoolMaster = Pool.pick({ id: true, name_label: true }).extend({
  master: z.string().nullish(),
});
/** The newest alarms and the names of patches shown. */
const most = { alarms: 10, patches: 20 };

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
      problems: z.array(z.string()).optional(),
      vms: z.looseObject({}).optional().describe("How many are on it"),
      resident_vms: list.optional(),
      interfaces: list.optional(),
      storage: list.optional(),
      warnings,
    })
    .loose(),
  examples: [{ host_id: "xcp-paris-02" }],
  needs: {
    parts: {
      problems: ["pifs", "pbds", "srs", "networks"],
      ...Object.fromEntries(ofVms.map((part): [string, Seen[]] => [part, ["vms"]])),
      "alarms.total": ["alarms"],
      "alarms.latest": ["alarms"],
      "devices.total": ["pcis"],
      "devices.shown": ["pcis", "pgpus", "vms"],
      storage: ["pbds", "srs"],
      interfaces: ["pifs"],
    },
    lookups: {
      "pool.name_label": ["pools"],
      is_master: ["pools"],
      "memory.control_domain_bytes": ["vm-controllers"],
      "storage.type": ["srs"],
      "storage.shared": ["srs"],
      "storage.size_bytes": ["srs"],
      "storage.used_percent": ["srs"],
      "storage.in_maintenance": ["srs"],
      "devices.shown.is_gpu": ["pgpus"],
      "devices.shown.hidden_from_dom0": ["pgpus"],
      "devices.shown.used_by": ["vms"],
      "devices.shown.set_for": ["vms"],
    },
    subject: ["hosts"],
    pools: { "": "pool.id" },
  },
  async run({ host_id }, context) {
    const { xo, now } = context;
    const hosts = await xo.records("hosts", HostWithIds);
    const host = choose("hosts", hosts, host_id);
    const sight = await context.sight();
    const [pools, load, patches, links, storage, alarms, devices] = await Promise.all([
      part(context, say`its pool`, readPools(context, host)),
      part(context, say`what is on it`, readLoad(context, host)),
      readPatches(context, host, hosts),
      part(context, say`its network interfaces`, readInterfaces(context, host, hosts)),
      part(
        context,
        say`its storage links`,
        readStorage(context, host, sight.whole("pbds", host.$pool ?? undefined)),
      ),
      part(context, say`its alarms`, readAlarms(context, host)),
      part(context, say`its devices`, readOwnDevices(context, host)),
      warnOfGaps(context),
    ]);
    const [pool] = pools ?? [];
    // What this account does not see is not missing.
    const lacks = sight.whole("pifs", host.$pool ?? undefined) ? (links?.absent ?? []) : [];
    const notShown = unshown("VM", host.residentVms, load?.shown ?? [], load?.controllers ?? []);
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
      pool: { id: host.$pool, name_label: pool?.name_label },
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
      ...load?.facts,
      missing_patches: patches,
      endings: endingsOf(host, foreseeable, now),
      alarms,
      devices,
      storage,
      interfaces: links?.interfaces,
      // What is on it; the control domain is among the ids.
      unshown:
        load === undefined ? undefined : Object.fromEntries(ofVms.map((part) => [part, notShown])),
    };
  },
});

async function readPools({ xo }: Context, host: HostRecord) {
  return host.$pool ? xo.records("pools", PoolMaster, hasId("id", host.$pool)) : [];
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
  const alarms = await xo.records("alarms", Alarm, hasOneOf("object:uuid", ids));
  const names = new Map(ids.map((id) => [id, id === host.id ? nameOf(host) : "control domain"]));
  return { total: alarms.length, latest: describeAlarms(alarms, names, now).slice(0, most.alarms) };
}
