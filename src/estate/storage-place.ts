import type * as z from "zod";
import type { Context } from "../tool.ts";
import { hasId } from "../xo/filter.ts";
import { Host } from "../xo/records/host.ts";
import { Pbd } from "../xo/records/pbd.ts";
import type { Sr } from "../xo/records/sr.ts";
import { nameAmong } from "./name.ts";
import { lostLinks, PoolStorage, poolUses, type LinkedStorage } from "./storage.ts";

const HostState = Host.pick({ id: true, name_label: true, power_state: true, $pool: true });

type Place = LinkedStorage & Pick<z.output<typeof Sr>, "$pool">;

/** Where a storage is, what its pool does with it, and how each host is linked to it. */
export async function readPlace({ xo }: Pick<Context, "xo">, sr: Place) {
  const [pools, pbds, hosts] = await Promise.all([
    xo.list("pools", PoolStorage, sr.$pool ? hasId("id", sr.$pool) : undefined),
    xo.list("pbds", Pbd, hasId("SR", sr.id)),
    xo.list("hosts", HostState, sr.$pool ? hasId("$pool", sr.$pool) : undefined),
  ]);
  const pool = pools.find(({ id }) => id === sr.$pool);
  const linkByHost = new Map(pbds.map((pbd) => [pbd.host ?? "", pbd.attached]));
  const hostById = new Map(hosts.map((host) => [host.id, host]));
  // A shared storage should be on each host of its pool; a local one has one host.
  const own = hosts.filter(({ id }) => sr.shared === true || linkByHost.has(id));
  const strange = [...linkByHost.keys()].filter((id) => !hostById.has(id));
  const lost = lostLinks(sr, pbds, hostById, true).map(({ host }) => host);
  return {
    pool: pool === undefined ? undefined : { id: pool.id, name_label: pool.name_label },
    used_as: pool === undefined ? undefined : poolUses(sr.id, pool),
    links: [...own.map(({ id }) => id), ...strange].map((id) => ({
      host: nameAmong(hostById, id) || "unknown",
      link: linkState(linkByHost.get(id), hostById.get(id)?.power_state),
      problem: lost.includes(id) ? true : undefined,
    })),
  };
}

function linkState(attached: boolean | null | undefined, power_state?: string | null): string {
  if (attached === true) return "plugged";
  if (power_state === "Halted") return "host down";
  return attached === false ? "unplugged" : "none";
}
