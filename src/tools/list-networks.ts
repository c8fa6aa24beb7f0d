import * as z from "zod";
import { warnOfGaps } from "../estate/gaps.ts";
import { describeInterfaces, groupInterfaces } from "../estate/interfaces.ts";
import { part } from "../estate/part.ts";
import { listComputed } from "../listing/computed.ts";
import { listInput, listOutput } from "../listing/parameters.ts";
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
const PifLink = Pif.omit({ mtu: true, mac: true, ip: true, physical: true, management: true });
const PoolName = Pool.pick({ id: true, name_label: true });
const Plug = Vif.pick({ id: true, $network: true, $VM: true });
const VmName = Vm.pick({ id: true, name_label: true, power_state: true });

/** VMs are named where there are no more than these: in a list, and of the one network asked for. */
const named = { each: 5, one: 200 };

export const listNetworks = defineTool({
  name: "list_networks",
  title: "List networks",
  description:
    "Networks: VLAN, host interfaces (link, speed, bond; hosts named unless most are alike), VMs, problems (no link, degraded bond). For one VM use get_vm_details.",
  input: z.strictObject({
    ...listInput("joined"),
    vlan: z.int().min(0).optional().describe("0: without VLAN"),
    problems_only: z.boolean().optional().describe("Only with a problem"),
    pool_id: z.string().optional().describe("UUID or name"),
    network_id: z.string().optional().describe("Only this one, its VMs named"),
  }),
  output: listOutput.extend({ with_problems: z.number().optional().describe("Of all matches") }),
  async run({ vlan, problems_only = false, pool_id, network_id, ...input }, context) {
    const { xo } = context;
    const [pool, network] = await Promise.all([
      pool_id === undefined ? undefined : resolve(xo, "pools", pool_id),
      network_id === undefined ? undefined : resolve(xo, "networks", network_id),
    ]);
    const inPool = pool && hasId("$pool", pool.id);
    const own = network && hasId("id", network.id);
    const mostNames = network === undefined ? named.each : named.one;
    const { page, all } = await listComputed(
      context,
      {
        collection: "networks",
        sort: "name_label",
        read: async (filter) => {
          const found = await readNetworks(context, inPool, allOf(own, filter), mostNames);
          return found.filter(
            (item) =>
              (vlan === undefined || isOnVlan(item, vlan)) &&
              (!problems_only || item.problems !== undefined),
          );
        },
      },
      input,
    );
    return { ...page, with_problems: all.filter(({ problems }) => problems !== undefined).length };
  },
});

function isOnVlan(
  { vlan, interfaces }: { vlan: number | undefined; interfaces: readonly object[] },
  wanted: number,
): boolean {
  // A network inside a host has no interface, and so no VLAN to speak of.
  return wanted === 0 ? vlan === undefined && interfaces.length > 0 : vlan === wanted;
}

async function readNetworks(
  context: Context,
  inPool: Filter | undefined,
  filter: Filter | undefined,
  mostNames: number,
) {
  const { xo, warn } = context;
  const [networks, hosts, pifs, pools, onNetwork, gaps] = await Promise.all([
    xo.list("networks", Network.omit({ isBonded: true }), allOf(inPool, filter)),
    xo.list("hosts", HostState, inPool),
    xo.list("pifs", PifLink, inPool),
    xo.list("pools", PoolName),
    part(context, "which VMs are on a network", readVms(context, inPool)),
    warnOfGaps(context),
  ]);
  if (pifs.length === 0 && networks.length > 0 && !(await gaps.sight()).whole("pifs")) {
    warn("This account sees no interface of a host: whether there are problems is unknown.");
  }
  const silent = hosts.filter(({ power_state }) => power_state !== "Running");
  if (silent.length > 0) {
    const names = silent.slice(0, 5).map(({ name_label }) => name_label);
    const more = silent.length > 5 ? ` and ${silent.length - 5} more` : "";
    warn(`The links of hosts that do not run are unknown: ${names.join(", ")}${more}.`);
  }
  const poolNames = new Map(pools.map(({ id, name_label }) => [id, name_label]));
  const hostsByPool = Map.groupBy(hosts, ({ $pool }) => $pool ?? "");
  const onInterfaces = Map.groupBy(describeInterfaces(pifs, hosts), (each) => each.network ?? "");

  return networks.map(({ id, name_label, name_description, MTU, $pool }) => {
    const interfaces = onInterfaces.get(id) ?? [];
    const problems = interfaces.flatMap(({ host, device, problem }) =>
      problem === undefined ? [] : [{ host, device, problem }],
    );
    return {
      id,
      name_label,
      name_description: name_description || undefined,
      pool: poolNames.get($pool ?? "") ?? $pool ?? undefined,
      vlan: interfaces.find((each) => each.vlan !== undefined)?.vlan,
      mtu: MTU ?? undefined,
      vms: onNetwork && describeVms(onNetwork.get(id) ?? [], mostNames),
      problems: problems.length === 0 ? undefined : problems,
      interfaces: groupInterfaces(interfaces, hostsByPool.get($pool ?? "")?.length ?? 0),
    };
  });
}

type VmRecord = z.output<typeof VmName>;

/** The VMs on each network; an interface of a snapshot or a template is none of a VM. */
async function readVms({ xo }: Context, inPool: Filter | undefined) {
  const [plugs, vms] = await Promise.all([
    xo.list("vifs", Plug, inPool),
    xo.list("vms", VmName, inPool),
  ]);
  const byId = new Map(vms.map((vm) => [vm.id, vm]));
  const byNetwork = Map.groupBy(plugs, ({ $network }) => $network ?? "");
  return new Map(
    [...byNetwork].map(([network, own]) => {
      // A VM may be on a network twice.
      const ids = new Set(own.map(({ $VM }) => $VM ?? ""));
      return [network, [...ids].flatMap((id) => byId.get(id) ?? [])];
    }),
  );
}

function describeVms(vms: readonly VmRecord[], mostNames: number) {
  const names = vms.map(({ name_label }) => name_label).toSorted();
  const shown = mostNames === named.one ? names.slice(0, mostNames) : names;
  return {
    total: vms.length,
    running: vms.filter(({ power_state }) => power_state === "Running").length,
    names: shown.length > 0 && shown.length <= mostNames ? shown : undefined,
  };
}
