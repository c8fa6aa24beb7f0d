import { age, iso } from "../../time.ts";
import { defineRule } from "../rule.ts";
import { openWarnings } from "../xapi-warnings.ts";

export const xapiWarned = defineRule({
  id: "xapi-warned",
  severity: "warning",
  title: "Warnings of the hypervisor that XO shows as no alarm",
  why: "HA, clocks, storage links, certificates, licences, kernels: XAPI says most of it once and never that it is over, so one stays here until something else says so or the message is removed.",
  where: "list_events with object_id; XO: the object's page, Logs, where a message can be removed.",
  needs: ["messages", "hosts", "pools", "pbds", "srs", "vms"],
  check(state, moment) {
    const { now } = moment;
    const { hosts, pools, srs, vms } = state;
    const names = new Map(
      [...vms, ...hosts, ...srs, ...pools].map(({ id, name_label }) => [id, name_label]),
    );
    return {
      found: openWarnings(state, moment)
        .toSorted((a, b) => (b.message.time ?? 0) - (a.message.time ?? 0))
        .map(({ message, means, times }) => ({
          id: message.$object ?? message.id,
          name_label: names.get(message.$object ?? "") ?? "",
          $pool: message.$pool,
          facts: {
            means,
            message: message.name,
            at: iso(message.time),
            ago: message.time ? age(message.time, now) : undefined,
            times: times > 1 ? times : undefined,
          },
        })),
    };
  },
});
