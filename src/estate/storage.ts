import type * as z from "zod";
import type { Host } from "../xo/records/host.ts";
import type { Pbd } from "../xo/records/pbd.ts";
import { Pool } from "../xo/records/pool.ts";
import type { Sr } from "../xo/records/sr.ts";
import { isDetached, isMediaStorage } from "./space.ts";

type SrRecord = z.output<typeof Sr>;
type HostState = Pick<z.output<typeof Host>, "power_state" | "$pool">;

/** What of a storage tells which links it should have. */
export const linkedKeys = [
  "id",
  "SR_type",
  "content_type",
  "shared",
  "inMaintenanceMode",
  "$PBDs",
  "$pool",
] as const;
export type LinkedStorage = Pick<SrRecord, (typeof linkedKeys)[number]>;

/** The host that alone has a storage; nothing for a shared one, and for one that no host has a link to. */
export function ownHost({
  shared,
  $container,
  $pool,
}: Pick<SrRecord, "shared" | "$container" | "$pool">): string | undefined {
  return shared !== true && $container && $container !== $pool ? $container : undefined;
}

/** A link to a storage that a host lacks: unplugged, or not there at all. */
export interface LostLink {
  host: string;
  link: "unplugged" | "none";
}

/** How the hosts that run reach a storage. */
export interface Reach {
  lost: LostLink[];
  /** Whether one has it plugged, be that needed or not; nothing where links are not all seen. */
  linked: boolean | undefined;
  /** Whether none of them does; nothing where not all links or hosts are seen. */
  unreached: boolean | undefined;
}

/**
 * How the hosts of its pool reach a storage, by the links that should be up. A host that is down has
 * none, XO's maintenance mode unplugs all on purpose (@xen-orchestra/xapi/sr.mjs), and ISO libraries
 * and drives hold no VM up. A shared storage should have one to each host of its pool, and any storage
 * one at all.
 * @param links those of this storage
 * @param hosts by id; a link of one that is not among them counts, whatever became of that host
 * @param seesLinks whether the account sees all links: else one that is absent may only be hidden
 */
export function reachOf(
  sr: LinkedStorage,
  links: readonly Pick<z.output<typeof Pbd>, "host" | "attached">[],
  hosts: ReadonlyMap<string, HostState>,
  seesLinks: boolean,
): Reach {
  const isDown = (id: string) => hosts.get(id)?.power_state === "Halted";
  const seesAll = seesLinks || isDetached(sr);
  const isLinked = links.some(({ host, attached }) => attached !== false && !isDown(host ?? ""));
  const linked = isLinked || (seesAll ? false : undefined);
  if (sr.inMaintenanceMode === true || isMediaStorage(sr)) {
    return { lost: [], linked, unreached: false };
  }
  const known = new Set(links.map(({ host }) => host));
  const unplugged = links
    .filter(({ attached }) => attached === false)
    .map(({ host }): LostLink => ({ host: host ?? "unknown", link: "unplugged" }));
  const absent = [...hosts].flatMap(([id, { $pool }]): LostLink[] =>
    seesAll && sr.shared === true && $pool === sr.$pool && !known.has(id)
      ? [{ host: id, link: "none" }]
      : [],
  );
  const lost = [...unplugged, ...absent].filter(({ host }) => !isDown(host));
  // Where all its hosts are down, it is they that are reported.
  const unreached = isDetached(sr) || (!isLinked && lost.length > 0);
  const isSure = seesAll && lost.every(({ host }) => hosts.has(host));
  return { lost, linked, unreached: isSure || !unreached ? unreached : undefined };
}

/** What to say of a storage that no host reaches. */
export function unreachedProblem(
  sr: Pick<SrRecord, "$PBDs">,
  unreached: boolean | undefined,
): string | undefined {
  if (unreached !== true) return undefined;
  return isDetached(sr)
    ? "no host has a link to it: its figures are old"
    : "no host is linked to it";
}

/** A pool, with the storage it names for its own ends. */
export const PoolStorage = Pool.pick({
  id: true,
  name_label: true,
  default_SR: true,
  suspendSr: true,
  crashDumpSr: true,
  haSrs: true,
});

/** What a pool uses a storage for beside the disks of its VMs. */
export function poolUses(
  srId: string,
  pool: Omit<z.output<typeof PoolStorage>, "id" | "name_label">,
): ("default" | "suspend" | "crash dump" | "HA")[] {
  return [
    ...(pool.default_SR === srId ? (["default"] as const) : []),
    ...(pool.suspendSr === srId ? (["suspend"] as const) : []),
    ...(pool.crashDumpSr === srId ? (["crash dump"] as const) : []),
    ...(pool.haSrs?.includes(srId) ? (["HA"] as const) : []),
  ];
}
