import type * as z from "zod";
import type { Host } from "../xo/records/host.ts";
import type { Pif } from "../xo/records/pif.ts";
import type { Vif } from "../xo/records/vif.ts";

type PifRecord = z.output<typeof Pif>;

/** What tells whether an interface is in use, and has a link. */
export type LinkFacts = Pick<
  PifRecord,
  | "id"
  | "device"
  | "attached"
  | "carrier"
  | "vlan"
  | "ip"
  | "mode"
  | "ipv6Mode"
  | "management"
  | "physical"
  | "isBondMaster"
  | "bondMaster"
  | "bondSlaves"
  | "$host"
  | "$network"
>;

type Hosts = ReadonlyMap<string, Pick<z.output<typeof Host>, "power_state">>;

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

/** The networks with an interface of a VM; one of a snapshot or a template uses nothing. */
export function networksOfVms(
  vifs: readonly Pick<z.output<typeof Vif>, "$network" | "$VM">[],
  vms: readonly { id: string }[],
): Set<string> {
  const ids = new Set(vms.map(({ id }) => id));
  return new Set(vifs.flatMap(({ $network, $VM }) => (ids.has($VM ?? "") && $network) || []));
}

/**
 * Whether an interface has a link:
 * - `up`: it has;
 * - `down`: it is in use and has none;
 * - `unused`: it has none, and nothing shows that it should;
 * - `unplugged`: XAPI has not plugged it;
 * - `unknown`: its host is not running or not seen, or XO does not tell.
 */
export type Link = "up" | "down" | "unused" | "unplugged" | "unknown";

export interface Bond<P> {
  master: P;
  ports: P[];
  /** Ports with a link. */
  up: number;
  /** Down is worse than degraded: no port has a link. */
  state: "up" | "degraded" | "down" | "unplugged" | "unknown";
}

/** The links of interfaces that were looked at together. */
export interface Links<P> {
  of(pif: { id: string }): Link;
  bonds: Bond<P>[];
}

/**
 * The links of all interfaces of some pools. `attached` says nothing of use, for XAPI plugs every port
 * at its start (xapi_pif.ml, calculate_pifs_required_at_start_of_day): in use is what has an address,
 * a VM, a VLAN in use on it, or is a bond or part of one; and a port whose network has a link on
 * most other hosts. A bond is judged by its ports, for its own carrier tells nothing, and a VLAN by
 * what it is on.
 * @param vmNetworks the networks with VMs on them; nothing when that is not known
 */
export function linksOf<P extends LinkFacts>(
  pifs: readonly P[],
  hosts: Hosts,
  vmNetworks: ReadonlySet<string> | undefined,
): Links<P> {
  const runs = ({ $host }: P) => hosts.get($host ?? "")?.power_state === "Running";
  const bases = new Map(
    pifs.filter((pif) => vlanOf(pif) === undefined).map((pif) => [placeOf(pif), pif]),
  );
  const byNetwork = Map.groupBy(pifs, ({ $network }) => $network ?? "");
  const used = new Set(
    pifs
      .filter((pif) => usesItself(pif) || vmNetworks?.has(pif.$network ?? "") === true)
      .map(placeOf),
  );

  const isUsed = (pif: P): boolean | undefined => {
    if (kindOf(pif) === "bond" || pif.bondMaster || used.has(placeOf(pif))) return true;
    const others = (byNetwork.get(pif.$network ?? "") ?? []).filter(
      (other) => other.$host !== pif.$host && runs(other),
    );
    if (others.filter(({ carrier }) => carrier === true).length > others.length / 2) return true;
    return vmNetworks === undefined ? undefined : false;
  };
  const ofPort = (pif: P): Link => {
    if (!runs(pif)) return "unknown";
    // XAPI plugs the bond, not its ports.
    if (pif.attached !== true && !pif.bondMaster) {
      return pif.attached === false ? "unplugged" : "unknown";
    }
    if (pif.carrier !== false) return pif.carrier === true ? "up" : "unknown";
    const inUse = isUsed(pif);
    return inUse === undefined ? "unknown" : inUse ? "down" : "unused";
  };

  const bonds = bondsOf(pifs, (master) => (runs(master) ? master.attached : undefined), ofPort);
  const links = new Map(pifs.map((pif) => [pif.id, ofPort(pif)]));
  for (const { master, state } of bonds) {
    links.set(master.id, state === "degraded" ? "up" : state);
  }
  for (const pif of pifs) {
    const base = vlanOf(pif) === undefined ? undefined : bases.get(placeOf(pif));
    const beneath = base && links.get(base.id);
    // What is beneath may be unused or unplugged itself: then the VLAN's own word counts.
    if (links.get(pif.id) === "down" && beneath === "up") links.set(pif.id, "up");
    if (links.get(pif.id) === "up" && beneath === "down") links.set(pif.id, "down");
  }
  return { of: ({ id }) => links.get(id) ?? "unknown", bonds };
}

/** A port and the VLANs on it have this in common. */
function placeOf({ $host, device }: Pick<PifRecord, "$host" | "device">): string {
  return `${$host} ${device}`;
}

/** Whether the host itself uses an interface. */
export function usesItself({
  management,
  ip,
  mode,
  ipv6Mode,
}: Pick<PifRecord, "management" | "ip" | "mode" | "ipv6Mode">): boolean {
  const configured = (how: string | null | undefined) => Boolean(how) && how !== "None";
  return management === true || Boolean(ip) || configured(mode) || configured(ipv6Mode);
}

function bondsOf<P extends LinkFacts>(
  pifs: readonly P[],
  isPlugged: (master: P) => boolean | null | undefined,
  linkOf: (port: P) => Link,
): Bond<P>[] {
  const portsOf = Map.groupBy(pifs, ({ bondMaster }) => bondMaster ?? "");
  return pifs
    .filter((pif) => vlanOf(pif) === undefined)
    .filter(({ id, bondSlaves }) => portsOf.has(id) || (bondSlaves ?? []).length > 0)
    .map((master) => {
      const ports = portsOf.get(master.id) ?? [];
      const found = ports.map(linkOf);
      const total = Math.max(ports.length, master.bondSlaves?.length ?? 0);
      const up = found.filter((link) => link === "up").length;
      const down = found.filter((link) => link === "down").length;
      return { master, ports, up, state: stateOf(isPlugged(master), { up, down, total }) };
    });
}

function stateOf(
  isPlugged: boolean | null | undefined,
  { up, down, total }: { up: number; down: number; total: number },
): Bond<never>["state"] {
  if (isPlugged !== true) return isPlugged === false ? "unplugged" : "unknown";
  if (down === total) return "down";
  if (down > 0) return "degraded";
  return up === total ? "up" : "unknown";
}
