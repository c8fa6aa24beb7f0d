import * as z from "zod";
import { reasonOf, standingOf } from "../../estate/gaps.ts";
import { Server } from "../../xo/records/server.ts";
import { columnsOf } from "../column.ts";
import { fact } from "../fact.ts";
import { hostNames, poolNames } from "../facts/names.ts";
import { defineTable, recordsOf } from "../table.ts";

const ServerRow = Server.extend({
  master: z.string().nullish(),
  allowUnauthorized: z.boolean().nullish(),
  readOnly: z.boolean().nullish(),
});

const { column, joined } = columnsOf<z.output<typeof ServerRow>>();

/** How each connection stands, by its id: told by the others and by the pools that XO shows, too. */
const standings = fact(["servers", "pools"], async (context) => {
  const [servers, pools, sight] = await Promise.all([
    context.xo.records("servers", Server),
    poolNames.in(context),
    context.sight(),
  ]);
  // A pool that is not shown may be one that the account may not see.
  const shown = sight.whole("pools") ? new Set(pools.keys()) : undefined;
  return new Map(servers.map((server) => [server.id, standingOf(server, servers, shown)]));
});

export const servers = defineTable({
  name: "servers",
  says: "XO's connections to pools",
  example: "select name, standing, reason from servers where standing <> 'good'",
  from: ["servers"],
  read: recordsOf("servers", ServerRow),
  columns: {
    id: column("id", ["id"], ({ id }) => id),
    name: column(
      "text",
      ["label", "poolNameLabel", "host"],
      ({ label, poolNameLabel, host }) => label || poolNameLabel || host,
    ),
    address: column("text", ["host"], ({ host }) => host),
    pool: joined(
      poolNames,
      "text",
      ["poolId", "poolNameLabel"],
      ({ poolId, poolNameLabel }, names) => names.get(poolId ?? "") ?? poolNameLabel,
      { says: "of one that is not connected the last known name", everyday: true },
    ),
    pool_id: column("id", ["poolId"], (server) => server.poolId, {
      says: "NULL where it is not connected",
    }),
    master: joined(hostNames, "text", ["master"], (server, names) =>
      names.get(server.master ?? ""),
    ),
    master_id: column("id", ["master"], (server) => server.master),
    enabled: column("flag", ["enabled"], (server) => server.enabled),
    status: column("text", ["status"], (server) => server.status, {
      values: ["connected", "connecting", "disconnected"],
    }),
    standing: joined(standings, "text", ["id"], ({ id }, known) => known.get(id), {
      says: "lost: its pool's objects are missing; silent: not shown yet; stale: no event for minutes; double: another entry is connected to the same pool",
      values: ["good", "lost", "silent", "stale", "double"],
      everyday: true,
    }),
    reason: column("text", ["error"], ({ error }) => reasonOf(error), {
      says: "the code of its last failure",
    }),
    read_only: column("flag", ["readOnly"], (server) => server.readOnly),
    certificate_unchecked: column(
      "flag",
      ["allowUnauthorized"],
      (server) => server.allowUnauthorized,
      {
        says: "whether XO takes any certificate of it",
      },
    ),
  },
});
