/**
 * XO's releases by the REST API they came with: XO tells only the API's version. Read from the
 * published packages; the minor number alone tells them apart.
 */
const releases: readonly [apiMinor: number, xo: string][] = [
  [22, "6.0"],
  [24, "6.1"],
  [27, "6.2"],
  [28, "6.3"],
  [30, "6.4"],
  [33, "6.5"],
  [35, "6.6"],
  [37, "6.7"],
];

/** Routes that came late, by the release they came with: from XO's change log and its own manual. */
const newRoutes: readonly [route: RegExp, xo: string][] = [
  [/^\/pools\/[^/]+\/dashboard$/, "5.109"],
  [/^\/users\/[^/]+\/acl-privileges$/, "6.4"],
  [/^\/docs\/(?!swagger)/, "6.7"],
];

/** The first XO release that has a route such as /pools/{id}/dashboard, for those that came late. */
export function routeSince(route: string): string | undefined {
  return newRoutes.find(([pattern]) => pattern.test(route))?.[1];
}

/** A release that is known to have every route of this program; when each came is not published. */
export const provenRelease = "6.7";

/** The XO release of a REST API version such as "0.37.0": "6.7", "before 6.0", "6.7 or newer". */
export function xoVersion(apiVersion: string): string {
  const [major = 0, minor = 0] = apiVersion.split(".").map(Number);
  const last = releases.at(-1);
  if (last === undefined || major > 0 || minor > last[0]) return `${last?.[1]} or newer`;
  return releases.findLast(([from]) => from <= minor)?.[1] ?? "before 6.0";
}

/** Whether a version such as "0.39.0" is newer than another. */
export function isNewer(version: string, other: string): boolean {
  return version.localeCompare(other, "en", { numeric: true }) > 0;
}
