import { nameAmong } from "../../estate/name.ts";
import { kindOf, linksOf, networksOfVms } from "../../estate/networks.ts";
import { countOf, defineRule } from "../rule.ts";

export const interfaceWithoutCarrier = defineRule({
  id: "interface-without-carrier",
  severity: "warning",
  title: "Network interfaces in use without a link",
  why: "The host cannot reach that network: a cable, a switch port or a module is at fault. Ports of bonds are in bond-degraded.",
  where: "list_networks with problems_only.",
  needs: ["pifs", "hosts", "vifs", "vms"],
  check({ pifs, hosts, vifs, vms }) {
    const hostById = new Map(hosts.map((host) => [host.id, host]));
    const links = linksOf(pifs, hostById, networksOfVms(vifs, vms));
    // A VLAN has the link of the port beneath it, which is reported itself.
    const judged = pifs
      .filter((pif) => kindOf(pif) === "port")
      .map((pif) => ({ pif, link: links.of(pif) }));
    const untold = judged.filter(
      ({ pif, link }) =>
        link === "unknown" && hostById.get(pif.$host ?? "")?.power_state === "Running",
    );
    return {
      found: judged
        .filter(({ link }) => link === "down")
        .map(({ pif }) => ({
          id: pif.id,
          name_label: `${pif.device ?? "interface"} of ${nameAmong(hostById, pif.$host)}`,
          $pool: pif.$pool,
          facts: { management: pif.management === true ? true : undefined },
        })),
      unknown: countOf(untold.length, "interface", "did not tell"),
    };
  },
});
