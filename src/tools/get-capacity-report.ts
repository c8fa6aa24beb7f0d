import * as z from "zod";
import { largestHost, loadOf } from "../estate/capacity.ts";
import { blindOf, readAround } from "../estate/evacuation/around.ts";
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
    const sight = await gaps.sight();
    if (!sight.whole("vms")) {
      warn("VMs that this account may not see are not counted among those to move.");
    }
    const hidden = (["hosts", "vms"] as const).filter((collection) => !sight.whole(collection));
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
    const evacuation = named && (await readEvacuation(context, named, blindOf(sight)));
    const question: Question = {
      max_vcpus_per_cpu,
      blind:
        hidden.length === 0
          ? undefined
          : `unknown: this account may not see all ${hidden.map((name) => (name === "vms" ? "VMs" : name)).join(" and ")}`,
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
        stranded: describeStranded(stranded, loads, question.blind),
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

async function readEvacuation(context: Context, host: HostRecord, blind: string | undefined) {
  if (!host.$pool) return undefined;
  const around = readAround(context, host.$pool);
  const read = await part(context, "whether the host can be emptied", around);
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
    `CPUs or memory of ${silent.length} hosts are unknown and count as none: ${names.join(", ")}.`,
  );
}
