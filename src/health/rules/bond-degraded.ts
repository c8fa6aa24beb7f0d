import { nameAmong } from "../../estate/name.ts";
import { linksOf } from "../../estate/networks.ts";
import { countOf, defineRule } from "../rule.ts";

export const bondDegraded = defineRule({
  id: "bond-degraded",
  severity: "warning",
  title: "Bonds with a port that has no link",
  why: "The network still works, but the next port that fails takes it away, and there is less bandwidth.",
  where: "list_networks with problems_only.",
  needs: ["pifs", "hosts"],
  whole: ["pifs"],
  check({ pifs, hosts }) {
    const hostById = new Map(hosts.map((host) => [host.id, host]));
    // A bond is in use by itself, with VMs or without.
    const { bonds } = linksOf(pifs, hostById, undefined);
    const untold = bonds.filter(
      ({ state, master }) =>
        state === "unknown" && hostById.get(master.$host ?? "")?.power_state === "Running",
    );
    return {
      found: bonds
        .filter(({ state }) => state === "down" || state === "degraded")
        .toSorted((a, b) => a.up - b.up)
        .map(({ master, ports, state, up }) => ({
          id: master.id,
          name_label: `${master.device ?? "bond"} of ${nameAmong(hostById, master.$host)}`,
          $pool: master.$pool,
          facts: { state, ports_up: up, ports: ports.length },
        })),
      unknown: countOf(untold.length, "bond", "did not tell"),
    };
  },
});
