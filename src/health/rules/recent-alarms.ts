import { describeAlarms, isRecovery } from "../../estate/alarms.ts";
import { controlDomainsOf } from "../../estate/control-domains.ts";
import { defineRule } from "../rule.ts";

const thresholds = { last_hours: 24 };

export const recentAlarms = defineRule({
  id: "recent-alarms",
  severity: "warning",
  title: "Alarms raised in the last 24 hours, perhaps over",
  why: "The hypervisor saw a limit passed or a part fail. XO keeps no end of an alarm, so look whether it lasts.",
  where: "list_events with kinds alarm.",
  needs: ["alarms"],
  names: ["vms", "hosts", "srs", "pools"],
  thresholds,
  check({ alarms, vms, hosts, srs, pools }, { now }) {
    const names = new Map(
      [...vms, ...hosts, ...controlDomainsOf(hosts), ...srs, ...pools].map(({ id, name_label }) => [
        id,
        name_label,
      ]),
    );
    const since = now - thresholds.last_hours * 3_600_000;
    const recent = alarms.filter((alarm) => (alarm.time ?? 0) >= since && !isRecovery(alarm));
    const poolOf = new Map(alarms.map(({ object, $pool }) => [object?.uuid, $pool]));
    return {
      found: describeAlarms(recent, names, now).map(
        ({ object_id, object_name, raised_ago, ...facts }) => ({
          id: object_id ?? "",
          name_label: object_name ?? object_id ?? "",
          $pool: poolOf.get(object_id),
          facts,
        }),
      ),
    };
  },
});
