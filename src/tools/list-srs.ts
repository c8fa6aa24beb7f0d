import * as z from "zod";
import { warnOfGaps } from "../estate/gaps.ts";
import { lostPaths, pathsText, readLinks } from "../estate/multipath.ts";
import { nameAmong, nameOf } from "../estate/name.ts";
import { vmsByStorage } from "../estate/owners.ts";
import { promisesOf } from "../estate/promised.ts";
import { spaceOf, usedPercent, warnOfSpace } from "../estate/space.ts";
import { ownHost, PoolStorage, poolUses, reachOf, unreachedProblem } from "../estate/storage.ts";
import { listJoined } from "../listing/joined.ts";
import { listInput, listOutput } from "../listing/parameters.ts";
import { type Context, defineTool } from "../tool.ts";
import { allOf, type Filter, hasId } from "../xo/filter.ts";
import { Host } from "../xo/records/host.ts";
import { Sr } from "../xo/records/sr.ts";
import { Vdi } from "../xo/records/vdi.ts";
import { Vm } from "../xo/records/vm.ts";
import { resolve } from "../xo/resolve.ts";

const Storage = Sr.omit({ name_description: true });
const Disk = Vdi.pick({ id: true, size: true, $SR: true, $VBDs: true });
const Holder = Vm.pick({ id: true, name_label: true, $VBDs: true });
const HostState = Host.pick({ id: true, name_label: true, power_state: true, $pool: true });

export const listSrs = defineTool({
  name: "list_srs",
  title: "List storage",
  description:
    "Storage repositories, fullest first: type, size, use, bytes promised with snapshots and to disks alone (overcommit ratios if thin), hosts without a link or with fewer paths, number of VMs, what the pool uses it for. For who fills one use get_sr_details.",
  input: z.strictObject({
    ...listInput(),
    pool_id: z.string().optional().describe("Only of this pool (UUID or name)"),
    min_used_percent: z.number().min(0).optional().describe("Only those at least so full"),
  }),
  output: listOutput.extend({ min_used_percent: z.number().optional() }),
  examples: [{ min_used_percent: 80 }, {}],
  needs: {
    parts: {
      items: ["srs"],
      "items.vms": ["vdis", "vms"],
      "items.allocated_disks_bytes": ["vdis"],
      "items.overcommit_ratio_disks": ["vdis"],
      "items.used_as": ["pools"],
      "items.unplugged_hosts": ["pbds", "hosts"],
    },
    lookups: {
      "items.host": ["hosts"],
      "items.allocated_bytes": ["vdis", "vdi-snapshots"],
      "items.overcommit_ratio": ["vdis", "vdi-snapshots"],
    },
  },
  async run({ pool_id, min_used_percent, ...input }, context) {
    const { xo } = context;
    const pool = await resolve(xo, "pools", pool_id, PoolStorage);
    const within = pool && hasId("$pool", pool.id);
    const { page } = await listJoined(
      context,
      {
        collection: "srs",
        sort: "-used_percent",
        read: async (filter) => {
          const storages = await readStorages(context, allOf(within, filter));
          return min_used_percent === undefined
            ? storages
            : storages.filter(({ used_percent = 0 }) => used_percent >= min_used_percent);
        },
      },
      input,
    );
    return { ...page, min_used_percent };
  },
});

async function readStorages(context: Context, filter: Filter | undefined) {
  const { xo } = context;
  const [srs, vdis, vms, pbds, hosts, pools, sight] = await Promise.all([
    xo.records("srs", Storage, filter),
    xo.records("vdis", Disk),
    xo.records("vms", Holder),
    readLinks(xo),
    xo.records("hosts", HostState),
    xo.records("pools", PoolStorage),
    context.sight(),
    warnOfGaps(context),
  ]);
  warnOfSpace(srs, context);
  const hostById = new Map(hosts.map((host) => [host.id, host]));
  const poolById = new Map(pools.map((pool) => [pool.id, pool]));
  const linksBySr = Map.groupBy(pbds, ({ SR }) => SR);
  const vmsBySr = vmsByStorage(vdis, vms);
  const promised = await promisesOf(context, srs, vdis);
  return srs.map((sr) => {
    const pool = poolById.get(sr.$pool ?? "");
    const links = linksBySr.get(sr.id) ?? [];
    const space = spaceOf(sr);
    const { lost, unreached } = reachOf(sr, links, hostById, sight.whole("pbds"));
    return {
      id: sr.id,
      name_label: sr.name_label,
      type: sr.SR_type,
      content: sr.content_type === "user" ? undefined : sr.content_type,
      shared: sr.shared,
      pool: nameAmong(poolById, sr.$pool),
      host: hostById.has(ownHost(sr) ?? "") ? nameAmong(hostById, ownHost(sr)) : undefined,
      size_bytes: space?.size_bytes,
      used_bytes: space?.used_bytes,
      used_percent: usedPercent(sr),
      ...promised(sr),
      vms: vmsBySr.get(sr.id)?.size ?? 0,
      used_as: nonEmpty(pool === undefined ? [] : poolUses(sr.id, pool)),
      unplugged_hosts: nonEmpty(lost.map(({ host }) => String(nameAmong(hostById, host)))),
      problem: unreachedProblem(sr, unreached),
      paths_lost: nonEmpty(
        links.flatMap((link) => {
          const host = hostById.get(link.host ?? "");
          const [worst] = lostPaths(link, host);
          return worst === undefined ? [] : [`${host && nameOf(host)}: ${pathsText(worst)}`];
        }),
      ),
      in_maintenance: sr.inMaintenanceMode === true ? true : undefined,
    };
  });
}

function nonEmpty<T>(items: T[]): T[] | undefined {
  return items.length === 0 ? undefined : items;
}
