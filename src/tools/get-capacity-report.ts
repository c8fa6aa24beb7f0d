import * as z from "zod";
import { cpusOf, type HostLoad, largestHost, loadOf, memoryOf } from "../estate/capacity.ts";
import { warnOfGaps } from "../estate/gaps.ts";
import { part } from "../estate/part.ts";
import { countHosts } from "../estate/power.ts";
import { commitments, describeExtra, describeLoss, type Question } from "../estate/reserves.ts";
import { holdsDisks, spaceOf, usedPercent, warnOfSpace } from "../estate/space.ts";
import { sumOf } from "../estate/sum-of.ts";
import { type Context, defineTool, warnings } from "../tool.ts";
import { hasId, hasOneOf } from "../xo/filter.ts";
import { Host } from "../xo/records/host.ts";
import { Pool } from "../xo/records/pool.ts";
import { Sr } from "../xo/records/sr.ts";
import { Vdi } from "../xo/records/vdi.ts";
import { Vm } from "../xo/records/vm.ts";
import { choose, resolve } from "../xo/resolve.ts";

const PoolState = Pool.pick({ id: true, name_label: true, HA_enabled: true });
const HostState = Host.pick({
  id: true,
  name_label: true,
  $pool: true,
  power_state: true,
  enabled: true,
  cpus: true,
  memory: true,
});
const VmState = Vm.pick({
  id: true,
  name_label: true,
  $pool: true,
  $container: true,
  $VBDs: true,
  power_state: true,
  CPUs: true,
  memory: true,
});
const SrState = Sr.omit({
  name_description: true,
  usage: true,
  allocationStrategy: true,
  inMaintenanceMode: true,
});
const DiskLinks = Vdi.pick({ id: true, $SR: true, $VBDs: true });

type HostRecord = z.output<typeof HostState>;
type VmRecord = z.output<typeof VmState>;
type SrRecord = z.output<typeof SrState>;
type Load = HostLoad<HostRecord, VmRecord>;

const gib = 1024 ** 3;

/** How many are named, of each pool. */
const shown = { vms: 5, tied: 10, storage: 3 };

export const getCapacityReport = defineTool({
  name: "get_capacity_report",
  title: "Show capacity",
  description:
    "Per pool: CPUs and memory used and free, storage, biggest VMs; does all still fit without the largest or a named host, what do local disks tie to it, would new VMs fit. For storage use list_srs.",
  input: z.strictObject({
    pool_id: z.string().optional().describe("UUID or name"),
    without_host_id: z.string().optional().describe("Default: the largest"),
    new_vms: z.int().min(1).max(1_000).optional().describe("Do so many more fit?"),
    new_vm_cpus: z.int().min(1).default(2).describe("vCPUs of each"),
    new_vm_memory_gib: z.number().positive().default(4).describe("Memory of each"),
    max_vcpus_per_cpu: z.number().positive().default(4).describe("vCPUs a logical CPU may carry"),
  }),
  output: z.object({
    max_vcpus_per_cpu: z.number().optional(),
    pools: z.array(z.looseObject({})),
    warnings,
  }),
  async run(input, context) {
    const { xo, warn } = context;
    const { pool_id, without_host_id, max_vcpus_per_cpu, new_vms } = input;
    const only = pool_id === undefined ? undefined : await resolve(xo, "pools", pool_id);
    const inPool = only && hasId("$pool", only.id);
    const [pools, hosts, vms, srs, gaps] = await Promise.all([
      xo.list("pools", PoolState, only && hasId("id", only.id)),
      xo.list("hosts", HostState, inPool),
      xo.list("vms", VmState, inPool),
      part(context, "storage", xo.list("srs", SrState, inPool)),
      warnOfGaps(context),
    ]);
    const named =
      without_host_id === undefined ? undefined : choose("hosts", hosts, without_host_id);
    const seesVms = (await gaps.sight()).whole("vms");
    if (!seesVms) warn("VMs that this account may not see are not counted among those to move.");
    warnOfUnknown(context, hosts);
    warnOfSpace(srs ?? [], context);

    const plans = pools
      .filter(({ id }) => named === undefined || id === named.$pool)
      .toSorted((a, b) => a.name_label.localeCompare(b.name_label))
      .map((pool) => {
        const own = within(pool.id, vms);
        const loads = loadOf(within(pool.id, hosts), own);
        const lost =
          named === undefined ? largestHost(loads) : loads.find(({ host }) => host.id === named.id);
        return { pool, own, loads, lost };
      });
    const tied = await readTied(
      context,
      plans.flatMap(({ lost }) => lost ?? []),
      srs,
    );
    const question: Question = {
      max_vcpus_per_cpu,
      seesVms,
      extra:
        new_vms === undefined
          ? undefined
          : {
              count: new_vms,
              cpus: input.new_vm_cpus,
              bytes: Math.round(input.new_vm_memory_gib * gib),
            },
    };
    return {
      max_vcpus_per_cpu,
      pools: plans.map(({ pool: { HA_enabled, ...pool }, own, loads, lost }) => ({
        ...pool,
        ha_enabled: HA_enabled,
        hosts: countHosts(within(pool.id, hosts)),
        ...commitments(loads, own),
        without_host:
          lost === undefined
            ? { reason: named === undefined ? "no host takes VMs" : "this host does not run" }
            : {
                chosen: named === undefined ? "largest" : "named",
                ...describeLoss(loads, lost, question),
                tied_to_it: tied?.get(lost.host.id),
              },
        new_vms: describeExtra(loads, lost, question),
        storage: srs && describeStorage(within(pool.id, srs)),
        biggest_vms: biggestOf(own, hosts),
      })),
    };
  },
});

