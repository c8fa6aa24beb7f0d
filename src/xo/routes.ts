/** The collections of XO's REST API that this program reads as lists. */
export const collections = [
  "alarms",
  "backup-jobs",
  "backup-logs",
  "backup-repositories",
  "groups",
  "hosts",
  "messages",
  "networks",
  "pbds",
  "pcis",
  "pgpus",
  "pifs",
  "pools",
  "proxies",
  "restore-logs",
  "schedules",
  "servers",
  "sms",
  "srs",
  "tasks",
  "users",
  "vbds",
  "vdi-snapshots",
  "vdis",
  "vifs",
  "vm-controllers",
  "vm-snapshots",
  "vm-templates",
  "vms",
] as const;

export type Collection = (typeof collections)[number];

const segment = "[^/]+";

/**
 * Every route that may be asked, and no other: what is not here (exports, logs, events, users'
 * tokens, anything that a later XO adds) is refused before a request is made.
 */
const routes = [
  "/docs/search-doc.json",
  `/docs/${segment}`,
  "/rest/v0/docs/swagger.json",
  "/rest/v0/ping",
  "/rest/v0/mcp/status",
  `/rest/v0/users/${segment}`,
  `/rest/v0/users/${segment}/acl-privileges`,
  `/rest/v0/hosts/${segment}/missing_patches`,
  `/rest/v0/pools/${segment}/dashboard`,
  `/rest/v0/pools/${segment}/missing_patches`,
  ...collections.flatMap((name) => [`/rest/v0/${name}`, `/rest/v0/${name}/${segment}`]),
].map((route) => new RegExp(`^${route}$`));

// Exports are named like objects with a format behind a dot: /vms/<id>.xva
const download = /\.(?!json$)[a-z0-9]+$/i;

/** Whether a path on XO, encoded, is one that this program reads. */
export function isAllowed(pathname: string): boolean {
  return routes.some((route) => route.test(pathname)) && !download.test(pathname);
}
