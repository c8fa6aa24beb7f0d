import type * as z from "zod";
import type { Host } from "../xo/records/host.ts";
import type { Pif } from "../xo/records/pif.ts";

type PifRecord = z.output<typeof Pif>;

/** What `linkOf` needs of an interface. */
export type LinkFacts = Pick<PifRecord, "id" | "attached" | "carrier" | "bondMaster" | "$host">;

/** By id: the hosts and the interfaces beside which an interface is looked at. */
export interface Around {
  hosts: ReadonlyMap<string, Pick<z.output<typeof Host>, "power_state">>;
  pifs: ReadonlyMap<string, Pick<PifRecord, "attached">>;
}

/** The VLAN of an interface; nothing for an untagged one, which XO writes as -1. */
export function vlanOf({ vlan }: Pick<PifRecord, "vlan">): number | undefined {
  return vlan === null || vlan === undefined || vlan < 0 ? undefined : vlan;
}

export type PifKind = "port" | "bond" | "bond port" | "vlan";

/** What an interface is: a port of the host, one that is part of a bond, the bond, or a VLAN on them. */
export function kindOf(
  pif: Pick<PifRecord, "vlan" | "isBondMaster" | "bondSlaves" | "bondMaster">,
): PifKind {
  if (vlanOf(pif) !== undefined) return "vlan";
  if (pif.isBondMaster === true || (pif.bondSlaves ?? []).length > 0) return "bond";
  return pif.bondMaster ? "bond port" : "port";
}

export type Link = "up" | "down" | "unplugged" | "unknown";

/**
 * Whether an interface has a link:
 * - `up`, `down`: it is in use, with or without carrier;
 * - `unplugged`: it is not in use, so that it matters to nobody whether a cable is in it;
 * - `unknown`: its host is not running or not seen, or does not tell.
 */
export function linkOf(pif: LinkFacts, { hosts, pifs }: Around): Link {
  if (hosts.get(pif.$host ?? "")?.power_state !== "Running") return "unknown";
  // The ports of a bond are in use when the bond is.
  const inUse = pif.attached === true || pifs.get(pif.bondMaster ?? "")?.attached === true;
  if (!inUse) return pif.attached === false ? "unplugged" : "unknown";
  if (pif.carrier === true) return "up";
  return pif.carrier === false ? "down" : "unknown";
}

export interface Bond<P> {
  master: P;
  ports: P[];
  /** Ports with a link. */
  up: number;
  /** Down is worse than degraded: no port has a link. */
  state: "up" | "degraded" | "down" | "unplugged" | "unknown";
}

/**
 * The bonds among interfaces, each with how many of its ports have a link. The carrier of the bond
 * itself tells nothing: it is there as long as one port has a link.
 */
export function bondsOf<P extends LinkFacts & Pick<PifRecord, "vlan" | "bondSlaves">>(
  pifs: readonly P[],
  hosts: Around["hosts"],
): Bond<P>[] {
  const byId = new Map(pifs.map((pif) => [pif.id, pif]));
  const portsOf = Map.groupBy(pifs, ({ bondMaster }) => bondMaster ?? "");
  return pifs
    .filter((pif) => vlanOf(pif) === undefined)
    .filter(({ id, bondSlaves }) => portsOf.has(id) || (bondSlaves ?? []).length > 0)
    .map((master) => {
      const ports = portsOf.get(master.id) ?? [];
      const found = ports.map((port) => linkOf(port, { hosts, pifs: byId }));
      const total = Math.max(ports.length, master.bondSlaves?.length ?? 0);
      const up = found.filter((link) => link === "up").length;
      const down = found.filter((link) => link === "down").length;
      const own = linkOf(master, { hosts, pifs: byId });
      return { master, ports, up, state: stateOf({ own, up, down, total }) };
    });
}

function stateOf({ own, up, down, total }: { own: Link; up: number; down: number; total: number }) {
  if (own === "unplugged" || own === "unknown") return own;
  if (down === total) return "down";
  if (down > 0) return "degraded";
  return up === total ? "up" : "unknown";
}
