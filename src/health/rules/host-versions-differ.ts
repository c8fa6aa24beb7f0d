import { sumOf } from "../../estate/sum-of.ts";
import { versionsOf } from "../../estate/updates.ts";
import { countOf, defineRule } from "../rule.ts";

export const hostVersionsDiffer = defineRule({
  id: "host-versions-differ",
  severity: "warning",
  title: "Hosts of another version than most of their pool",
  why: "VMs may not migrate back to an older host, and XAPI supports mixed versions only during an upgrade.",
  where: "get_update_status.",
  needs: ["hosts"],
  whole: ["hosts"],
  check({ hosts }) {
    const pools = [...Map.groupBy(hosts, ({ $pool }) => $pool ?? "").values()].map(versionsOf);
    const untold = pools.flat().filter(({ version }) => version === undefined);
    return {
      found: pools.flatMap((groups) => {
        const [most, ...others] = groups.filter(({ version }) => version !== undefined);
        return others.flatMap((group) =>
          group.hosts.map((host) => ({
            ...host,
            facts: { version: group.version, most_have: most?.version },
          })),
        );
      }),
      unknown: countOf(
        sumOf(untold, (group) => group.hosts.length),
        "host",
        "did not tell the version",
      ),
    };
  },
});
