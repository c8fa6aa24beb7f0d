import * as z from "zod";
import { listed, say, type Sentence } from "../sentence.ts";
import { warnOfGaps } from "../estate/gaps.ts";
import { describeInterfaces, groupInterfaces } from "../estate/interfaces.ts";
import { firstOf, nameOf, namesById, saidName } from "../estate/name.ts";
import { absencesOf } from "../estate/network-reach.ts";
import { part } from "../estate/part.ts";
import { listJoined } from "../listing/joined.ts";
import { listInput, listOutput } from "../listing/parameters.ts";
import type { Seen } from "../sight/nouns.ts";
import { type Context, defineTool } from "../tool.ts";
import { allOf, type Filter, hasId } from "../xo/filter.ts";
import { Host } from "../xo/records/host.ts";
import { Network } from "../xo/records/network.ts";
import { Pif } from "../xo/records/pif.ts";
import { Pool } from "../xo/records/pool.ts";
import { Vif } from "../xo/records/vif.ts";
import { Vm } from "../xo/records/vm.ts";
import { resolve } from "../xo/resolve.ts";

const HostState = Host.pick({ id: true, name_label: true, power_state: true, $pool: true });
const PifLink = Pif.omit({ mtu: true, mac: true });
const PoolName = Pool.pick({ id: true, name_label: true });
const Plug = Vif.pick({ id: true, device: true, MAC: true, $network: true, $VM: true });
const VmName = Vm.pick({ id: true, name_label: true, power_state: true });

/**
 * VMs are named where a network has no more than these; of a VLAN or a network that is asked for,
 * the first of them by name, shared among the networks of the VLAN.
 */
const named = { each: 5, closely: 60 };

/** What tells whether an interface is in use, has a link, or is missing. */
const problemsNeed: readonly Seen[] = ["pifs", "hosts", "vifs", "vms"];

export const listNetworks = defineTool({
  name: "list_networks",
  title: "List networks",
  description:
    "Networks: VLAN, host interfaces (link, speed, bond; hosts named unless most are alike), VMs, problems (no link, degraded bond). For one VM use get_vm_details.",
  input: z.strictObject({
    ...listInput(),
    vlan: z.int().min(0).optional().describe("0: without VLAN"),
    problems_only: z.boolean().optional().describe("Only with a problem"),
    pool_id: z.string().optional().describe("UUID or name"),
    network_id: z.string().optional().describe("Only this one, its VMs named"),
  }),
  output: listOutput.extend({ with_problems: z.number().optional().describe("Of all matches") }),
  examples: [{ problems_only: true }, {}, { vlan: 20 }],
  needs: ({ vlan, problems_only }) => ({
    parts: {
      items: [
        "networks",
        ...(vlan === undefined ? [] : (["pifs"] as const)),
        ...(problems_only === true ? problemsNeed : []),
      ],
      with_problems: ["networks", ...problemsNeed],
      "items.vms": ["vifs", "vms"],
      "items.problems": problemsNeed,
      "items.not_on_hosts": ["hosts", "pifs"],
      "items.interfaces": ["pifs"],
      "items.interfaces.host_count": ["pifs", "hosts"],
      "items.interfaces.hosts": ["pifs", "hosts"],
      "items.interfaces.ports": ["pifs"],
      "items.interfaces.ports_up": ["pifs", "hosts"],
    },
    lookups: { "items.vlan": ["pifs"], "items.interfaces.speed_mbps": ["hosts"] },
  }),
  async run({ vlan, problems_only = false, pool_id, network_id, ...input }, context) {
    const { xo } = context;
    const [pool, network] = await Promise.all([
      resolve(xo, "pools", pool_id),
      resolve(xo, "networks", network_id),
    ]);
    const inPool = pool && hasId("$pool", pool.id);
    const own = network && hasId("id", network.id);
    const closely = network !== undefined || vlan !== undefined;
    const { page, all } = await listJoined(
      context,
      {
        collection: "networks",
        sort: "name_label",
        read: async (filter) => {
          const found = await readNetworks(context, inPool, allOf(own, filter), closely);
          const wanted = found.filter(
            (item) =>
              (vlan === undefined || isOnVlan(item, vlan)) &&
              (!problems_only || item.problems !== undefined),
          );
          if (vlan !== undefined && !found.some((item) => isOnVlan(item, vlan))) {
            context.warn(say`No network here is on VLAN ${vlan}: ${vlansOf(found)}.`);
          }
          return closely ? nameFirst(wanted, context) : wanted;
        },
      },
      input,
    );
    return { ...page, with_problems: all.filter(({ problems }) => problems !== undefined).length };
  },
});

function isOnVlan(
  { vlan, interfaces, problems = [] }: Pick<Item, "vlan" | "interfaces" | "problems">,
  wanted: number,
): boolean {
  if (wanted !== 0) return vlan === wanted;
  // A network inside a host has no interface, and so no VLAN to speak of.
  return vlan === undefined && interfaces.length + problems.length > 0;
}

function vlansOf(items: readonly Item[]): Sentence {
  const vlans = [...new Set(items.flatMap(({ vlan }) => vlan ?? []))].toSorted((a, b) => a - b);
  return vlans.length === 0 ? say`there is none` : say`there are ${listed(vlans.map(String))}`;
}

