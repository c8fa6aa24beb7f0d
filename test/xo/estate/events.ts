import { Random, uuidOf } from "./random.ts";
import type { MessageRecord } from "./records.ts";
import { DAY, HOUR, type World } from "./world.ts";
import { addMessage } from "./records/message.ts";

/** Messages and alarms. An alarm is a message of a certain name, with a body as the hypervisor writes it. */
export function addEvents(world: World): void {
  for (const site of world.sites) {
    const { hosts, index, pool, storage, vms } = site;
    const say = (name: string, object: string, age: number, body: string): MessageRecord =>
      addMessage(world, {
        ...{ name, body, age, $pool: pool.id, $object: object },
        key: `${index}/${name}/${object}/${age}`,
      });
    const running = vms.filter((vm) => vm.power_state === "Running");
    for (const vm of running.slice(0, 60)) {
      const host = hosts.find(({ id }) => id === vm.$container);
      const age = new Random(`started/${vm.id}`).int(2 * HOUR, 30 * DAY);
      say(
        "VM_STARTED",
        vm.id,
        age,
        `VM '${vm.name_label}' started on host: ${host?.name_label} (uuid: ${host?.id})`,
      );
    }
    say("PIF_UNKNOWN", pool.id, 6 * DAY, "pool level message");

    const first = world.trapVms.get("alarm-recent") ?? running[0];
    const [host] = hosts;
    const last = hosts.at(-1);
    const [nfs1] = storage.guests;
    if (first === undefined || host === undefined || last === undefined || nfs1 === undefined) {
      continue;
    }
    const names = [
      ["alarm-recent", say("ALARM", first.id, HOUR / 2, alarm("cpu_usage", "0.958"))],
      [
        "alarm-control-domain",
        say("ALARM", host.controlDomain, 4 * HOUR, alarm("fs_usage", "0.95")),
      ],
      ["alarm-nan", say("ALARM", host.id, 3 * HOUR, alarm("memory_free_kib", "NaN"))],
      [
        "alarm-object-gone",
        say("ALARM", uuidOf(`gone/${index}`), 2 * DAY, alarm("cpu_usage", "0.97")),
      ],
      ["alarm-old", say("ALARM", nfs1.id, 40 * DAY, alarm("physical_utilisation", "0.81"))],
      [
        "alarm-bond",
        say(
          "BOND_STATUS_CHANGED",
          last.id,
          5 * HOUR,
          "The status of the eth2+eth3 bond is: 1/2 up",
        ),
      ],
      [
        "alarm-bond-over",
        say(
          "BOND_STATUS_CHANGED",
          last.id,
          21 * HOUR,
          "The status of the eth2+eth3 bond changed: 2/2 up (was 1/2)",
        ),
      ],
    ] as const;
    for (const [name, message] of names) {
      world.trap(name, message.id);
    }
    say("ALARM", nfs1.id, 20 * HOUR, alarm("physical_utilisation", "0.93"));
    say("ALARM", pool.id, 9 * HOUR, alarm("cpu_usage", "0.91"));
    say(
      "MULTIPATH_PERIODIC_ALERT",
      host.id,
      8 * HOUR,
      `[${JSON.stringify({ host: host.uuid, "current paths": "1/2" })}]`,
    );
  }
}

/** The body of an alarm: the value, then the condition as XML. */
function alarm(name: string, value: string): string {
  return [
    `value: ${value}`,
    "config:",
    "<variable>",
    `  <name value="${name}"/>`,
    '  <alarm_trigger_level value="0.8"/>',
    '  <alarm_trigger_period value="60"/>',
    "</variable>",
  ].join("\n");
}
