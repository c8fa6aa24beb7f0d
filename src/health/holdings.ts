import { toXoError, type XoError } from "../errors.ts";
import type { Xo } from "../xo/client.ts";
import { allOf, type Filter, hasId } from "../xo/filter.ts";
import { filters, readers } from "./readers.ts";

export type Need = keyof typeof readers;

export type Holdings = { [K in Need]: Awaited<ReturnType<(typeof readers)[K]>> };

type Read<K extends Need> = (xo: Xo, filter?: Filter) => Promise<Holdings[K]>;

const readerOf: { [K in Need]: Read<K> } = readers;

/** The collections of XO itself; the others are the objects of pools, which vanish with their pool. */
const ofXo = new Set<Need>([
  "backup-archives",
  "backup-jobs",
  "backup-logs",
  "backup-repositories",
  "dashboard",
  "last-runs",
  "schedules",
  "servers",
  "tasks",
]);

export function isOfPools(need: Need): boolean {
  return !ofXo.has(need);
}

/** What was read, and what could not be. */
export interface Readings {
  holdings: Holdings;
  failures: Map<Need, XoError>;
}

export function nothingRead(): Readings {
  const holdings: Holdings = {
    alarms: [],
    "backup-archives": [],
    "backup-jobs": [],
    "backup-logs": [],
    "backup-repositories": [],
    dashboard: [],
    hosts: [],
    "last-runs": { vms: new Map(), details: new Map(), written: new Map() },
    messages: [],
    networks: [],
    pbds: [],
    pifs: [],
    pools: [],
    schedules: [],
    servers: [],
    srs: [],
    tasks: [],
    vbds: [],
    vdis: [],
    "vdi-snapshots": [],
    vifs: [],
    "vm-snapshots": [],
    vms: [],
  };
  return { holdings, failures: new Map() };
}

/** Reads collections side by side, those of pools for one pool only when it is named. */
export async function readInto(
  readings: Readings,
  xo: Xo,
  needs: Iterable<Need>,
  poolId?: string,
): Promise<void> {
  await Promise.all([...needs].map((need) => readOne(readings, xo, need, poolId)));
}

async function readOne<K extends Need>(
  { holdings, failures }: Readings,
  xo: Xo,
  need: K,
  poolId: string | undefined,
): Promise<void> {
  const inPool = poolId !== undefined && isOfPools(need) ? hasId("$pool", poolId) : undefined;
  const filter = allOf(inPool, filters[need]);
  try {
    Object.assign(holdings, { [need]: await readerOf[need](xo, filter) });
  } catch (error) {
    failures.set(need, toXoError(error));
  }
}