type Item = Awaited<ReturnType<typeof readNetworks>>[number];

async function readNetworks(
  context: Context,
  inPool: Filter | undefined,
  filter: Filter | undefined,
  closely: boolean,
) {
  const { xo, warn } = context;
  const [networks, hosts, pifs, pools, onNetwork, sight] = await Promise.all([
    xo.records("networks", Network, allOf(inPool, filter)),
    xo.records("hosts", HostState, inPool),
    xo.records("pifs", PifLink, inPool),
    xo.records("pools", PoolName),
    part(context, say`which VMs are on a network`, readPlugs(context, inPool)),
    context.sight(),
    warnOfGaps(context),
  ]);
  const silent = hosts.filter(({ power_state }) => power_state !== "Running");
  if (silent.length > 0) {
    const names = firstOf(silent.map((host) => saidName(host)));
    warn(say`The links of hosts that do not run are unknown: ${names}.`);
  }
  const poolNames = namesById(pools);
  const hostsByPool = Map.groupBy(hosts, ({ $pool }) => $pool ?? "");
  const vmNetworks = onNetwork && new Set(onNetwork.keys());
  const described = describeInterfaces(pifs, hosts, vmNetworks);
  const onInterfaces = Map.groupBy(described, (each) => each.network ?? "");
  const seen = sight.whole("pifs") ? absencesOf(networks, pifs, hosts, vmNetworks) : undefined;

  return networks.map(({ id, name_label, name_description, MTU, $pool }) => {
    const interfaces = onInterfaces.get(id) ?? [];
    const absence = seen?.get(id);
    const absentOn = absence?.hosts.map(nameOf).toSorted();
    const problems = [
      ...interfaces.flatMap(({ host, device, problem }) =>
        problem === undefined ? [] : [{ host, device, problem }],
      ),
      ...(absence?.inUse === true
        ? (absentOn ?? []).map((host) => ({ host, problem: "no interface on this network" }))
        : []),
    ];
    return {
      id,
      name_label,
      name_description: name_description || undefined,
      pool: poolNames.get($pool ?? "") ?? $pool ?? undefined,
      vlan: interfaces.find((each) => each.vlan !== undefined)?.vlan,
      mtu: MTU ?? undefined,
      vms: onNetwork && describeVms(onNetwork.get(id) ?? [], closely),
      problems: problems.length === 0 ? undefined : problems,
      // What is among the problems is not told again.
      not_on_hosts: absence?.inUse === false ? absentOn : undefined,
      interfaces: groupInterfaces(
        interfaces.filter(({ problem }) => problem === undefined),
        hostsByPool.get($pool ?? "")?.length ?? 0,
      ),
    };
  });
}

/** A VM on a network, by one of its interfaces. */
interface Plugged {
  vm: z.output<typeof VmName>;
  interface: string | undefined;
  mac: string | undefined;
}

/** The VMs on each network; an interface of a snapshot or a template is none of a VM. */
async function readPlugs({ xo }: Context, inPool: Filter | undefined) {
  const [plugs, vms] = await Promise.all([
    xo.records("vifs", Plug, inPool),
    xo.records("vms", VmName, inPool),
  ]);
  const byId = new Map(vms.map((vm) => [vm.id, vm]));
  const ofVms = plugs.flatMap(({ $VM, $network, device, MAC }) => {
    const vm = byId.get($VM ?? "");
    return vm
      ? [{ vm, network: $network ?? "", interface: device ?? undefined, mac: MAC ?? undefined }]
      : [];
  });
  return Map.groupBy(ofVms, ({ network }) => network);
}

/** @param closely to name each VM with its interfaces; names alone, and of few, without it */
function describeVms(plugs: readonly Plugged[], closely: boolean) {
  // A VM may be on a network twice.
  const vms = [...new Set(plugs.map(({ vm }) => vm))];
  const counts = {
    total: vms.length,
    running: vms.filter(({ power_state }) => power_state === "Running").length,
  };
  const few = vms.length > 0 && vms.length <= named.each;
  return {
    ...counts,
    names: few && !closely ? vms.map(nameOf).toSorted() : undefined,
    interfaces: closely
      ? plugs
          .map(({ vm, interface: number, mac }) => ({ vm: nameOf(vm), interface: number, mac }))
          .toSorted((a, b) => (a.vm < b.vm ? -1 : 1))
      : undefined,
  };
}

/** Leaves of each network's interfaces its share of the room, and says how to get the others. */
function nameFirst(items: Item[], { warn }: Pick<Context, "warn">): Item[] {
  const share = Math.ceil(named.closely / Math.max(1, items.length));
  const isLong = ({ vms }: Item) => (vms?.interfaces ?? []).length > share;
  if (!items.some(isLong)) return items;
  warn(
    say`Of each network the first ${share} interfaces of VMs are named: query_objects names all, with collection=vifs and filter=$network:<id>.`,
  );
  return items.map((item) => ({
    ...item,
    vms: item.vms && { ...item.vms, interfaces: item.vms.interfaces?.slice(0, share) },
  }));
}
