import type { Estate } from "../estate/estate.ts";
import { Accounts } from "./accounts.ts";
import { aclMembers } from "./acl.ts";
import { backupMembers } from "./backups.ts";
import { Config } from "./config.ts";
import { Objects } from "./objects.ts";
import { Refusals } from "./refuse.ts";
import { Servers } from "./servers.ts";
import { statsMembers } from "./stats.ts";
import { find } from "./stored.ts";
import { Tasks } from "./tasks.ts";

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
    ...objects.members(),
    ...servers.members(),
    ...statsMembers(estate, objects),
    checkFeatureAuthorization: async () => {},
    config: refusals.guard("config", config.members()),
    getAllProxies: async () => estate.proxies,
    getProxy: async (id: string) => find(estate.proxies, id, "proxy"),
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
