import known from "./collections.json";

export type Collection = keyof typeof known;

export const isCollection = (name: string): name is Collection => Object.hasOwn(known, name);

/**
 * The collections of XO's REST API that this program reads as lists: each is a file in
 * `test/xo/collections`, from which the list here is written.
 */
export const collections: readonly Collection[] = Object.keys(known).filter(isCollection);

/**
 * Every route that may be asked, and no other: what is not here (exports, logs, events, users'
 * tokens, anything that a later XO adds) is refused before a request is made.
 */
export const routes: readonly string[] = [
  "/docs/search-doc.json",
  // Where a topic's page was put since: a redirect may lead there, never out of the manual.
  "/docs/{page}",
  "/docs/{page}/",
  "/docs/{part}/{page}",
  "/docs/{part}/{page}/",
  "/docs/{part}/{part}/{page}",
  "/docs/{part}/{part}/{page}/",
  "/rest/v0/acl-roles",
  "/rest/v0/dashboard",
  "/rest/v0/docs/swagger.json",
  "/rest/v0/mcp/status",
  "/rest/v0/users/{id}/acl-privileges",
  // No list like the others: it is empty unless a repository is named.
  "/rest/v0/backup-archives",
  "/rest/v0/backup-repositories/{id}/health",
  "/rest/v0/hosts/{id}/missing_patches",
  "/rest/v0/hosts/{id}/stats",
  "/rest/v0/pools/{id}/dashboard",
  "/rest/v0/pools/{id}/missing_patches",
  "/rest/v0/vms/{id}/stats",
  ...collections.flatMap((name) => [`/rest/v0/${name}`, `/rest/v0/${name}/{id}`]),
];

// One segment, and none that a URL parser takes for a step up the path.
const segment = String.raw`(?!(?:\.|%2[eE]){1,2}(?:/|$))[^/\\?#\s]+`;

const patterns = routes.map(
  (route) => new RegExp(`^${route.replaceAll(".", "\\.").replace(/\{\w+\}/g, segment)}$`),
);

// Exports are named like objects with a format behind a dot: /vms/<id>.xva
const download = /(?:\.|%2e)(?!json$)[a-z0-9]+$/i;

/** Whether a redirect may be followed: from the manual to the manual, from the API to the API. */
export function isAllowedFrom(pathname: string, next: string): boolean {
  const partOf = (path: string) => path.split("/")[1];
  return partOf(pathname) === partOf(next) && isAllowed(next);
}

/** Whether a path on XO, encoded, is one that this program reads. */
export function isAllowed(pathname: string): boolean {
  return patterns.some((pattern) => pattern.test(pathname)) && !download.test(pathname);
}
