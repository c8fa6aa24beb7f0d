import * as z from "zod";
import { say, together } from "../sentence.ts";
import { largestHost, loadOf } from "../estate/capacity.ts";
import { blindOf, evacuationNeeds, readAround } from "../estate/evacuation/around.ts";
import { placeByHand } from "../estate/evacuation/by-hand.ts";
import { evacuationOf } from "../estate/evacuation/evacuation.ts";
import { warnOfGaps } from "../estate/gaps.ts";
import { nameOf, saidName } from "../estate/name.ts";
import { part } from "../estate/part.ts";
import { countHosts } from "../estate/power.ts";
import { commitments, describeExtra, describeLoss, type Question } from "../estate/reserves.ts";
import { biggestOf, fullestOf } from "../estate/pool-extremes.ts";
import { warnOfSpace } from "../estate/space.ts";
import { describeStranded, strandedAmong } from "../estate/stranded.ts";
import { readTied } from "../estate/tied.ts";
import { type Context, defineTool, warnings } from "../tool.ts";
import { hasId } from "../xo/filter.ts";
import { Host } from "../xo/records/host.ts";
import { Pool } from "../xo/records/pool.ts";
import { Sr } from "../xo/records/sr.ts";
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
  virtualizationMode: true,
});
const SrState = Sr.omit({
  name_description: true,
  usage: true,
  allocationStrategy: true,
  inMaintenanceMode: true,
});

type HostRecord = z.output<typeof HostState>;

const gib = 1024 ** 3;