function within<T extends { $pool?: string | null | undefined }>(
  poolId: string,
  records: readonly T[],
): T[] {
  return records.filter(({ $pool }) => $pool === poolId);
}

function warnOfUnknown({ warn }: Context, hosts: readonly HostRecord[]): void {
  const silent = hosts.filter(
    ({ power_state, memory, cpus }) =>
      power_state === "Running" && (memory?.size == null || memory.usage == null || !cpus?.cores),
  );
  if (silent.length === 0) return;
  const names = silent.slice(0, 10).map(({ name_label }) => name_label);
  warn(
    `CPUs or memory of ${silent.length} hosts are unknown and count as none: ${names.join(", ")}.`,
  );
}

/** The VMs with a disk on a lost host's own storage: wherever there is memory, they start nowhere else. */
async function readTied(
  context: Context,
  lost: readonly Load[],
  srs: readonly SrRecord[] | undefined,
) {
  if (srs === undefined) return undefined;
  const ids = new Set(lost.map(({ host }) => host.id));
  const local = new Map(
    srs
      .filter((sr) => sr.shared === false && holdsDisks(sr) && ids.has(sr.$container ?? ""))
      .map((sr) => [sr.id, sr.$container ?? ""]),
  );
  const disks =
    local.size === 0
      ? []
      : await part(
          context,
          "which VMs have disks on a host's own storage",
          context.xo.list("vdis", DiskLinks, hasOneOf("$SR", [...local.keys()])),
        );
  if (disks === undefined) return undefined;
  const links = new Map(
    disks.flatMap(({ $SR, $VBDs }) => ($VBDs ?? []).map((link) => [link, local.get($SR ?? "")])),
  );
  return new Map(
    lost.map(({ host, vms }) => {
      const names = vms
        .filter(({ $VBDs }) => ($VBDs ?? []).some((link) => links.get(link) === host.id))
        .map(({ name_label }) => name_label);
      return [host.id, { total: names.length, names: names.toSorted().slice(0, shown.tied) }];
    }),
  );
}

function describeStorage(srs: readonly SrRecord[]) {
  const usable = srs.filter(holdsDisks);
  const totals = (own: readonly SrRecord[]) => {
    const told = own.flatMap((sr) => spaceOf(sr) ?? []);
    return {
      total_bytes: sumOf(told, ({ size_bytes }) => size_bytes),
      used_bytes: sumOf(told, ({ used_bytes }) => used_bytes),
    };
  };
  return {
    shared: totals(usable.filter(({ shared }) => shared === true)),
    local: totals(usable.filter(({ shared }) => shared !== true)),
    fullest: usable
      .flatMap(({ name_label, id, ...sr }) => {
        const used_percent = usedPercent(sr);
        return used_percent === undefined ? [] : [{ name_label, id, used_percent }];
      })
      .toSorted((a, b) => b.used_percent - a.used_percent)
      .slice(0, shown.storage),
  };
}

function biggestOf(vms: readonly VmRecord[], hosts: readonly HostRecord[]) {
  const names = new Map(hosts.map(({ id, name_label }) => [id, name_label]));
  return vms
    .toSorted(
      (a, b) => memoryOf(b) - memoryOf(a) || cpusOf(b) - cpusOf(a) || (a.id < b.id ? -1 : 1),
    )
    .slice(0, shown.vms)
    .map((vm) => ({
      id: vm.id,
      name_label: vm.name_label,
      power_state: vm.power_state,
      memory_bytes: memoryOf(vm),
      cpus: cpusOf(vm),
      host: names.get(vm.$container ?? ""),
    }));
}
