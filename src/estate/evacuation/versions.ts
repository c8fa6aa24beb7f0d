import type { EvacuatedHost } from "./around.ts";

/**
 * Whether a host runs an older version than another: XAPI moves nothing there when it empties a host
 * (xapi_host.ml). It compares platform, xapi and Xen; XO tells the product's version alone.
 */
export function isOlder(host: EvacuatedHost, than: EvacuatedHost): boolean {
  const [own, other] = [host.version, than.version].map((text) => text?.split(/[.-]/).map(Number));
  if (own === undefined || other === undefined) return false;
  for (let at = 0; at < Math.max(own.length, other.length); at++) {
    const difference = (own[at] ?? 0) - (other[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** Whether one of two hosts of the same version may yet be older: their patches seem to differ. */
export function mayBeOlder(host: EvacuatedHost, than: EvacuatedHost): boolean {
  return (
    host.version === than.version &&
    (host.rebootRequired !== than.rebootRequired || host.build !== than.build)
  );
}
