import * as z from "zod";
import { lostPaths, toldPaths } from "../../estate/multipath.ts";
import { Pbd } from "../../xo/records/pbd.ts";
import { columnsOf } from "../column.ts";
import { seldomPool } from "../columns/pool-pair.ts";
import { hostNames, srNames } from "../facts/names.ts";
import { linkPaths, reaches } from "../facts/storage.ts";
import { defineTable, recordsOf } from "../table.ts";

/** Its settings hold secrets: what is told of them is looked up by `readLinks`. */
const Link = Pbd.omit({ device_config: true, otherConfig: true }).extend({
  $pool: z.string().nullish(),
});

const { column, joined } = columnsOf<z.output<typeof Link>>();

export const srLinks = defineTable({
  name: "sr_links",
  says: "links between hosts and storages (PBDs)",
  example: "select sr, host from sr_links where is_lost = 1 or luns_degraded > 0",
  from: ["pbds"],
  read: recordsOf("pbds", Link),
  columns: {
    id: column("id", ["id"], ({ id }) => id),
    host: joined(hostNames, "text", ["host"], ({ host }, names) => names.get(host ?? ""), {
      everyday: true,
    }),
    host_id: column("id", ["host"], ({ host }) => host),
    sr: joined(srNames, "text", ["SR"], ({ SR }, names) => names.get(SR ?? ""), {
      everyday: true,
    }),
    sr_id: column("id", ["SR"], ({ SR }) => SR),
    ...seldomPool,
    attached: column("flag", ["attached"], ({ attached }) => attached, {
      says: "plugged; 0 also where the host is down or the storage in maintenance",
      everyday: true,
    }),
    is_lost: joined(
      reaches,
      "flag",
      ["host", "SR"],
      ({ host, SR }, { bySr }) =>
        bySr.get(SR ?? "")?.lost.some((lost) => lost.host === host && lost.link === "unplugged"),
      { says: "unplugged although its host runs and the storage is needed", everyday: true },
    ),
    multipathed: joined(linkPaths, "flag", ["id"], ({ id }, { links }) => {
      const link = links.get(id);
      return link && link.otherConfig?.multipathed === "true";
    }),
    paths_up: joined(linkPaths, "count", ["id"], ({ id }, known) => pathsOf(id, known)?.up, {
      says: "of the worst LUN; NULL without several paths",
    }),
    paths_known: joined(linkPaths, "count", ["id"], ({ id }, known) => pathsOf(id, known)?.of, {
      says: "the most that it had",
    }),
    luns_degraded: joined(
      linkPaths,
      "count",
      ["id"],
      ({ id }, { links, hosts }) => {
        const link = links.get(id);
        return link && lostPaths(link, hosts.get(link.host ?? "")).length;
      },
      { says: "LUNs with fewer paths than they had" },
    ),
  },
});

function pathsOf(id: string, { links, hosts }: Awaited<ReturnType<typeof linkPaths.in>>) {
  const link = links.get(id);
  return link && toldPaths(link, hosts.get(link.host ?? ""));
}
