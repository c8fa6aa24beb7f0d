import { canary } from "../canary.ts";
import type { World } from "../world.ts";
import type { PoolRecord } from "./pool.ts";
import type { XapiRecord } from "./xapi.ts";

export interface SrRecord extends XapiRecord {
  type: "SR";
  name_label: string;
  SR_type: string;
  content_type: string;
  shared: boolean;
  size: number;
  /** Bytes really used on the storage. */
  physical_usage: number;
  allocationStrategy?: string;
  inMaintenanceMode: boolean;
  /** The virtual sizes of all that lies there, snapshots and hidden bases too. */
  usage: number;
  VDIs: string[];
  $PBDs: string[];
  $container: string;
}

/** What a storage has otherwise than most. */
export interface SrShape {
  name_label: string;
  SR_type: string;
  content_type?: string;
  allocationStrategy?: string;
  size?: number;
  tags?: string[];
  sm_config?: Record<string, string>;
}

/** An empty storage, of a pool or of the host that is its container. */
export function addSr(
  world: World,
  pool: PoolRecord,
  key: string,
  container: string,
  shape: SrShape,
): SrRecord {
  return world.add({
    ...world.base("SR", `${pool.name_label}/${key}`, pool.id),
    content_type: "user",
    physical_usage: 0,
    current_operations: {},
    inMaintenanceMode: false,
    name_description: "",
    size: 0,
    shared: container === pool.id,
    tags: [],
    usage: 0,
    VDIs: [],
    other_config: { dirty: "", "chap-secret": canary("sr-other-config") },
    sm_config: {},
    $container: container,
    $PBDs: [],
    ...shape,
  });
}
