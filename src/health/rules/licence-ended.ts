import { endingsOf } from "../../estate/updates.ts";
import { defineRule } from "../rule.ts";

export const licenceEnded = defineRule({
  id: "licence-ended",
  severity: "warning",
  title: "Hosts whose licence has ended",
  why: "XenServer then installs no updates, and what the licence paid for is off; XCP-ng needs none.",
  where: "get_update_status names those that end soon; the licence is renewed in XenCenter.",
  needs: ["hosts"],
  check({ hosts }, { now }) {
    return {
      found: hosts.flatMap((host) =>
        // What ends soon XAPI says itself (LICENSE_EXPIRES_SOON).
        endingsOf({ certificates: [], license_expiry: host.license_expiry }, 0, now).map(
          ({ ends_at, ended_ago }) => ({ ...host, facts: { ended_at: ends_at, ended_ago } }),
        ),
      ),
    };
  },
});
