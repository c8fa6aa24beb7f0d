import known from "../xo/collections.json";
import { type Collection, collections, isCollection } from "../xo/routes.ts";

/** What is no collection but has rights of its own. */
type Other = "acl-roles" | "backup-archives" | "dashboard" | "last-runs";

/** What an account may see all of, a part or nothing. */
export type Seen = Collection | Other;

const others: Record<Other, string> = {
  "acl-roles": "roles",
  "backup-archives": "restore points",
  dashboard: "XO's dashboard",
  // Backup runs that were looked into one by one.
  "last-runs": "backup runs",
};

/** All that has rights of its own. */
export const visible: readonly Seen[] = [...collections, "backup-archives"];

/** What its objects are called in a sentence. */
export function nounOf(seen: Seen): string {
  return isCollection(seen) ? known[seen].noun : others[seen];
}

/** Rights are on "backup-repository", collections are "backup-repositories". */
export function resourceOf(collection: Seen): string {
  if (collection === "last-runs") return "backup-log";
  return collection.replace(/ies$/, "y").replace(/s$/, "");
}
