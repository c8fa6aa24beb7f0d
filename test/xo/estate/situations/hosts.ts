import type { Estate } from "../estate.ts";
import { byId, ofType, type PifRecord } from "../records.ts";
import { situationsOf } from "./situation.ts";

export const hostSituations = situationsOf({
  /** Ports that nobody uses have a cable on all hosts but one. */
  "one-cable-missing": (estate) => {
    const ports = ofType(estate, "PIF").filter(
      (pif) => pif.device === "eth4" && isUp(estate, pif) && isFirst(estate, pif),
    );
    for (const [number, pif] of ports.entries()) {
      Object.assign(pif, { attached: true, carrier: number > 0, speed: number > 0 ? 10_000 : 0 });
    }
  },
  /** Every bond says that it has no carrier, with all of its ports up. */
  "bonds-without-own-carrier": (estate) => {
    for (const pif of ofType(estate, "PIF")) {
      if (!isUp(estate, pif)) continue;
      if (pif.isBondSlave) Object.assign(pif, { carrier: true, speed: 10_000, attached: true });
      if (pif.isBondMaster) Object.assign(pif, { carrier: false, speed: 0 });
    }
  },
  /** XO can ask no host for its patches: none reaches a repository. */
  "patches-not-looked-at": (estate) => {
    for (const { id } of ofType(estate, "host")) estate.patchFailures.add(id);
  },
  /** A whole pool is left on a version without support, for which there are no patches any more. */
  "pool-out-of-support": (estate) => {
    const [first] = ofType(estate, "host");
    for (const host of ofType(estate, "host")) {
      if (host.productBrand === "XCP-ng") host.version = "8.3.0";
      if (host.$pool !== first?.$pool) continue;
      host.version = "8.2.1";
      estate.missingPatches.set(host.id, []);
    }
  },
  /** The licence of one host ended two days ago, that of the next ends tomorrow. */
  "licence-ended": (estate) => {
    const hosts = ofType(estate, "host").filter(({ power_state }) => power_state === "Running");
    for (const [at, host] of hosts.slice(0, 2).entries()) {
      host.license_expiry = Math.floor(estate.now / 1000) + (at === 0 ? -2 : 1) * 86_400;
    }
  },
  /** All hosts stamp what they measure two hours ahead. */
  "clocks-ahead": (estate) => {
    const stats = estate.stats.bind(estate);
    estate.stats = (id, granularity) => {
      const found = stats(id, granularity);
      return { ...found, endTimestamp: found.endTimestamp + 7_200 };
    };
  },
});

function isUp(estate: Estate, { $host }: PifRecord): boolean {
  return byId(estate, "host", $host).power_state === "Running";
}

function isFirst(estate: Estate, { $pool }: { $pool: string }): boolean {
  return ofType(estate, "pool")[0]?.id === $pool;
}
