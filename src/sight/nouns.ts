import ofCollections from "../xo/collections.json";
import { type Collection, collections } from "../xo/routes.ts";

/** What an account may see of, or only in part: each collection, and what is none but has rights of its own. */
export type Seen = Collection | "acl-roles" | "backup-archives" | "dashboard" | "last-runs";

/** What the objects of a collection are called in a sentence. */
const nouns: Record<Seen, string> = {
  ...ofCollections,
  "acl-roles": "roles",
  "backup-archives": "restore points",
  dashboard: "XO's dashboard",
  // Backup runs that were looked into one by one.
  "last-runs": "backup runs",
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
