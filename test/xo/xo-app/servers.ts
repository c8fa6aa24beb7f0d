import type { Estate, StoredRecord } from "../estate/estate.ts";
import { find } from "./stored.ts";

/** What a test changes of a server: anything but "connected" hides the objects of its pool. */
export interface ServerPatch {
  status: string;
  error?: Record<string, unknown> | undefined;
}

/** XO's connections to pools, and which pools are out of sight because theirs is lost. */
export class Servers {
  readonly #servers: StoredRecord[];
  readonly #patches = new Map<string, ServerPatch>();
  readonly #hiddenPools = new Set<unknown>();

  constructor(estate: Estate) {
    this.#servers = estate.servers;
  }

  patch(id: string, patch: ServerPatch): void {
    const { poolId } = find(this.#servers, id, "xenServer");
    if (patch.status === "connected") {
      this.#patches.delete(id);
      this.#hiddenPools.delete(poolId);
    } else {
      this.#patches.set(id, patch);
      this.#hiddenPools.add(poolId);
    }
  }

  hides(poolId: unknown): boolean {
    return this.#hiddenPools.has(poolId);
  }

  members() {
    return {
      getAllXenServers: async () => this.#servers.map((server) => this.#view(server)),
      getXenServer: async (id: string) => this.#view(find(this.#servers, id, "xenServer")),
    };
  }

  /** XO knows the pool and the master of a server only while it is connected. */
  #view(server: StoredRecord): StoredRecord {
    const patch = this.#patches.get(server.id);
    if (patch === undefined) return server;
    const { poolId: _poolId, master: _master, ...rest } = server;
    return { ...rest, ...patch };
  }
}
