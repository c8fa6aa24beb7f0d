import type * as z from "zod";
import type { Host } from "../xo/records/host.ts";
import type { Pif } from "../xo/records/pif.ts";
import { usesItself } from "./networks.ts";

type Place = Pick<
  z.output<typeof Pif>,
  "$host" | "$network" | "ip" | "mode" | "ipv6Mode" | "management"
>;
type HostRecord = Pick<z.output<typeof Host>, "id" | "name_label" | "$pool">;

export interface Absence<H> {
  /** The hosts of its pool that have no interface on it; those of others have one. */
  hosts: H[];
  /** Whether it matters: a VM is on it, or other hosts have an address there. */
  inUse: boolean;
}

/**
 * The networks that only some hosts of their pool have an interface on, by id. XAPI wants one, plugged
 * or not, where a VM of that network is to run (xapi_network_attach_helpers.ml). A port that only some
 * hosts have makes such a network too, which is no fault as long as nobody uses it.
 */
export function absencesOf<H extends HostRecord>(
  networks: readonly { id: string; $pool?: string | null | undefined }[],
  pifs: readonly Place[],
  hosts: readonly H[],
  vmNetworks: ReadonlySet<string> | undefined,
): Map<string, Absence<H>> {
  const byNetwork = Map.groupBy(pifs, ({ $network }) => $network ?? "");
  const byPool = Map.groupBy(hosts, ({ $pool }) => $pool ?? "");
  return new Map(
    networks.flatMap(({ id, $pool }) => {
      const own = byNetwork.get(id) ?? [];
      const having = new Set(own.map(({ $host }) => $host));
      const without = (byPool.get($pool ?? "") ?? []).filter((host) => !having.has(host.id));
      // A network without any interface is one inside its hosts.
      if (own.length === 0 || without.length === 0) return [];
      return [
        [id, { hosts: without, inUse: own.some(usesItself) || vmNetworks?.has(id) === true }],
      ];
    }),
  );
}
