import * as z from "zod";
import { Pool } from "../../xo/records/pool.ts";
import { columnsOf } from "../column.ts";
import { listed } from "../columns/listed.ts";
import { hostNames, srNames } from "../facts/names.ts";
import { poolVersions } from "../facts/pool-versions.ts";
import { defineTable, recordsOf } from "../table.ts";

const PoolRow = Pool.extend({
  master: z.string().nullish(),
  tags: z.array(z.string()).nullish(),
  /** All hosts together. */
  cpus: z.object({ cores: z.number().nullish(), sockets: z.number().nullish() }).nullish(),
  haRebootVmOnInternalShutdown: z.boolean().nullish(),
  migrationCompression: z.boolean().nullish(),
  platform_version: z.string().nullish(),
  vtpmSupported: z.boolean().nullish(),
  zstdSupported: z.boolean().nullish(),
  current_operations: z.record(z.string(), z.string()).nullish(),
});

const { column, joined, overAll } = columnsOf<z.output<typeof PoolRow>>();

export const pools = defineTable({
  name: "pools",
  says: "pools of hosts",
  example: "select name, master, version from pools where ha_enabled = 0",
  from: ["pools"],
  read: recordsOf("pools", PoolRow),
  columns: {
    id: column("id", ["id"], ({ id }) => id),
    name: column("text", ["name_label"], (pool) => pool.name_label),
    description: column("text", ["name_description"], (pool) => pool.name_description),
    master: joined(hostNames, "text", ["master"], (pool, names) => names.get(pool.master ?? ""), {
      everyday: true,
    }),
    master_id: column("id", ["master"], (pool) => pool.master),
    ha_enabled: column("flag", ["HA_enabled"], (pool) => pool.HA_enabled, { everyday: true }),
    auto_poweron: column("flag", ["auto_poweron"], (pool) => pool.auto_poweron, {
      says: "whether VMs that ask for it start with their host",
    }),
    default_sr: joined(
      srNames,
      "text",
      ["default_SR"],
      (pool, names) => names.get(pool.default_SR ?? ""),
      { everyday: true },
    ),
    default_sr_id: column("id", ["default_SR"], (pool) => pool.default_SR),
    suspend_sr: joined(srNames, "text", ["suspendSr"], (pool, names) =>
      names.get(pool.suspendSr ?? ""),
    ),
    suspend_sr_id: column("id", ["suspendSr"], (pool) => pool.suspendSr),
    crash_dump_sr: joined(srNames, "text", ["crashDumpSr"], (pool, names) =>
      names.get(pool.crashDumpSr ?? ""),
    ),
    crash_dump_sr_id: column("id", ["crashDumpSr"], (pool) => pool.crashDumpSr),
    ha_srs: joined(
      srNames,
      "text",
      ["haSrs"],
      (pool, names) => listed(pool.haSrs?.map((id) => names.get(id) ?? id)),
      { says: "where HA keeps its heartbeat" },
    ),
    ha_sr_ids: column("text", ["haSrs"], (pool) => pool.haSrs?.join(", ")),
    host_count: overAll(poolVersions, "count", ["id"], ({ id }, known) => known.get(id)?.hosts, {
      everyday: true,
    }),
    cpus: column("count", ["cpus"], (pool) => pool.cpus?.cores || undefined, {
      says: "logical, of all its hosts",
    }),
    sockets: column("count", ["cpus"], (pool) => pool.cpus?.sockets || undefined),
    version: joined(
      poolVersions,
      "text",
      ["id"],
      ({ id }, known) => known.get(id)?.versions[0]?.version,
      { says: "of most of its hosts" },
    ),
    product: joined(
      poolVersions,
      "text",
      ["id"],
      ({ id }, known) => known.get(id)?.versions[0]?.productBrand,
      { says: "XCP-ng or XenServer" },
    ),
    versions_differ: joined(poolVersions, "flag", ["id"], ({ id }, known) => {
      const own = known.get(id);
      return own && own.versions.length > 1;
    }),
    platform_version: column("text", ["platform_version"], (pool) => pool.platform_version),
    ha_restarts_after_shutdown: column(
      "flag",
      ["haRebootVmOnInternalShutdown"],
      (pool) => pool.haRebootVmOnInternalShutdown,
      { says: "whether HA starts a VM again that was shut down from inside" },
    ),
    migration_compression: column(
      "flag",
      ["migrationCompression"],
      (pool) => pool.migrationCompression,
    ),
    vtpm_supported: column("flag", ["vtpmSupported"], (pool) => pool.vtpmSupported),
    zstd_supported: column("flag", ["zstdSupported"], (pool) => pool.zstdSupported),
    tags: column("text", ["tags"], (pool) => listed(pool.tags)),
    current_operations: column("text", ["current_operations"], (pool) =>
      listed(Object.values(pool.current_operations ?? {})),
    ),
  },
});
