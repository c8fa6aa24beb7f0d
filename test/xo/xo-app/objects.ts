import { EventEmitter } from "node:events";
import { noSuchObject } from "xo-common/api-errors.js";
import type { Estate, XoRecord } from "../estate/estate.ts";
import type { Refusals } from "./refuse.ts";
import type { Servers } from "./servers.ts";

type Types = string | readonly string[];

/** A reference as the REST API passes it: an id, or the record itself. */
type Reference = string | XoRecord;

interface Options {
  filter?: (record: XoRecord) => boolean;
  limit?: number;
}

/** The XAPI objects of the pools that XO is connected to. */
export class Objects {
  readonly #estate: Estate;
  readonly #servers: Servers;
  readonly #refusals: Refusals;
  readonly #byType = new Map<string, XoRecord[]>();

  constructor(estate: Estate, servers: Servers, refusals: Refusals) {
    this.#estate = estate;
    this.#servers = servers;
    this.#refusals = refusals;
    for (const record of estate.objects.values()) {
      const list = this.#byType.get(record.type);
      if (list === undefined) this.#byType.set(record.type, [record]);
      else list.push(record);
    }
  }

  find(id: string, types?: Types): XoRecord | undefined {
    const record = this.#estate.objects.get(id);
    if (record === undefined || this.#servers.hides(record.$pool)) return undefined;
    if (types === undefined) return record;
    return (typeof types === "string" ? [types] : types).includes(record.type) ? record : undefined;
  }

  get(reference: Reference, types?: Types): XoRecord {
    const id = typeof reference === "string" ? reference : reference.id;
    return this.find(id, types) ?? noSuchObject(id, types);
  }

  byType(type: string, { filter = () => true, limit = Infinity }: Options = {}) {
    const records: Record<string, XoRecord> = {};
    let left = limit;
    for (const record of this.#byType.get(type) ?? []) {
      if (left <= 0) break;
      if (this.#servers.hides(record.$pool) || !filter(record)) continue;
      records[record.id] = record;
      left--;
    }
    return records;
  }

  members() {
    return {
      getObject: (reference: Reference, types?: Types) => this.get(reference, types),
      getObjectsByType: (type: string, options?: Options) => this.byType(type, options),
      hasObject: (id: string, types?: Types) => this.find(id, types) !== undefined,
      objects: {
        allIndexes: { type: { getEventEmitterByType: () => new EventEmitter() } },
      },
      getXapi: (reference: Reference) => {
        this.get(reference);
        return this.#xapi();
      },
      getXapiObject: (reference: Reference, types?: Types) => {
        const { id } = this.get(reference, types);
        return this.#refusals.guard("xapiObject", { uuid: id, $xapi: this.#xapi() });
      },
    };
  }

  /** The connection to a pool: two questions about hosts may be asked of it, and no more. */
  #xapi() {
    return this.#refusals.guard("xapi", {
      isHyperThreadingEnabled: async (hostId: string) => {
        this.get(hostId, "host");
        return true;
      },
      listMissingPatches: async (hostId: string) => {
        const host = this.get(hostId, "host");
        if (host.power_state !== "Running") throw xapiError("HOST_OFFLINE", hostId);
        if (this.#estate.patchFailures.has(hostId)) throw xapiError("-1", "no route");
        return this.#estate.missingPatches.get(hostId) ?? [];
      },
    });
  }
}

/** An error of the hypervisor, as XO passes it on: the REST API answers 500 and says whose it is. */
export function xapiError(code: string, ...params: string[]): Error {
  const error = new Error(`${code}(${params.join(", ")})`);
  error.name = "XapiError";
  return Object.assign(error, { code, params });
}
