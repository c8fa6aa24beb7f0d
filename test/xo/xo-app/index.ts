import type { Estate } from "../estate/estate.ts";
import { Accounts } from "./accounts.ts";
import { aclMembers } from "./acl.ts";
import { backupMembers } from "./backups.ts";
import { Config } from "./config.ts";
import { Objects } from "./objects.ts";
import { Refusals } from "./refuse.ts";
import { Servers } from "./servers.ts";
import { statsMembers } from "./stats.ts";
import { Tasks } from "./tasks.ts";
import { restCollections } from "../rest-collections.ts";

/** XO as the REST API sees it, and the handles by which a test changes its state. */
export interface XoApp {
  /** What is handed to the REST API; some of its members are called unbound. */
  app: object;
  accounts: Accounts;
  config: Config;
  refusals: Refusals;
  servers: Servers;
}

/** Makes the XO application that serves an estate. It can be read only. */
export function makeXoApp(estate: Estate): XoApp {
  const refusals = new Refusals();
  const accounts = new Accounts(estate);
  const config = new Config();
  const servers = new Servers(estate);
  const objects = new Objects(estate, servers, refusals);

  const members = {
    ...aclMembers(estate),
    ...backupMembers(estate),
    ...storeMembers(estate),
    ...objects.members(),
    ...servers.members(),
    ...statsMembers(estate, objects),
    checkFeatureAuthorization: async () => {},
    config: refusals.guard("config", config.members()),
    getHVSupportedVersions: async () => ({ "XCP-ng": ">=8.3.0", XenServer: ">=8.4.0" }),
    tasks: refusals.guard("tasks", new Tasks(estate)),
  };
  // Not spread: a getter in it has to stay one.
  const app = Object.defineProperties(
    members,
    Object.getOwnPropertyDescriptors(accounts.members()),
  );
  return { app: refusals.guard("", app), accounts, config, refusals, servers };
}

/** How the REST API asks for what a collection's own file keeps. */
function storeMembers(estate: Estate): object {
  const members = [...restCollections].map(([name, { members: of }]) =>
    of?.(estate.stores.get(name) ?? [], estate),
  );
  return Object.assign({}, ...members);
}
