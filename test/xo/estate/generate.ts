import { makeAccounts, makeGroups } from "./accounts.ts";
import { makeAcl } from "./acl.ts";
import type { Estate, EstateOptions } from "./estate.ts";
import { addPool } from "./pools.ts";
import { uuidOf } from "./random.ts";
import { makeProxies, makeServers } from "./servers.ts";
import { makeStats } from "./stats.ts";
import { sizeStorage } from "./storage.ts";
import { addVms } from "./vms.ts";
import { World } from "./world.ts";

/**
 * Makes everything the test XO knows. The same options give the same estate, ids included; ids do
 * not depend on `now`, so they stay the same from run to run.
 */
export function generateEstate(options: EstateOptions): Estate {
  const world = new World(options);
  for (let index = 0; index < world.pools; index++) {
    const site = addPool(world, index);
    world.sites.push(site);
    addVms(world, site);
    sizeStorage(world, site);
  }
  const group = uuidOf("group/auditors");
  const acl = makeAcl(world.sites[0]?.pool.id ?? "", group);
  return {
    now: world.now,
    objects: world.objects,
    missingPatches: new Map(),
    tasks: [],
    servers: makeServers(world),
    proxies: makeProxies(world),
    users: makeAccounts(),
    groups: makeGroups(acl.assignments.map(({ roleId }) => String(roleId))),
    acl,
    jobs: [],
    schedules: [],
    backupLogs: [],
    restoreLogs: [],
    remotes: [],
    archives: new Map(),
    remotesInfo: new Map(),
    stats: makeStats(world),
    traps: world.traps,
    coverage: new Map(),
  };
}
