import * as z from "zod";
import { statusOf } from "../../estate/events.ts";
import { Task } from "../../xo/records/task.ts";
import { columnsOf } from "../column.ts";
import { userNames } from "../facts/origins.ts";
import { subjects } from "../facts/subjects.ts";
import { defineTable, recordsOf } from "../table.ts";

const Properties = Task.shape.properties.unwrap().unwrap();
const XoTask = Task.extend({
  properties: Properties.extend({
    type: z.string().nullish(),
    userId: z.string().nullish(),
  }).nullish(),
  updatedAt: z.number().nullish(),
});

const { column, joined } = columnsOf<z.output<typeof XoTask>>();

const about = ["properties"] as const;

export const tasks = defineTable({
  name: "tasks",
  says: "what XO does or did lately, backups left out: see backup_runs",
  example:
    "select name, status, started_at, object from tasks where status in ('running', 'failure') order by started_at",
  from: ["tasks"],
  read: recordsOf("tasks", XoTask),
  columns: {
    id: column("id", ["id"], ({ id }) => id),
    name: column("text", about, ({ properties }) => properties?.name),
    status: column("text", ["status"], ({ status }) => statusOf(status), {
      says: "running also of what nothing works on any more",
      values: ["running", "success", "failure", "interrupted"],
      everyday: true,
    }),
    kind: column("text", about, ({ properties }) => properties?.type, {
      says: "as api.call or xo:pool:rollingUpdate",
    }),
    started_at: column("time", ["start"], ({ start }) => (start ?? 0) / 1000, { everyday: true }),
    ended_at: column("time", ["end"], ({ end }) => (end ?? 0) / 1000, {
      says: "NULL while it runs",
    }),
    updated_at: column("time", ["updatedAt"], ({ updatedAt }) => (updatedAt ?? 0) / 1000, {
      says: "when XO last heard of it",
    }),
    duration_s: column(
      "number",
      ["start", "end"],
      ({ start, end }) => (start && end ? (end - start) / 1000 : undefined),
      { says: "NULL while it runs", everyday: true },
    ),
    progress_percent: column("number", ["status", "properties"], ({ status, properties }) =>
      statusOf(status) === "running" ? properties?.progress : undefined,
    ),
    object: joined(
      subjects,
      "text",
      about,
      ({ properties }, known) => known.get(properties?.objectId ?? "")?.name_label,
      { says: "what it is about, where it tells", everyday: true },
    ),
    object_id: column("id", about, ({ properties }) => properties?.objectId),
    object_type: joined(
      subjects,
      "text",
      about,
      ({ properties }, known) =>
        known.get(properties?.objectId ?? "")?.type ?? properties?.objectType,
    ),
    user: joined(userNames, "text", about, ({ properties }, names) =>
      names.get(properties?.userId ?? ""),
    ),
    user_id: column("id", about, ({ properties }) => properties?.userId, {
      says: "who began it, where it tells",
    }),
  },
});
