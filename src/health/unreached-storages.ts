import { isDetached } from "../estate/space.ts";
import { reachOf } from "../estate/storage.ts";
import type { Holdings } from "./holdings.ts";
import { countOf } from "./rule.ts";

/** Storages that no host reaches, with what became of their links. */
export function unreachedStorages(
  { srs, pbds, hosts }: Pick<Holdings, "srs" | "pbds" | "hosts">,
  seesLinks: boolean,
) {
  const hostById = new Map(hosts.map((host) => [host.id, host]));
  const linksBySr = Map.groupBy(pbds, ({ SR }) => SR ?? "");
  const judged = srs.map((sr) => ({
    sr,
    unreached: reachOf(sr, linksBySr.get(sr.id) ?? [], hostById, seesLinks).unreached,
  }));
  const untold = judged.filter(({ unreached }) => unreached === undefined);
  return {
    unreached: judged
      .filter(({ unreached }) => unreached === true)
      .map(({ sr }) => ({ sr, link: isDetached(sr) ? "there is none" : "all unplugged" })),
    unknown: countOf(untold.length, "storage", "whose links are not all seen"),
  };
}
