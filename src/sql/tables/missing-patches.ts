import { closesHole } from "../../estate/updates.ts";
import { columnsOf } from "../column.ts";
import { poolNames } from "../facts/names.ts";
import { type Missing, readMissing } from "../facts/missing-patches.ts";
import { defineTable } from "../table.ts";

const { column, joined } = columnsOf<Missing>();

export const missingPatches = defineTable({
  name: "missing_patches",
  says: "updates that hosts do not have yet, one for each host and update; XO is asked host by host",
  example:
    "select name, version, count(*) as hosts from missing_patches where is_security = 1 group by 1, 2",
  from: ["hosts"],
  read: readMissing,
  columns: {
    id: column("id", ["host", "patch"], ({ host, patch }) =>
      [host.id, patch.name, patch.version, patch.release].filter(Boolean).join("/"),
    ),
    name: column("text", ["patch"], ({ patch }) => patch.name),
    version: column("text", ["patch"], ({ patch }) => patch.version),
    release: column("text", ["patch"], ({ patch }) => patch.release),
    host: column("text", ["host"], ({ host }) => host.name_label, { everyday: true }),
    host_id: column("id", ["host"], ({ host }) => host.id),
    pool: joined(poolNames, "text", ["host"], ({ host }, names) => names.get(host.$pool ?? "")),
    pool_id: column("id", ["host"], ({ host }) => host.$pool),
    is_security: column("flag", ["patch"], ({ patch }) => closesHole(patch), {
      says: "whether it names a known hole (CVE, XSA) that it closes",
      everyday: true,
    }),
    size_bytes: column("bytes", ["patch"], ({ patch }) => patch.size || undefined),
    released_at: column("time", ["patch"], ({ patch }) => patch.changelog?.date),
    description: column("text", ["patch"], ({ patch }) => patch.description),
    changes: column("text", ["patch"], ({ patch }) => patch.changelog?.description),
    licence: column("text", ["patch"], ({ patch }) => patch.license),
  },
});
