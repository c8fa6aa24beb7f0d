import { EventEmitter } from "node:events";
import type { Estate, StoredRecord } from "../estate/estate.ts";
import { find } from "./stored.ts";

/** XO's log of tasks: it can be read, and nothing in it ever changes. */
export class Tasks extends EventEmitter {
  readonly #tasks: StoredRecord[];

  constructor(estate: Estate) {
    super();
    this.#tasks = estate.tasks;
    // Called through a guarding proxy, which private members do not survive unbound.
    this.list = this.list.bind(this);
    this.get = this.get.bind(this);
    this.watch = this.watch.bind(this);
  }

  async *list({ filter = () => true }: { filter?: (task: StoredRecord) => boolean } = {}) {
    yield* this.#tasks.filter(filter);
  }

  async get(id: string): Promise<StoredRecord> {
    return find(this.#tasks, id, "task");
  }

  /** Tells a watcher the state of now, and never a change. */
  async watch(id: string, watcher: (task: StoredRecord) => void): Promise<() => void> {
    const task = await this.get(id);
    setImmediate(() => watcher(task));
    return () => {};
  }
}
