import type { Estate, StoredRecord } from "../xo/estate/estate.ts";
import { byId, isType, type MessageRecord, ofType } from "../xo/estate/records.ts";
import { trap } from "../xo/estate/traps.ts";
import { askAll } from "./questions.ts";

const HOUR = 3_600;
const DAY = 24 * HOUR;

/** An alarm of a share of a whole, as `events.ts` writes it: what was measured, and percent. */
interface Measured {
  metric: string;
  percent: number;
  message: MessageRecord;
}

const isAlarm = ({ name }: MessageRecord) =>
  ["ALARM", "BOND_STATUS_CHANGED", "MULTIPATH_PERIODIC_ALERT"].includes(name);

function measured(estate: Estate): Measured[] {
  return ofType(estate, "message").flatMap((message) => {
    const [, value] = /^value: (0\.\d+)/.exec(message.body) ?? [];
    const [, metric] = /name value="(\w+)"/.exec(message.body) ?? [];
    return value === undefined || metric === undefined
      ? []
      : [{ metric, percent: Math.round(Number(value) * 1000) / 10, message }];
  });
}

function nameOf(estate: Estate, id: string): string | undefined {
  const host = ofType(estate, "host").find(({ controlDomain }) => controlDomain === id);
  if (host !== undefined) return `control domain of ${host.name_label}`;
  const name = estate.objects.get(id)?.["name_label"];
  return typeof name === "string" && name !== "" ? name : undefined;
}

const isSince = (estate: Estate, { time }: MessageRecord, seconds: number) =>
  time >= estate.now / 1000 - seconds;

const propertiesOf = ({ properties }: StoredRecord): Record<string, unknown> =>
  typeof properties === "object" && properties !== null ? { ...properties } : {};

const isoOf = (ms: unknown) => `${new Date(Number(ms)).toISOString().slice(0, 19)}Z`;

askAll([
  {
    asks: "What was alarmed of since yesterday, how often and how high at most?",
    sql: "select what, count(*), max(value_percent) from alarms where value_percent is not null and raised_at > datetime('now', '-1 day') group by what",
    rows: (estate) =>
      [
        ...Map.groupBy(
          measured(estate).filter(({ message }) => isSince(estate, message, DAY)),
          ({ metric }) => metric,
        ),
      ].map(([metric, all]) => [
        metric,
        all.length,
        Math.max(...all.map(({ percent }) => percent)),
      ]),
  },
  {
    asks: "Which objects were above 90 percent of something, and when last?",
    sql: "select object, object_id, what, max(raised_at) from alarms where value_percent > 90 and object_type <> 'gone' group by object_id, what",
    rows: (estate) =>
      [
        ...Map.groupBy(
          measured(estate).filter(
            ({ percent, message }) => percent > 90 && estate.objects.has(message.$object),
          ),
          ({ message, metric }) => `${message.$object} ${metric}`,
        ).values(),
      ].map((all) => {
        const { $object } = all[0]?.message ?? { $object: "" };
        const last = Math.max(...all.map(({ message }) => message.time));
        return [nameOf(estate, $object), $object, all[0]?.metric, isoOf(last * 1000)];
      }),
  },
  {
    asks: "How many alarms are about things that are gone, or are good news?",
    sql: "select count(*) filter (where object_type = 'gone'), sum(is_recovery) from alarms",
    rows: (estate) => {
      const alarms = ofType(estate, "message").filter(isAlarm);
      return [
        [
          alarms.filter(({ $object }) => !estate.objects.has($object)).length,
          alarms.filter(({ body }) => body.includes("2/2 up (was 1/2)")).length,
        ],
      ];
    },
  },
  {
    asks: "Which full storages had an alarm of their space?",
    sql: "select s.name, s.used_percent, max(a.value_percent) from srs s join alarms a on a.object_id = s.id where s.used_percent > 85 group by s.id",
    rows: (estate) => {
      const sr = byId(estate, "SR", trap(estate, "full-sr").id);
      return [[sr.name_label, 93, 93]];
    },
  },
  {
    asks: "How many VMs did each pool start in the last week?",
    sql: "select pool, count(distinct object_id) from messages where name = 'VM_STARTED' and at >= datetime('now', '-7 days') group by pool_id",
    rows: (estate) => {
      const started = ofType(estate, "message").filter(
        (message) => message.name === "VM_STARTED" && isSince(estate, message, 7 * DAY),
      );
      return [...Map.groupBy(started, ({ $pool }) => $pool)].map(([pool, all]) => [
        nameOf(estate, pool),
        new Set(all.map(({ $object }) => $object)).size,
      ]);
    },
  },
  {
    asks: "What are messages about, alarms left out?",
    sql: "select object_type, name, count(*) from messages group by object_type, name",
    rows: (estate) =>
      [
        ...Map.groupBy(
          ofType(estate, "message").filter((message) => !isAlarm(message)),
          ({ name, $object }) => `${estate.objects.get($object)?.type} ${name}`,
        ),
      ].map(([key, all]) => [...key.split(" "), all.length]),
  },
  {
    asks: "On which host was each of the last three VMs started?",
    sql: "select m.at, v.id, h.name from messages m join vms v on v.id = m.object_id left join hosts h on m.text like '%' || h.id || '%' where m.name = 'VM_STARTED' order by m.at desc, v.id limit 3",
    inOrder: true,
    rows: (estate) =>
      ofType(estate, "message")
        .filter(({ name }) => name === "VM_STARTED")
        .toSorted((a, b) => b.time - a.time || (a.$object < b.$object ? -1 : 1))
        .slice(0, 3)
        .map(({ time, $object }) => {
          const { $container } = byId(estate, "VM", $object);
          const host = estate.objects.get($container);
          return [isoOf(time * 1000), $object, isType(host, "host") ? host.name_label : undefined];
        }),
  },
  {
    asks: "What has XO been doing for more than an hour?",
    sql: "select name, object, object_type, progress_percent from tasks where status = 'running' and started_at < datetime('now', '-1 hour')",
    rows: (estate) => {
      const task = trap(estate, "task-pending");
      const { name, objectId, progress } = propertiesOf(task);
      return [[String(name), nameOf(estate, String(objectId)), "pool", Number(progress)]];
    },
  },
  {
    asks: "How do tasks end, and how long do they take?",
    sql: "select status, count(*), avg(duration_s), max(started_at) from tasks group by status",
    rows: (estate) =>
      [...Map.groupBy(estate.tasks, ({ status }) => String(status))].map(([status, all]) => {
        const ended = all.flatMap(({ start, end }) =>
          end === undefined ? [] : [(Number(end) - Number(start)) / 1000],
        );
        return [
          status === "pending" ? "running" : status,
          all.length,
          ended.length === 0
            ? undefined
            : ended.reduce((total, each) => total + each, 0) / ended.length,
          isoOf(Math.max(...all.map(({ start }) => Number(start)))),
        ];
      }),
  },
  {
    asks: "What failed since yesterday, and who had begun it?",
    sql: "select name, kind, user from tasks where status = 'failure' and ended_at > datetime('now', '-1 day') order by ended_at",
    inOrder: true,
    rows: (estate) => {
      const users = new Map(estate.users.map(({ user }) => [user.id, String(user["email"])]));
      return estate.tasks
        .filter(({ status, end }) => status === "failure" && Number(end) > estate.now - DAY * 1000)
        .toSorted((a, b) => Number(a["end"]) - Number(b["end"]))
        .map((task) => {
          const { name, type, userId } = propertiesOf(task);
          return [String(name), String(type), users.get(String(userId))];
        });
    },
  },
]);
