import { type Collection, collections } from "../xo/routes.ts";

/** What an account may see of, or only in part: each collection, and what is none but has rights of its own. */
export type Seen = Collection | "acl-roles" | "backup-archives" | "dashboard" | "last-runs";

/** What the objects of a collection are called in a sentence. */
const nouns: Record<Seen, string> = {
  "acl-roles": "roles",
  alarms: "alarms",
  "backup-archives": "restore points",
  "backup-jobs": "backup jobs",
  "backup-logs": "backup runs",
  "backup-repositories": "backup repositories",
  dashboard: "XO's dashboard",
  groups: "groups",
  hosts: "hosts",
  // Backup runs that were looked into one by one.
  "last-runs": "backup runs",
  messages: "messages",
  networks: "networks",
  pbds: "storage links",
  pcis: "PCI devices",
  pgpus: "GPUs",
  pifs: "host interfaces",
  pools: "pools",
  proxies: "proxies",
  "restore-logs": "restores",
  schedules: "schedules",
  servers: "connections to pools",
  sms: "storage drivers",
  srs: "storages",
  tasks: "tasks",
  users: "users",
  vbds: "drives",
  "vdi-snapshots": "disk snapshots",
  vdis: "disks",
  vifs: "VM interfaces",
  "vm-controllers": "control domains",
  "vm-snapshots": "snapshots",
  "vm-templates": "templates",
  vms: "VMs",
};

/** All that has rights of its own. */
export const visible: readonly Seen[] = [...collections, "backup-archives"];

export function nounOf(collection: Seen): string {
  return nouns[collection];
}

/** Rights are on "backup-repository", collections are "backup-repositories". */
export function resourceOf(collection: Seen): string {
  if (collection === "last-runs") return "backup-log";
  return collection.replace(/ies$/, "y").replace(/s$/, "");
}
