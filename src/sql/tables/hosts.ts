import type * as z from "zod";
import { HostDetails } from "../../xo/records/host.ts";
import { columnsOf } from "../column.ts";
import { poolNames } from "../facts/names.ts";
import { defineTable, recordsOf } from "../table.ts";

const { column, joined } = columnsOf<z.output<typeof HostDetails>>();

export const hosts = defineTable({
  name: "hosts",
  says: "hypervisors",
  example: "select name, version from hosts order by memory_used_bytes / memory_bytes desc",
  from: ["hosts"],
  read: recordsOf("hosts", HostDetails),
  columns: {
    id: column("id", ["id"], ({ id }) => id),
    name: column("text", ["name_label"], (host) => host.name_label),
    power_state: column("text", ["power_state"], (host) => host.power_state, {
      says: "Halted also of one that does not answer",
      values: ["Running", "Halted", "Unknown"],
      everyday: true,
    }),
    pool: joined(poolNames, "text", ["$pool"], (host, names) => names.get(host.$pool ?? ""), {
      everyday: true,
    }),
    pool_id: column("id", ["$pool"], (host) => host.$pool),
    version: column("text", ["version"], (host) => host.version, { everyday: true }),
    memory_bytes: column("bytes", ["memory"], (host) => host.memory?.size || undefined, {
      everyday: true,
    }),
    memory_used_bytes: column(
      "bytes",
      ["memory", "power_state"],
      (host) => (host.power_state === "Running" ? host.memory?.usage : undefined),
      { everyday: true },
    ),
  },
});
