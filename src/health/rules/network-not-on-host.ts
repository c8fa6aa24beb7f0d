import { nameOf } from "../../estate/name.ts";
import { absencesOf } from "../../estate/network-reach.ts";
import { networksOfVms } from "../../estate/networks.ts";
import { defineRule } from "../rule.ts";

export const networkNotOnHost = defineRule({
  id: "network-not-on-host",
  severity: "warning",
  title: "Networks in use on which a host of the pool has no interface",
  why: "VMs on them can neither start on that host nor move there, and HA cannot restart them there.",
  where: "list_networks with problems_only; XO: the network's page, or the host's, Network.",
  needs: ["networks", "pifs", "hosts", "vifs", "vms"],
  whole: ["pifs"],
  check({ networks, pifs, hosts, vifs, vms }) {
    const absences = absencesOf(networks, pifs, hosts, networksOfVms(vifs, vms));
    return {
      found: networks.flatMap((network) => {
        const absence = absences.get(network.id);
        if (absence?.inUse !== true) return [];
        const names = absence.hosts.map(nameOf).toSorted();
        return [{ ...network, facts: { host_count: names.length, hosts: names.slice(0, 5) } }];
      }),
    };
  },
});
