import { makeAccounts, makeGroups } from "./accounts.ts";
import { makeAcl } from "./acl.ts";
import { BackupRuns } from "./backup-runs.ts";
import type { Estate, EstateOptions } from "./estate.ts";
import { addDeviceHolders } from "./device-holders.ts";
import { addEvents } from "./events.ts";
import { forget } from "./forgotten.ts";
import { planJobs, planSequence } from "./jobs.ts";
import { addLeftovers } from "./leftovers.ts";
import { makeMissingPatches } from "./patches.ts";
import { addPool } from "./pools.ts";
import { uuidOf } from "./random.ts";
import { markReplica } from "./replica.ts";
import { makeArchives, makeRemotes, makeRemotesInfo, makeRestoreLogs } from "./repositories.ts";
import { makeServers } from "./servers.ts";
import { applySituations } from "./situations/index.ts";
import { makeStats } from "./stats.ts";
import { sizeStorage } from "./storage.ts";
import { addStorageTraps } from "./storage-traps.ts";
import { makeTasks } from "./tasks.ts";
import { addVms, planVms } from "./vms.ts";
import { World } from "./world.ts";
import { restCollections } from "../rest-collections.ts";

/**
 * Makes everything the test XO knows. The same options give the same estate, ids included; ids do
 * not depend on `now`, so they stay the same from run to run.
 */
export function generateEstate(options: EstateOptions): Estate {
  const world = new World(options);
  const plans = planVms(world);
  for (let index = 0; index < world.pools; index++) {
    const site = addPool(world, index);
    world.sites.push(site);
    addVms(world, site, plans[index] ?? []);
  }
  markReplica(world);
  addDeviceHolders(world);
  addLeftovers(world);
  addStorageTraps(world);
  for (const site of world.sites) {
    sizeStorage(world, site);
  }
  for (const { objects } of restCollections.values()) objects?.(world);
  addEvents(world);

  const acl = makeAcl(world.sites[0]?.pool.id ?? "", uuidOf("group/auditors"));
  const jobs = planJobs(world);
  const sequence = planSequence(world, jobs);
  const runs = new BackupRuns(world, jobs);
  const estate: Estate = {
    now: world.now,
    objects: world.objects,
    missingPatches: makeMissingPatches(world),
    patchFailures: new Set(),
    tasks: makeTasks(world),
    servers: makeServers(world),
    stores: makeStores(world),
    users: makeAccounts(),
    groups: makeGroups(acl.assignments.map(({ roleId }) => String(roleId))),
    acl,
    jobs: Object.values(jobs).map(({ job }) => job),
    schedules: [...Object.values(jobs), sequence].map(({ schedule }) => schedule),
    sequences: [sequence.job],
    backupLogs: runs.logs,
    restoreLogs: makeRestoreLogs(world, jobs),
    remotes: makeRemotes(world),
    archives: makeArchives(world, jobs, runs.copies),
    unlisted: new Set(),
    remotesInfo: makeRemotesInfo(),
    stats: makeStats(world),
    traps: world.traps,
    coverage: runs.coverage(jobs),
  };
  applySituations(estate, options.situations ?? []);
  forget(estate.backupLogs, estate.now);
  return estate;
}

function makeStores(world: World): Estate["stores"] {
  return new Map(
    [...restCollections].flatMap(([name, { store }]) =>
      store === undefined ? [] : [[name, store(world)]],
    ),
  );
}
