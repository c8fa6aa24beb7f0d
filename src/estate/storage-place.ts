import type * as z from "zod";
import type { Context } from "../tool.ts";
import { hasId } from "../xo/filter.ts";
import { Host } from "../xo/records/host.ts";
import type { Sr } from "../xo/records/sr.ts";
import { lostPaths, pathsText, readLinks, toldPaths } from "./multipath.ts";
import { nameAmong } from "./name.ts";
import { isDetached } from "./space.ts";
import { type LinkedStorage, PoolStorage, poolUses, reachOf, unreachedProblem } from "./storage.ts";

const HostState = Host.pick({ id: true, name_label: true, power_state: true, $pool: true });

type Place = LinkedStorage & Pick<z.output<typeof Sr>, "$pool">;

/**
 * Where a storage is, what its pool does with it, and how each host is linked to it.
 * @param seesLinks whether the account sees all links: without that, none is told as absent
 */
export async function readPlace({ xo }: Pick<Context, "xo">, sr: Place, seesLinks: boolean) {
  const [pools, links, hosts] = await Promise.all([
    xo.records("pools", PoolStorage, sr.$pool ? hasId("id", sr.$pool) : undefined),
    readLinks(xo, hasId("SR", sr.id)),
    xo.records("hosts", HostState, sr.$pool ? hasId("$pool", sr.$pool) : undefined),
  ]);
  const pool = pools.find(({ id }) => id === sr.$pool);
  const linkByHost = new Map(links.map((link) => [link.host ?? "", link]));
  const hostById = new Map(hosts.map((host) => [host.id, host]));
  // A shared storage should be on each host of its pool; a local one has one host.
  const expects = sr.shared === true && (seesLinks || isDetached(sr));
  const own = hosts.filter(({ id }) => expects || linkByHost.has(id));
  const strange = [...linkByHost.keys()].filter((id) => !hostById.has(id));
  const { lost, unreached } = reachOf(sr, links, hostById, seesLinks);
  const lostHosts = new Set(lost.map(({ host }) => host));
  return {
    pool: pool === undefined ? undefined : { id: pool.id, name_label: pool.name_label },
    used_as: pool === undefined ? undefined : poolUses(sr.id, pool),
    problem: unreachedProblem(sr, unreached),
    links: [...own.map(({ id }) => id), ...strange].map((id) => {
      const [link, host] = [linkByHost.get(id), hostById.get(id)];
      const told = link && toldPaths(link, host);
      const isLost = link !== undefined && lostPaths(link, host).length > 0;
      return {
        host: nameAmong(hostById, id) || "unknown",
        link:
          seesLinks || link !== undefined
            ? linkState(link?.attached, host?.power_state)
            : undefined,
        paths: told && pathsText(told),
        problem: lostHosts.has(id) || isLost ? true : undefined,
      };
    }),
  };
}

function linkState(attached: boolean | null | undefined, power_state?: string | null): string {
  if (attached === true) return "plugged";
  if (power_state === "Halted") return "host down";
  return attached === false ? "unplugged" : "none";
}
