import type * as z from "zod";
import { messageText } from "../../estate/events.ts";
import { Message } from "../../xo/records/message.ts";
import { columnsOf } from "../column.ts";
import { seldomPool } from "../columns/pool-pair.ts";
import { subjects } from "../facts/subjects.ts";
import { defineTable, recordsOf } from "../table.ts";

const { column, joined } = columnsOf<z.output<typeof Message>>();

export const messages = defineTable({
  name: "messages",
  says: "what hypervisors noted: VMs started, moved, lost; alarms are not among them",
  example:
    "select object, count(*) from messages where name = 'VM_STARTED' and at > datetime('now', '-7 days') group by object_id order by 2 desc",
  from: ["messages"],
  read: recordsOf("messages", Message),
  columns: {
    id: column("id", ["id"], ({ id }) => id),
    name: column("text", ["name"], ({ name }) => name, { says: "as VM_STARTED" }),
    at: column("time", ["time"], ({ time }) => time, {
      says: "by the clock of the host that wrote it",
      everyday: true,
    }),
    text: column("text", ["body"], ({ body }) => messageText(body), {
      says: "its first 200 characters",
      everyday: true,
    }),
    object: joined(
      subjects,
      "text",
      ["$object"],
      ({ $object }, known) => known.get($object ?? "")?.name_label,
      { says: "what it is about; NULL of what has no name or is gone", everyday: true },
    ),
    object_id: column("id", ["$object"], ({ $object }) => $object),
    object_type: joined(
      subjects,
      "text",
      ["$object"],
      ({ $object }, known) => known.get($object ?? "")?.type,
      { values: ["VM", "host", "VM-controller", "pool", "SR", "network"] },
    ),
    ...seldomPool,
  },
});
