import type { SituationName } from "./situations/index.ts";

/** A record as XO holds it in memory: the REST API projects these, adding `href` on the way out. */
export interface XoRecord {
  id: string;
  type: string;
  [field: string]: unknown;
}

/** A record outside the XAPI object set (user, job, schedule, server, …), as XO's own stores return it. */
export interface StoredRecord {
  id: string;
  [field: string]: unknown;
}

export type Granularity = "seconds" | "minutes" | "hours" | "days";

/** What `getXapiVmStats` and its siblings return: series are oldest first, with nulls for gaps. */
export interface Stats {
  /** Unix seconds. */
  endTimestamp: number;
  /** Seconds between two points. */
  interval: number;
  stats: Record<string, unknown>;
}

/**
 * Everything the test XO knows, as plain data made from a seed and a moment. The server only serves
 * it; tests read the same value as their ground truth.
 */
export interface Estate {
  /** The moment everything is relative to, in Unix milliseconds. */
  now: number;
  /** All XAPI objects by id: pools, hosts, VMs, snapshots, templates, SRs, VDIs, networks, messages, … */
  objects: Map<string, XoRecord>;
  /** Missing patches by host id. */
  missingPatches: Map<string, Record<string, unknown>[]>;
  /** The hosts that cannot look for them: no route to a repository. */
  patchFailures: Set<string>;
  tasks: StoredRecord[];
  servers: StoredRecord[];
  /** The records of the collections that have a `store` of their own, by the collection's name. */
  stores: Map<string, StoredRecord[]>;
  users: Account[];
  groups: StoredRecord[];
  /**
   * Roles carry `privilegeIds`, `userIds` and `groupIds`; privileges `roleId`; an assignment is
   * `{id, roleId, userId}` or `{id, roleId, groupId}`.
   */
  acl: {
    roles: StoredRecord[];
    privileges: StoredRecord[];
    assignments: StoredRecord[];
    /** Whether this XO's edition has no roles: those that there are stay stored. */
    missing?: boolean;
  };
  jobs: StoredRecord[];
  schedules: StoredRecord[];
  /** Jobs that run the schedules of others in turn; REST does not show them. */
  sequences: StoredRecord[];
  /** Backup logs, oldest first, each with its whole task tree. */
  backupLogs: StoredRecord[];
  restoreLogs: StoredRecord[];
  remotes: StoredRecord[];
  /** Archives by remote id, then by VM id; a remote that is unreachable has no entry. */
  archives: Map<string, Map<string, StoredRecord[]>>;
  /**
   * Repositories whose listing XO could not make lately, so that it tries none for now: it answers as
   * for an empty one, while a ping of the kept connection is good.
   */
  unlisted: Set<string>;
  /** Space on the reachable repositories, in bytes: what `getAllRemotesInfo` answers. */
  remotesInfo: Map<string, { size: number; used: number; available: number }>;
  /**
   * Statistics of a running VM or host; throws what XO throws for a halted one. Each call makes new
   * arrays, because the REST API consumes them.
   */
  stats(objectId: string, granularity: Granularity): Stats;
  /** The record behind each seeded trap, by its name: see `traps.ts`. */
  traps: Map<string, string>;
  /** What a right answer about backups is, known by construction. */
  coverage: Map<string, Coverage>;
}

/** How one VM is protected, for tests of `src/backup` to compare with. */
export interface Coverage {
  status: "protected" | "stale" | "failing" | "never-run" | "disabled" | "excluded" | "uncovered";
  /** Enabled or not, every job that names the VM or whose pattern matches it. */
  jobs: string[];
  /** Unix milliseconds at which the last good run for this VM ended. */
  lastSuccess?: number;
  /** Unix milliseconds at which that run began. */
  lastGoodRun?: number;
}

/** One who may sign in: the stored user, and the secrets the test XO accepts from it. */
export interface Account {
  /** How tests call this account: `admin`, `reader`, `nobody`, `colon`. */
  name: string;
  user: StoredRecord;
  password: string;
  token: string;
}

export interface EstateOptions {
  size: "small" | "large";
  /** Unix milliseconds. */
  now: number;
  /** Any of these overrides the size's own figure. */
  pools?: number;
  hosts?: number;
  vms?: number;
  /** Runs of the nightly backup job, one a day back from `now`. */
  backupRuns?: number;
  /** Changes to the finished estate, in this order: see `situations/`. */
  situations?: readonly SituationName[];
}
