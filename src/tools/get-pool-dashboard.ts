import * as z from "zod";
import { say } from "../sentence.ts";
import { describeAlarms } from "../estate/alarms.ts";
import { controlDomainsOf } from "../estate/control-domains.ts";
import { warnOfGaps } from "../estate/gaps.ts";
import { namesById } from "../estate/name.ts";
import { type Blindness, doubt, more, readBlindness } from "../estate/patches.ts";
import { readPoolDashboard } from "../estate/pool-dashboard.ts";
import { countHosts, countVms, HostCounts, VmCounts } from "../estate/power.ts";
import { spaceOf, warnOfSpace } from "../estate/space.ts";
import type { Unshown } from "../sight/needs.ts";
import { type Context, defineTool, oneObject, warnings } from "../tool.ts";
import { hasId } from "../xo/filter.ts";
import { Alarm } from "../xo/records/alarm.ts";
import { Host } from "../xo/records/host.ts";
import type { Consumer, PoolDashboard } from "../xo/records/pool-dashboard.ts";
import { Sr } from "../xo/records/sr.ts";
import { Vm } from "../xo/records/vm.ts";
import { resolve } from "../xo/resolve.ts";

const HostState = Host.pick({
  id: true,
  name_label: true,
  power_state: true,
  enabled: true,
  controlDomain: true,
  $pool: true,
});
const VmState = Vm.pick({ id: true, name_label: true, power_state: true, $container: true });
const SrName = Sr.pick({ id: true, name_label: true, $PBDs: true });

const list = z.array(z.looseObject({}));

/** The newest alarms shown; they are history, and a busy pool has hundreds. */
const mostAlarms = 15;

export const getPoolDashboard = defineTool({
  name: "get_pool_dashboard",
  title: "Show a pool's dashboard",
  description:
    "The dashboard of one pool: hosts and VMs by state, top five hosts, VMs and storage by use, vCPU provisioning, missing patches, and its latest alarms with what they are about. For all pools use get_infrastructure_summary.",
  input: z.strictObject({
    pool_id: oneObject,
  }),
  output: z.object({
    pool: z.object({ id: z.string(), name_label: z.string() }),
    hosts: HostCounts.optional(),
    vms: VmCounts.optional(),
    top: z.record(z.string(), list).describe("Top five by use"),
    cpu_provisioning: z.looseObject({}).optional(),
    missing_patches: z.looseObject({}).optional(),
    alarms: z
      .object({ total: z.number().optional(), latest: list.optional() })
      .optional()
      .describe("Raised in the past, perhaps over"),
    warnings,
  }),
  examples: [{ pool_id: "Paris-DC1" }],
  needs: {
    parts: {
      hosts: ["hosts"],
      vms: ["vms"],
      "top.vms_by_cpu": ["vms"],
      "top.vms_by_memory": ["vms"],
      "alarms.total": ["alarms"],
      "alarms.latest": ["alarms"],
    },
    lookups: {
      "vms.on_silent_hosts": ["hosts"],
      "alarms.latest.object_name": ["hosts", "vms", "srs"],
    },
    subject: ["pools"],
    pools: { "": "pool.id" },
  },
  async run({ pool_id }, context) {
    const { xo, now, warn } = context;
    const pool = await resolve(xo, "pools", pool_id);
    const inPool = hasId("$pool", pool.id);
    const [dashboard, everywhere, vms, srs, alarms, sight] = await Promise.all([
      readPoolDashboard(context, pool.id),
      xo.records("hosts", HostState),
      xo.records("vms", VmState, inPool),
      xo.records("srs", SrName, inPool),
      xo.records("alarms", Alarm, inPool),
      context.sight(),
      warnOfGaps(context),
    ]);
    const hosts = everywhere.filter(({ $pool }) => $pool === pool.id);
    const names = namesById([pool, ...hosts, ...controlDomainsOf(hosts), ...vms, ...srs]);
    return {
      pool,
      hosts: countHosts(hosts),
      vms: countVms(vms, hosts),
      top: topConsumers(dashboard, { vms, srs, seesVms: sight.whole("vms", pool.id) }, warn),
      cpu_provisioning: provisioning(dashboard),
      missing_patches: await missingPatches(dashboard, () => readBlindness(context, everywhere)),
      alarms: {
        total: alarms.length,
        latest: describeAlarms(alarms, names, now).slice(0, mostAlarms),
      },
      unshown: {
        ...beyond("hosts", dashboard.hosts?.status?.total, hosts.length),
        ...beyond("vms", dashboard.vms?.status?.total, vms.length),
      },
    };
  },
});

