import { describeInterfaces } from "../../estate/interfaces.ts";
import { nameOf } from "../../estate/name.ts";
import { absencesOf } from "../../estate/network-reach.ts";
import { networksOfVms, vlanOf } from "../../estate/networks.ts";
import { isResident } from "../../estate/capacity.ts";
import { Network } from "../../xo/records/network.ts";
import { Pif } from "../../xo/records/pif.ts";
import { Vif } from "../../xo/records/vif.ts";
import { Vm } from "../../xo/records/vm.ts";
import type { Context } from "../../tool.ts";
import { fact } from "../fact.ts";
import { hostStates } from "./host-states.ts";

const PifLink = Pif.omit({ mtu: true, mac: true });
const Plug = Vif.pick({ id: true, $network: true, $VM: true });
const VmState = Vm.pick({ id: true, power_state: true });

/** The interfaces of hosts, with what tells their links. */
const pifs = fact(["pifs"], ({ xo }) => xo.records("pifs", PifLink));

/** The VMs on each network, by its id; an interface of a snapshot or a template is none of a VM. */
export const networkVms = fact(["vifs", "vms"], async ({ xo }) => {
  const [vifs, vms] = await Promise.all([xo.records("vifs", Plug), xo.records("vms", VmState)]);
  const vmById = new Map(vms.map((vm) => [vm.id, vm]));
  const byNetwork = Map.groupBy(vifs, ({ $network }) => $network ?? "");
  return new Map(
    [...byNetwork].map(([network, plugs]) => {
      // A VM may be on a network twice.
      const own = [...new Set(plugs.flatMap(({ $VM }) => vmById.get($VM ?? "") ?? []))];
      return [network, { vms: own.length, running: own.filter(isResident).length }];
    }),
  );
});

/** The VLAN of each network, by its id. */
export const vlans = fact(["pifs"], async (context) => {
  const found = await pifs.in(context);
  return new Map(
    found.flatMap((pif) => {
      const vlan = vlanOf(pif);
      return vlan === undefined || !pif.$network ? [] : [[pif.$network, vlan] as const];
    }),
  );
});

/** The interfaces of hosts in words, by their id. */
export const links = fact(["pifs", "hosts", "vifs", "vms"], async (context) => {
  const [found, hosts, inUse] = await Promise.all([
    pifs.in(context),
    hostStates.in(context),
    vmNetworks(context),
  ]);
  const described = describeInterfaces(found, [...hosts.values()], inUse);
  return new Map(described.map((each) => [each.id, each]));
});

/** The same for what those of hosts alone tell. */
export const bonds = fact(["pifs", "hosts"], (context) => links.in(context));

/**
 * The hosts of its pool that have no interface on a network, by its id: none of a network inside its
 * hosts. Nothing at all where an interface that is missing may only be hidden.
 */
export const absences = fact(["networks", "pifs", "hosts"], async (context) => {
  const [networks, found, hosts, inUse, sight] = await Promise.all([
    context.xo.records("networks", Network.pick({ id: true, $pool: true })),
    pifs.in(context),
    hostStates.in(context),
    vmNetworks(context),
    context.sight(),
  ]);
  if (!sight.whole("pifs")) return undefined;
  const absent = absencesOf(networks, found, [...hosts.values()], inUse);
  const linked = new Set(found.map(({ $network }) => $network));
  return new Map(
    networks
      .filter(({ id }) => linked.has(id))
      .map(({ id }) => {
        const { hosts: without = [] } = absent.get(id) ?? {};
        return [id, without.map(({ id: host, name_label }) => nameOf({ id: host, name_label }))];
      }),
  );
});

/** The networks with VMs on them; nothing where the account does not see all that tells it. */
async function vmNetworks({ xo, sight }: Pick<Context, "xo" | "sight">) {
  const [vifs, vms, seen] = await Promise.all([
    xo.records("vifs", Plug),
    xo.records("vms", VmState),
    sight(),
  ]);
  return seen.whole("vifs") && seen.whole("vms") ? networksOfVms(vifs, vms) : undefined;
}
