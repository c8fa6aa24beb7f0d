import * as z from "zod";
import { say } from "../sentence.ts";
import { warnOfGaps } from "../estate/gaps.ts";
import { nameOf } from "../estate/name.ts";
import { countHosts, countVms, HostCounts, VmCounts } from "../estate/power.ts";
import { holdsDisks, spaceOf, warnOfSpace } from "../estate/space.ts";
import { lastWord, strandedAmong } from "../estate/stranded.ts";
import { sumOf } from "../estate/sum-of.ts";
import type { Parts } from "../sight/needs.ts";
import { defineTool, warnings } from "../tool.ts";
import { Host } from "../xo/records/host.ts";
import { Pool } from "../xo/records/pool.ts";
import { Sr } from "../xo/records/sr.ts";
import { Vm } from "../xo/records/vm.ts";

const PoolName = Pool.pick({ id: true, name_label: true });
const HostSize = Host.pick({
  id: true,
  $pool: true,
  power_state: true,
  enabled: true,
  cpus: true,
  memory: true,
});
const VmSize = Vm.pick({
  id: true,
  $pool: true,
  $container: true,
  power_state: true,
  CPUs: true,
});
const SrSize = Sr.pick({
  id: true,
  name_label: true,
  $pool: true,
  SR_type: true,
  content_type: true,
  size: true,
  physical_usage: true,
  $PBDs: true,
});

const Figures = z.object({
  hosts: HostCounts,
  vms: VmCounts,
  cpus: z.object({ logical: z.number().describe("Of running hosts"), vcpus_running: z.number() }),
  memory: z.object({ total_bytes: z.number(), used_bytes: z.number() }),
  storage: z.object({ total_bytes: z.number(), used_bytes: z.number() }),
});

interface Holdings {
  hosts: z.output<typeof HostSize>[];
  vms: z.output<typeof VmSize>[];
  srs: z.output<typeof SrSize>[];
}

export const getInfrastructureSummary = defineTool({
  name: "get_infrastructure_summary",
  title: "Summarise the infrastructure",
  description:
    "Counts for everything and for each pool: pools with their names, hosts by state, VMs by power state, CPUs, memory, storage. For the objects themselves use list_pools, list_hosts, list_vms.",
  input: z.strictObject({}),
  output: z.object({
    pools: z
      .object({ total: z.number().optional(), names: z.array(z.string()).optional() })
      .optional(),
    ...Figures.partial().shape,
    cpus_with_hosts_off: z.number().optional().describe("Logical ones, as XO's dashboard has it"),
    by_pool: z.array(z.looseObject({})).describe("The same for each pool"),
    warnings,
  }),
  examples: [{}],
  needs: {
    parts: {
      "pools.total": ["pools"],
      "pools.names": ["pools"],
      ...figuresNeed(""),
      cpus_with_hosts_off: ["hosts"],
      by_pool: ["pools"],
      ...figuresNeed("by_pool."),
    },
    lookups: { "vms.on_silent_hosts": ["hosts"], "by_pool.vms.on_silent_hosts": ["hosts"] },
    pools: { by_pool: "id" },
  },
  async run(_input, context) {
    const { xo, warn } = context;
    const [pools, hosts, vms, srs] = await Promise.all([
      xo.records("pools", PoolName),
      xo.records("hosts", HostSize),
      xo.records("vms", VmSize),
      xo.records("srs", SrSize),
      warnOfGaps(context),
    ]);
    warnOfSpace(srs, context);
    const stranded = strandedAmong(vms, hosts).length;
    if (stranded > 0) warn(say`${stranded} VMs run ${lastWord}.`);
    const named = pools.toSorted(
      (a, b) => a.name_label.localeCompare(b.name_label) || (a.id < b.id ? -1 : 1),
    );
    const byPool = named.map((pool) => ({
      ...pool,
      ...figures(within(pool.id, { hosts, vms, srs })),
    }));
    const shown = Math.max(1, Math.floor((context.budget - 1_500) / 450));
    if (byPool.length > shown) {
      warn(
        say`by_pool has ${shown} of ${byPool.length} pools; get_pool_dashboard answers for the others.`,
      );
    }
    return {
      pools: {
        total: pools.length,
        names: named.slice(0, shown).map(nameOf),
      },
      ...figures({ hosts, vms, srs }),
      // XO's own dashboard counts those too.
      cpus_with_hosts_off: hosts.every(({ power_state }) => power_state === "Running")
        ? undefined
        : sumOf(hosts, ({ cpus }) => cpus?.cores),
      by_pool: byPool.slice(0, shown),
    };
  },
});

/** What each figure needs, of everything or of one pool. */
function figuresNeed(of: "" | "by_pool."): Parts {
  return {
    [`${of}hosts`]: ["hosts"],
    [`${of}vms`]: ["vms"],
    [`${of}cpus.logical`]: ["hosts"],
    [`${of}cpus.vcpus_running`]: ["vms"],
    [`${of}memory`]: ["hosts"],
    [`${of}storage`]: ["srs"],
  };
}

function within(pool: string, { hosts, vms, srs }: Holdings): Holdings {
  const inPool = ({ $pool }: { $pool?: string | null | undefined }) => $pool === pool;
  return { hosts: hosts.filter(inPool), vms: vms.filter(inPool), srs: srs.filter(inPool) };
}

function figures({ hosts, vms, srs }: Holdings): z.output<typeof Figures> {
  // What is off carries nothing, and an older XO tells all memory of such a host as used.
  const up = hosts.filter(({ power_state }) => power_state === "Running");
  const stranded = new Set(strandedAmong(vms, hosts));
  const running = vms.filter((vm) => vm.power_state === "Running" && !stranded.has(vm));
  const storage = srs.filter(holdsDisks).flatMap((sr) => spaceOf(sr) ?? []);
  return {
    hosts: countHosts(hosts),
    vms: countVms(vms, hosts),
    cpus: {
      logical: sumOf(up, ({ cpus }) => cpus?.cores),
      vcpus_running: sumOf(running, ({ CPUs }) => CPUs?.number),
    },
    memory: {
      total_bytes: sumOf(up, ({ memory }) => memory?.size),
      used_bytes: sumOf(up, ({ memory }) => memory?.usage),
    },
    storage: {
      total_bytes: sumOf(storage, ({ size_bytes }) => size_bytes),
      used_bytes: sumOf(storage, ({ used_bytes }) => used_bytes),
    },
  };
}
