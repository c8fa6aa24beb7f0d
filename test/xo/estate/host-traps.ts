import type { TrapName } from "./traps.ts";
import type { World } from "./world.ts";

/**
 * Which host of the first pool a trap has, and what of it: `small` has three, so they share. 0 is the
 * master, -1 the last.
 */
const hostTraps = {
  "certificate-host": { host: 1, part: "the certificate" },
  "carrierless-pif": { host: 1, part: "eth1" },
  "reboot-host": { host: 2, part: "the restart" },
  "degraded-bond": { host: -1, part: "the bond" },
  "network-of-some-hosts": { host: -1, part: "VLAN 500" },
  "unplugged-pbd": { host: -1, part: "the link to NFS vol2" },
} as const satisfies Partial<Record<TrapName, { host: number; part: string }>>;

/** Whether a host has this trap, which is reserved for it then. */
export function hasTrap(
  world: World,
  trap: keyof typeof hostTraps,
  { site, number }: { site: number; number: number },
): boolean {
  const { host, part } = hostTraps[trap];
  const { hosts } = world.sizeOf(site);
  if (site !== 0 || number !== (host === -1 ? hosts - 1 : host)) return false;
  world.reservations.take(trap, `host ${number} of the first pool`, part);
  return true;
}
