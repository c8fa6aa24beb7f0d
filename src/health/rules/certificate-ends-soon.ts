import { endingsOf } from "../../estate/updates.ts";
import { countOf, defineRule } from "../rule.ts";

const thresholds = { within_days: 30 };

export const certificateEndsSoon = defineRule({
  id: "certificate-ends-soon",
  severity: "warning",
  title: "Hosts whose certificate has ended or ends soon",
  why: "After that, XO and other clients that check it no longer connect to the host.",
  where: "get_update_status; XO: the host's page, Advanced.",
  needs: ["hosts"],
  thresholds,
  check({ hosts }, { now }) {
    const untold = hosts.filter(({ certificates }) => (certificates ?? []).length === 0);
    return {
      found: hosts
        .flatMap((host) => {
          // The certificate alone: XCP-ng has no licence, and XenServer's own tools watch theirs.
          const [next] = endingsOf(
            { certificates: host.certificates },
            thresholds.within_days,
            now,
          );
          return next === undefined ? [] : [{ host, next }];
        })
        .toSorted((a, b) => a.next.days_left - b.next.days_left)
        .map(({ host, next: { what: _what, ...facts } }) => ({
          ...host,
          facts,
        })),
      unknown: countOf(untold.length, "host", "told no certificate"),
    };
  },
});
