import * as z from "zod";
import { promisedKeys, provisioningKeys, provisioningOf } from "../../estate/promised.ts";
import {
  holdsDisks,
  isMediaStorage,
  kindKeys,
  spaceKeys,
  spaceOf,
  usedPercent,
} from "../../estate/space.ts";
import { ownHost, poolUses } from "../../estate/storage.ts";
import { Sr } from "../../xo/records/sr.ts";
import { columnsOf } from "../column.ts";
import { listed } from "../columns/listed.ts";
import { poolPair } from "../columns/pool-pair.ts";
import { hostNames } from "../facts/names.ts";
import { poolStorages, promises, reaches, vmsOnStorages } from "../facts/storage.ts";
import { defineTable, recordsOf } from "../table.ts";

const Storage = Sr.extend({ tags: z.array(z.string()).nullish() });

const { column, joined } = columnsOf<z.output<typeof Storage>>();

const onHost = ["shared", "$container", "$pool"] as const;

export const srs = defineTable({
  name: "srs",
  says: "storage repositories, with ISO libraries and drives of hosts (is_media)",
  example:
    "select name, host, used_percent, free_bytes from srs where used_percent > 80 order by used_percent desc",
  from: ["srs"],
  read: recordsOf("srs", Storage),
  columns: {
    id: column("id", ["id"], ({ id }) => id),
    name: column("text", ["name_label"], (sr) => sr.name_label),
    description: column("text", ["name_description"], (sr) => sr.name_description),
    type: column("text", ["SR_type"], (sr) => sr.SR_type, {
      says: "as nfs, lvmoiscsi, ext, iso, udev",
      everyday: true,
    }),
    content: column("text", ["content_type"], (sr) => sr.content_type, { says: "iso or user" }),
    is_media: column("flag", kindKeys, isMediaStorage, {
      says: "an ISO library or a drive: holds no disks of VMs, and being full is no fault",
      everyday: true,
    }),
    shared: column("flag", ["shared"], (sr) => sr.shared, {
      says: "made for all hosts of its pool",
      everyday: true,
    }),
    ...poolPair,
    host: joined(hostNames, "text", onHost, (sr, names) => names.get(ownHost(sr) ?? ""), {
      says: "the one host that has it; NULL of a shared one",
      everyday: true,
    }),
    host_id: column("id", onHost, ownHost),
    size_bytes: column("bytes", spaceKeys, (sr) => spaceOf(sr)?.size_bytes, {
      says: "with the used and free bytes NULL where XO's figures cannot be true",
      everyday: true,
    }),
    used_bytes: column("bytes", spaceKeys, (sr) => spaceOf(sr)?.used_bytes, { everyday: true }),
    free_bytes: column("bytes", spaceKeys, (sr) => spaceOf(sr)?.free_bytes, { everyday: true }),
    used_percent: column("number", [...kindKeys, ...spaceKeys], usedPercent, {
      says: "to a tenth; NULL of media",
      everyday: true,
    }),
    provisioning: column(
      "text",
      [...kindKeys, ...provisioningKeys],
      (sr) => (holdsDisks(sr) ? provisioningOf(sr) : undefined),
      { says: "NULL where not known", values: ["thin", "thick"] },
    ),
    allocated_bytes: joined(
      promises,
      "bytes",
      ["id", ...promisedKeys],
      (sr, promisedTo) => promisedTo(sr).allocated_bytes,
      { says: "virtual sizes of disks, snapshots and bases; NULL of media" },
    ),
    allocated_disks_bytes: joined(
      promises,
      "bytes",
      ["id", ...promisedKeys],
      (sr, promisedTo) => promisedTo(sr).allocated_disks_bytes,
      { says: "of the disks alone" },
    ),
    overcommit_ratio: joined(
      promises,
      "number",
      ["id", ...promisedKeys],
      (sr, promisedTo) => promisedTo(sr).overcommit_ratio,
      { says: "allocated to size, of thin ones: above 1 it can run full" },
    ),
    overcommit_ratio_disks: joined(
      promises,
      "number",
      ["id", ...promisedKeys],
      (sr, promisedTo) => promisedTo(sr).overcommit_ratio_disks,
      { says: "the same of the disks alone" },
    ),
    vm_count: joined(vmsOnStorages, "count", ["id"], ({ id }, countOn) => countOn(id), {
      says: "VMs with something on it, off or with an ISO inserted too",
    }),
    reached: joined(reaches, "flag", ["id"], ({ id }, { bySr }) => bySr.get(id)?.linked, {
      says: "a host that is up has it plugged; 0 also in maintenance",
    }),
    lost_links: joined(
      reaches,
      "count",
      ["id"],
      ({ id }, { bySr, isWhole }) => (isWhole ? bySr.get(id)?.lost.length : undefined),
      { says: "hosts that run and lack a link that they should have" },
    ),
    in_maintenance: column("flag", ["inMaintenanceMode"], (sr) => sr.inMaintenanceMode),
    tags: column("text", ["tags"], ({ tags }) => listed(tags)),
    is_default: joined(poolStorages, "flag", ["id", "$pool"], ({ id, $pool }, pools) => {
      const pool = pools.get($pool ?? "");
      return pool && poolUses(id, pool).includes("default");
    }),
    used_as: joined(
      poolStorages,
      "text",
      ["id", "$pool"],
      ({ id, $pool }, pools) => {
        const pool = pools.get($pool ?? "");
        return pool && poolUses(id, pool).join(", ");
      },
      { says: "what its pool uses it for: of default, suspend, crash dump, HA, with commas" },
    ),
  },
});
