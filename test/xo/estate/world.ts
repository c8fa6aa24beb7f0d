import type { EstateOptions, XoRecord } from "./estate.ts";
import { hash, uuidOf } from "./random.ts";
import type {
  HostRecord,
  NetworkRecord,
  PoolRecord,
  SrRecord,
  VdiRecord,
  VmRecord,
  VmTemplateRecord,
} from "./records.ts";
import type { TrapName } from "./traps.ts";

export const MIB = 1024 ** 2;
export const GIB = 1024 ** 3;
export const TIB = 1024 ** 4;
export const HOUR = 3600;
export const DAY = 24 * HOUR;

/** What one pool is made of while it is being built. */
export interface Site {
  /** 0 for the first pool, which has the traps. */
  index: number;
  /** The word that host names carry. */
  place: string;
  pool: PoolRecord;
  hosts: HostRecord[];
  networks: { management: NetworkRecord; guests: NetworkRecord[] };
  storage: { guests: SrRecord[]; locals: Map<string, SrRecord>; iso: SrRecord; isos: VdiRecord[] };
  templates: VmTemplateRecord[];
  vms: VmRecord[];
}

/** The fields that all records of a pool share. */
export interface Base<T extends string> {
  type: T;
  id: string;
  uuid: string;
  $pool: string;
  $poolId: string;
  _xapiRef: string;
}

/** The estate under construction: ids from keys, times from one moment, one place to add records. */
export class World {
  /** Unix milliseconds. */
  readonly now: number;
  /** Unix seconds. */
  readonly seconds: number;
  readonly hosts: number;
  readonly vms: number;
  readonly pools: number;
  readonly backupRuns: number;
  readonly objects = new Map<string, XoRecord>();
  readonly traps = new Map<string, string>();
  readonly sites: Site[] = [];
  readonly #names = new Map<string, number>();

  constructor(options: EstateOptions) {
    const large = options.size === "large";
    this.now = options.now;
    this.seconds = Math.floor(options.now / 1000);
    this.pools = options.pools ?? (large ? 4 : 1);
    this.hosts = Math.max(this.pools, options.hosts ?? (large ? 64 : 3));
    this.vms = options.vms ?? (large ? 5000 : 40);
    this.backupRuns = options.backupRuns ?? 14;
  }

  /** The key makes the ids; a pool is its own pool. */
  base<T extends string>(type: T, key: string, pool?: string): Base<T> {
    const id = uuidOf(`${type}/${key}`);
    return {
      type,
      id,
      uuid: id,
      $pool: pool ?? id,
      $poolId: pool ?? id,
      _xapiRef: `OpaqueRef:${uuidOf(`ref/${type}/${key}`)}`,
    };
  }

  add<T extends XoRecord>(record: T): T {
    if (this.objects.has(record.id)) {
      throw new Error(`two records have the id ${record.id} (${record.type})`);
    }
    this.objects.set(record.id, record);
    return record;
  }

  /** Remembers which record a trap is. The first one wins, so the traps are in the first pool. */
  trap(name: TrapName, id: string): void {
    if (!this.traps.has(name)) {
      this.traps.set(name, id);
    }
  }

  /** `web-prod` becomes `web-prod-001`, the next time `web-prod-002`. */
  numbered(stem: string): string {
    const count = (this.#names.get(stem) ?? 0) + 1;
    this.#names.set(stem, count);
    return `${stem}-${String(count).padStart(3, "0")}`;
  }
}

/** The id of an XO task or of a step of a run: its start in base 36 and a suffix. */
export function taskId(startMs: number, key: string): string {
  return `0${Math.floor(startMs).toString(36)}-${hash(`task/${key}`).slice(0, 10)}`;
}

/** How many of `total` fall to part `index` of `parts`; the first parts take what is left over. */
export function share(total: number, parts: number, index: number): number {
  return Math.floor(total / parts) + (index < total % parts ? 1 : 0);
}
