import type { EstateOptions, XoRecord } from "./estate.ts";
import { hash, uuidOf } from "./random.ts";
import { Reservations } from "./reservations.ts";
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
  networks: {
    management: NetworkRecord;
    guests: NetworkRecord[];
    lab?: NetworkRecord;
    voice?: NetworkRecord;
  };
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
  readonly pools: number;
  readonly #sizes: readonly PoolSize[];
  readonly backupRuns: number;
  readonly objects = new Map<string, XoRecord>();
  readonly traps = new Map<string, string>();
  readonly reservations = new Reservations();
  /** The VM that a trap has in the plan of `vm-traps.ts`, whether it is that VM or a part of it. */
  readonly trapVms = new Map<TrapName, VmRecord>();
  readonly sites: Site[] = [];
  readonly #names = new Map<string, number>();

  constructor(options: EstateOptions) {
    const large = options.size === "large";
    this.now = options.now;
    this.seconds = Math.floor(options.now / 1000);
    const { pools, hosts, vms } = options;
    if (large && pools === undefined && hosts === undefined && vms === undefined) {
      this.#sizes = LARGE;
    } else {
      const parts = pools ?? (large ? 4 : 1);
      this.#sizes = Array.from({ length: parts }, (_, index) => ({
        hosts: share(Math.max(parts, hosts ?? (large ? 64 : 3)), parts, index),
        vms: share(vms ?? (large ? 5000 : 40), parts, index),
      }));
    }
    this.pools = this.#sizes.length;
    this.backupRuns = options.backupRuns ?? 14;
  }

  /** How many hosts and VMs a pool has. */
  sizeOf(pool: number): PoolSize {
    return this.#sizes[pool] ?? { hosts: 0, vms: 0 };
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

  /**
   * Remembers which record a trap is. The first one wins, so the traps are in the first pool.
   * @param part of the record, when it may be another trap's too: see `Reservations`
   */
  trap(name: TrapName, id: string, part?: string): void {
    if (!this.traps.has(name)) {
      this.reservations.take(name, `the record ${id}`, part);
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

interface PoolSize {
  hosts: number;
  vms: number;
}

/** The pools of `large`: 64 hosts and 5,000 VMs. */
const LARGE: readonly PoolSize[] = [
  { hosts: 24, vms: 1900 },
  { hosts: 18, vms: 1450 },
  { hosts: 13, vms: 1050 },
  { hosts: 9, vms: 600 },
];

/** How many of `total` fall to part `index` of `parts`; the first parts take what is left over. */
function share(total: number, parts: number, index: number): number {
  return Math.floor(total / parts) + (index < total % parts ? 1 : 0);
}