/** XO's dashboard is not cut to what the account sees, so it tells how much that leaves out. */
function beyond(part: string, counted: number | null | undefined, shown: number): Unshown {
  if (counted == null) return {};
  const less = say`XO counts ${counted}, this account may see ${shown}`;
  return { [part]: counted === shown ? undefined : less };
}

/** @param seen what of the pool is; `seesVms` is whether a VM that is not is none of the pool */
function topConsumers(
  dashboard: PoolDashboard,
  {
    seesVms,
    ...seen
  }: {
    vms: readonly { id: string }[];
    srs: readonly z.output<typeof SrName>[];
    seesVms: boolean;
  },
  warn: Context["warn"],
) {
  const vmIds = new Set(seen.vms.map(({ id }) => id));
  const srById = new Map(seen.srs.map((sr) => [sr.id, sr]));
  const hosts = dashboard.hosts?.topFiveUsage;
  const vms = dashboard.vms?.topFiveUsage;
  const own = (consumers: Consumer[]) => consumers.filter(({ id }) => vmIds.has(id));
  const cpu = own(vms?.cpu ?? []);
  const ram = own(vms?.ram ?? []);
  const dropped = (vms?.cpu?.length ?? 0) + (vms?.ram?.length ?? 0) - cpu.length - ram.length;
  if (dropped > 0) {
    // XO keeps this part for a minute under a key without the pool.
    const fault = "of another pool (a fault of XO's cache)";
    warn(
      seesVms
        ? say`XO's figures for the top VMs held VMs ${fault} and were left out: ask again in a minute.`
        : say`Among XO's top VMs ${dropped} are left out, which are not shown to this account, or ${fault}.`,
    );
  }
  if (vms?.isExpired === true) warn(say`XO's figures for the top VMs are over a minute old.`);
  // What no host is linked to has figures of the past.
  const storage = (dashboard.srs?.topFiveUsage ?? []).map((sr) => ({
    ...sr,
    $PBDs: srById.get(sr.id)?.$PBDs,
  }));
  warnOfSpace(storage, { warn });
  return {
    hosts_by_cpu: shares(hosts?.cpu, "cpu_percent"),
    hosts_by_memory: shares(hosts?.ram, "memory_percent"),
    vms_by_cpu: shares(cpu, "cpu_percent"),
    vms_by_memory: shares(ram, "memory_percent"),
    storage_by_use: storage.flatMap((sr) => {
      const space = spaceOf(sr);
      if (space === undefined) return [];
      const { used_bytes, size_bytes } = space;
      return [{ ...share(sr, "used_percent"), used_bytes, total_bytes: size_bytes }];
    }),
  };
}

function shares(consumers: Consumer[] | null | undefined, unit: string) {
  return (consumers ?? []).map((consumer) => share(consumer, unit));
}

function share({ id, name_label, percent }: Consumer, unit: string) {
  return { id, name_label, [unit]: percent == null ? undefined : Math.round(percent * 10) / 10 };
}

function provisioning({ cpuProvisioning }: PoolDashboard) {
  if (!cpuProvisioning) return undefined;
  const { total, assigned, percent } = cpuProvisioning;
  return {
    logical_cpus: total,
    vcpus_running: assigned,
    percent: percent == null ? undefined : Math.round(percent * 10) / 10,
  };
}

async function missingPatches({ hosts }: PoolDashboard, blindness: () => Promise<Blindness>) {
  const patches = hosts?.missingPatches;
  if (!patches) return undefined;
  if (patches.hasAuthorization === false) {
    return { known: false, reason: "this XO has no licence that lets it look for patches" };
  }
  if (!patches.missingPatches) return { known: false, reason: "XO could not read them" };
  const names = [...new Set(patches.missingPatches.map(({ name }) => name))];
  const blind = await blindness();
  if (names.length === 0 && blind?.failed !== 0) return { known: false, reason: doubt(blind) };
  return {
    known: true,
    total: names.length,
    names: names.slice(0, 20),
    perhaps_more: more(blind),
  };
}