export const getCapacityReport = defineTool({
  name: "get_capacity_report",
  title: "Show capacity",
  description:
    "Per pool: CPUs and memory used and free, storage, biggest VMs; does all still fit without the largest host, would new VMs fit. With without_host_id: can that host be taken down, by maintenance mode or by hand, which VMs stop it, why and what to do, where the others go. For storage use list_srs.",
  input: z.strictObject({
    pool_id: z.string().optional().describe("UUID or name"),
    without_host_id: z.string().optional().describe("Default: the largest, by memory alone"),
    new_vms: z.int().min(1).max(1_000).optional().describe("Do so many more fit?"),
    new_vm_cpus: z.int().min(1).default(2).describe("vCPUs of each"),
    new_vm_memory_gib: z.number().positive().default(4).describe("Memory of each"),
    max_vcpus_per_cpu: z.number().positive().default(4).describe("vCPUs a logical CPU may carry"),
  }),
  output: z.object({
    max_vcpus_per_cpu: z.number().optional(),
    pools: z.array(z.looseObject({})).optional(),
    warnings,
  }),
  examples: [{ new_vms: 3 }, {}, { without_host_id: "xcp-paris-02", new_vms: 2 }],
  needs: ({ without_host_id }) => ({
    parts: {
      pools: ["pools"],
      "pools.hosts": ["hosts"],
      "pools.cpus.logical": ["hosts"],
      "pools.cpus.vcpus_running": ["hosts", "vms"],
      "pools.cpus.vcpus_not_running": ["vms"],
      "pools.cpus.vcpus_per_cpu": ["hosts", "vms"],
      "pools.memory.total_bytes": ["hosts"],
      "pools.memory.system_bytes": ["hosts", "vms"],
      "pools.memory.vms_bytes": ["hosts", "vms"],
      "pools.memory.free_bytes": ["hosts", "vms"],
      "pools.memory.largest_free_bytes": ["hosts", "vms"],
      "pools.memory.not_running_vms_bytes": ["vms"],
      "pools.stranded": ["hosts", "vms"],
      "pools.new_vms": ["hosts", "vms"],
      "pools.storage": ["srs"],
      "pools.biggest_vms": ["vms"],
      ...(without_host_id === undefined
        ? {
            "pools.without_host": ["hosts", "vms"],
            "pools.without_host.tied_to_it": ["srs", "vdis"],
          }
        : // The two ways to empty it have verdicts of their own for what is not seen.
          {
            "pools.without_host.vms_to_move": ["vms"],
            "pools.without_host.vms_to_move_bytes": ["vms"],
            "pools.without_host.vcpus_per_cpu": ["hosts", "vms"],
            "pools.without_host.cpus_ok": ["hosts", "vms"],
            "pools.without_host.maintenance_mode.blocked_vms": evacuationNeeds,
            "pools.without_host.maintenance_mode.blocked_by.vms": evacuationNeeds,
            "pools.without_host.by_hand.stuck_vms": evacuationNeeds,
            "pools.without_host.by_hand.stuck_by.vms": evacuationNeeds,
          }),
    },
    lookups: {
      "pools.biggest_vms.host": ["hosts"],
      "pools.without_host.maintenance_mode.patches_differ": ["hosts"],
      "pools.without_host.maintenance_mode.older_hosts": ["hosts"],
    },
    pools: { pools: "id" },
  }),
  async run(input, context) {
    const { xo } = context;
    const { pool_id, without_host_id, max_vcpus_per_cpu, new_vms } = input;
    const only = await resolve(xo, "pools", pool_id);
    const inPool = only && hasId("$pool", only.id);
    const [pools, hosts, vms, srs] = await Promise.all([
      xo.records("pools", PoolState, only && hasId("id", only.id)),
      xo.records("hosts", HostState, inPool),
      xo.records("vms", VmState, inPool),
      part(context, say`storage`, xo.records("srs", SrState, inPool)),
      warnOfGaps(context),
    ]);
    const named = choose("hosts", hosts, without_host_id);
    warnOfUnknown(context, hosts);
    if (named === undefined) warnOfSpace(srs ?? [], context);

    const plans = pools
      .filter(({ id }) => named === undefined || id === named.$pool)
      .toSorted((a, b) => a.name_label.localeCompare(b.name_label))
      .map((pool) => {
        const own = within(pool.id, vms);
        const loads = loadOf(within(pool.id, hosts), own);
        const lost =
          named === undefined ? largestHost(loads) : loads.find(({ host }) => host.id === named.id);
        const stranded = strandedAmong(own, within(pool.id, hosts));
        return { pool, own, loads, lost, stranded };
      });
    const tied = named
      ? undefined
      : await readTied(
          context,
          plans.flatMap(({ lost }) => lost ?? []),
          srs,
        );
    const evacuation = named && (await readEvacuation(context, named));
    const question: Question = {
      max_vcpus_per_cpu,
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
      pools: plans.map(({ pool: { HA_enabled, ...pool }, own, loads, lost, stranded }) => ({
        ...pool,
        ha_enabled: HA_enabled,
        hosts: countHosts(within(pool.id, hosts)),
        ...commitments(loads, own),
        stranded: describeStranded(stranded, loads),
        without_host:
          lost === undefined
            ? { reason: named === undefined ? "no host takes VMs" : "this host does not run" }
            : {
                chosen: named === undefined ? "largest" : "named",
                host: nameOf(lost.host),
                host_id: lost.host.id,
                ...describeLost(
                  describeLoss(loads, lost, { ...question, waiting: stranded }),
                  named,
                  evacuation?.answer,
                ),
                tied_to_it: tied?.get(lost.host.id),
              },
        new_vms: describeExtra(
          loads,
          lost,
          { ...question, waiting: stranded },
          evacuation && ((more, measure) => placeByHand(evacuation.plan, measure, more)),
        ),
        // Who takes down a host asks for neither.
        ...(named === undefined
          ? {
              storage: srs && fullestOf(within(pool.id, srs), plans.length),
              biggest_vms:
                plans.length > 1 && new_vms !== undefined
                  ? undefined
                  : biggestOf(own, hosts, plans.length),
            }
          : {}),
      })),
    };
  },
});

/** Of a host that is to be emptied, the two ways decide instead of the sums of a host that is lost. */
function describeLost(
  loss: ReturnType<typeof describeLoss>,
  named: HostRecord | undefined,
  evacuation: object | undefined,
) {
  if (named === undefined) return loss;
  const { vms_to_move, vms_to_move_bytes, vcpus_per_cpu, cpus_ok } = loss;
  const unread = { verdict: "unknown", reason: "XO did not give all that decides it" };
  return {
    vms_to_move,
    vms_to_move_bytes,
    vcpus_per_cpu,
    cpus_ok,
    ...(evacuation ?? { maintenance_mode: unread, by_hand: unread }),
  };
}

async function readEvacuation(context: Context, host: HostRecord) {
  if (!host.$pool) return undefined;
  const blind = blindOf(await context.sight(), host.$pool);
  const around = readAround(context, host.$pool);
  const read = await part(context, say`whether the host can be emptied`, around);
  return read && evacuationOf(read, host.id, blind);
}

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
  const names = silent.slice(0, 10).map((host) => saidName(host));
  warn(
    say`CPUs or memory of ${silent.length} hosts are unknown and count as none: ${together(names, ", ")}.`,
  );
}
