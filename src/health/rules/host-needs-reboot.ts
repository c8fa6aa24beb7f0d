import { rebootOf } from "../../estate/updates.ts";
import { countOf, defineRule } from "../rule.ts";

export const hostNeedsReboot = defineRule({
  id: "host-needs-reboot",
  severity: "warning",
  title: "Hosts that need a reboot",
  why: "Patches that were installed, often for security, are not in force until then.",
  where: "get_update_status; XO: the host's page, Patches.",
  needs: ["hosts"],
  check({ hosts }) {
    const judged = hosts.map((host) => ({ host, reboot: rebootOf(host) }));
    const untold = judged.filter(({ reboot }) => reboot.needed === undefined);
    return {
      found: judged
        .filter(({ reboot }) => reboot.needed === true)
        .map(({ host, reboot }) => ({ ...host, facts: { reason: reboot.reason } })),
      unknown: countOf(untold.length, "host", "did not tell"),
    };
  },
});
