import { kindOf, linkOf, vlanOf } from "../../estate/networks.ts";
import { countOf, defineRule } from "../rule.ts";

export const interfaceWithoutCarrier = defineRule({
  id: "interface-without-carrier",
  severity: "warning",
  title: "Network interfaces in use without a link",
  why: "The host cannot reach that network: a cable, a switch port or a module is at fault. Ports of bonds are in bond-degraded.",
  where: "list_networks with problems_only.",
  needs: ["pifs", "hosts"],
  check({ pifs, hosts }) {
    const around = byIds({ pifs, hosts });
    // A VLAN has the link of the port beneath it, which is reported itself.
    const ports = pifs.filter((pif) => kindOf(pif) === "port" && vlanOf(pif) === undefined);
    const judged = ports.map((pif) => ({ pif, link: linkOf(pif, around) }));
    const up = hosts.filter(({ power_state }) => power_state === "Running").map(({ id }) => id);
    const untold = judged.filter(
      ({ pif, link }) => link === "unknown" && up.includes(pif.$host ?? ""),
    );
    return {
      found: judged
        .filter(({ link }) => link === "down")
        .map(({ pif }) => ({
          id: pif.id,
          name_label: `${pif.device ?? "interface"} of ${around.hosts.get(pif.$host ?? "")?.name_label ?? pif.$host}`,
          $pool: pif.$pool,
          facts: { management: pif.management === true ? true : undefined },
        })),
      unknown: countOf(untold.length, "interface", "did not tell"),
    };
  },
});

function byIds<P extends { id: string }, H extends { id: string }>(of: { pifs: P[]; hosts: H[] }) {
  return {
    pifs: new Map(of.pifs.map((pif) => [pif.id, pif])),
    hosts: new Map(of.hosts.map((host) => [host.id, host])),
  };
}
