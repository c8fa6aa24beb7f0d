import type * as z from "zod";
import type { Host } from "../xo/records/host.ts";
import type { Pif } from "../xo/records/pif.ts";
import { nameAmong } from "./name.ts";
import { type Bond, kindOf, type Link, type LinkFacts, linksOf, vlanOf } from "./networks.ts";

type HostRecord = Pick<z.output<typeof Host>, "id" | "name_label" | "power_state">;
type PifRecord = LinkFacts & Pick<z.output<typeof Pif>, "speed">;

/** An interface of a host in words: what it is, whether it has a link, and what is wrong with it. */
export interface Interface {
  id: string;
  network: string | undefined;
  host: string;
  device: string;
  vlan: number | undefined;
  /** Nothing for a VLAN, whose number says it. */
  kind: "port" | "bond" | "bond port" | undefined;
  link: Link;
  /** Mbit/s; only where there is a link. */
  speed_mbps: number | undefined;
  /** Of a bond: how many ports it has, and how many of them have a link. */
  ports: number | undefined;
  ports_up: number | undefined;
  /** Of what is in use alone. */
  problem: string | undefined;
}

/**
 * The interfaces of these hosts in words.
 * @param vmNetworks the networks with VMs on them; nothing when that is not known
 */
export function describeInterfaces(
  pifs: readonly PifRecord[],
  hosts: readonly HostRecord[],
  vmNetworks: ReadonlySet<string> | undefined,
): Interface[] {
  const hostById = new Map(hosts.map((host) => [host.id, host]));
  const links = linksOf(pifs, hostById, vmNetworks);
  const bonds = new Map(links.bonds.map((bond) => [bond.master.id, bond]));
  return pifs.map((pif) => {
    const kind = kindOf(pif);
    const bond = bonds.get(pif.id);
    const link = links.of(pif);
    return {
      id: pif.id,
      network: pif.$network ?? undefined,
      host: nameAmong(hostById, pif.$host) ?? "unknown",
      device: pif.device ?? "unknown",
      vlan: vlanOf(pif),
      kind: kind === "vlan" ? undefined : kind,
      link,
      // What XO has of a link that is not up is from before.
      speed_mbps: link === "up" && pif.speed ? pif.speed : undefined,
      ports: bond?.ports.length,
      ports_up: bond?.up,
      problem: problemOf(link, bond, links.of),
    };
  });
}

function problemOf<P extends PifRecord>(
  link: Link,
  bond: Bond<P> | undefined,
  linkOf: (port: P) => Link,
): string | undefined {
  if (bond?.state === "degraded") {
    const down = bond.ports.filter((port) => linkOf(port) === "down");
    const names = down.map(({ device }) => device ?? "a port").toSorted();
    return `bond degraded: ${names.join(", ")} without a link, ${bond.up} of ${bond.ports.length} up`;
  }
  return link === "down" || bond?.state === "down" ? "no link" : undefined;
}

/** The same interface of several hosts, told once. */
export interface InterfaceGroup extends Pick<
  Interface,
  "device" | "kind" | "link" | "speed_mbps" | "ports" | "ports_up"
> {
  host_count: number;
  /** By name, unless it is most hosts of the pool. */
  hosts: string[] | undefined;
}

/** Interfaces that differ in nothing but their host, put together; most hosts first. */
export function groupInterfaces(
  interfaces: readonly Interface[],
  hostsInPool: number,
): InterfaceGroup[] {
  const groups = Map.groupBy(interfaces, ({ device, kind, link, speed_mbps, ports, ports_up }) =>
    [device, kind, link, speed_mbps, ports, ports_up].join(),
  );
  return [...groups.values()]
    .flatMap((members) => {
      const [first] = members;
      if (first === undefined) return [];
      const { device, kind, link, speed_mbps, ports, ports_up } = first;
      const hosts = members.map(({ host }) => host).toSorted();
      const host_count = hosts.length;
      return [
        {
          device,
          kind,
          link,
          speed_mbps,
          ports,
          ports_up,
          host_count,
          hosts: host_count > hostsInPool / 2 ? undefined : hosts,
        },
      ];
    })
    .toSorted((a, b) => b.host_count - a.host_count);
}
