import type * as z from "zod";
import { isRecovery, measuredBy, typeOfObject, whatOf } from "../../estate/alarms.ts";
import { Alarm } from "../../xo/records/alarm.ts";
import { columnsOf } from "../column.ts";
import { seldomPool } from "../columns/pool-pair.ts";
import { subjects } from "../facts/subjects.ts";
import { defineTable, recordsOf } from "../table.ts";

const { column, joined } = columnsOf<z.output<typeof Alarm>>();

const told = ["name", "body"] as const;

export const alarms = defineTable({
  name: "alarms",
  says: "alarms when they were raised: XO does not tell whether they are over",
  example:
    "select object, what, count(*), max(value_percent) from alarms where raised_at > datetime('now', '-7 days') and is_recovery = 0 group by object_id, what",
  from: ["alarms"],
  read: recordsOf("alarms", Alarm),
  columns: {
    id: column("id", ["id"], ({ id }) => id),
    name: column("text", ["name"], ({ name }) => name, {
      values: ["ALARM", "BOND_STATUS_CHANGED", "MULTIPATH_PERIODIC_ALERT"],
    }),
    raised_at: column("time", ["time"], ({ time }) => (time ?? 0) / 1000, { everyday: true }),
    what: column("text", told, whatOf, {
      says: "what was measured, as cpu_usage or physical_utilisation, or a sentence",
      everyday: true,
    }),
    value_percent: column("number", ["body"], (alarm) => measuredBy(alarm).value_percent, {
      everyday: true,
    }),
    value: column("number", ["body"], (alarm) => measuredBy(alarm).value, {
      says: "of what is no percentage",
    }),
    is_recovery: column("flag", told, isRecovery, {
      says: "good news: a bond has all its links again",
    }),
    object: joined(
      subjects,
      "text",
      ["object"],
      ({ object }, known) => known.get(object?.uuid ?? "")?.name_label,
      { says: "what it is about", everyday: true },
    ),
    object_id: column("id", ["object"], ({ object }) => object?.uuid),
    object_type: column("text", ["object"], typeOfObject, {
      everyday: true,
      says: "VM, host, VM-controller (a host's control domain), SR, pool …; gone where there is none now",
    }),
    ...seldomPool,
  },
});
