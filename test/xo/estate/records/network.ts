import { canary } from "../canary.ts";
import type { World } from "../world.ts";
import type { PoolRecord } from "./pool.ts";
import type { XapiRecord } from "./xapi.ts";

export interface NetworkRecord extends XapiRecord {
  type: "network";
  name_label: string;
  bridge: string;
  MTU: number;
  PIFs: string[];
  VIFs: string[];
  isBonded: boolean;
}

/** A network of a pool, without interfaces; `more` is what it has otherwise. */
export function addNetwork(
  world: World,
  pool: PoolRecord,
  bridge: string,
  more: Partial<NetworkRecord> & { name_label: string },
): NetworkRecord {
  const record: NetworkRecord = {
    ...world.base("network", `${pool.name_label}/${bridge}`, pool.id),
    automatic: false,
    bridge,
    current_operations: {},
    defaultIsLocked: false,
    MTU: 1500,
    name_description: "",
    other_config: { "radius-secret": canary("network-other-config") },
    tags: [],
    PIFs: [],
    VIFs: [],
    nbd: false,
    insecureNbd: false,
    isBonded: false,
    ...more,
  };
  return world.add(record);
}
