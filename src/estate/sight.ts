import * as z from "zod";
import type { Xo } from "../xo/client.ts";
import { path } from "../xo/path.ts";
import { Privilege, User } from "../xo/records/user.ts";
import type { Collection } from "../xo/routes.ts";

/** How much of XO the account sees. A collection is cut to that without a word. */
export interface Sight {
  /** Whether the account sees every object of a collection, as far as can be known. */
  whole(collection: Collection | "backup-archives" | "dashboard" | "last-runs"): boolean;
  /** Why not, a clause. */
  reason: string;
}

const byRoles = "this account is limited by roles";
const untold = "XO did not tell what this account may see";

const blind: Sight = { whole: () => false, reason: untold };

const Grant = Privilege.extend({
  /** An expression over the objects that it is limited to. */
  selector: z.unknown().optional(),
});

/** What the signed-in account may see; nothing wholly when XO does not tell. */
export async function readSight(xo: Xo): Promise<Sight> {
  try {
    return await sightOf(xo, await xo.get(path`/users/me`, User));
  } catch {
    // Where the connection itself fails, the collections say so.
    return blind;
  }
}

/** The same when it is known who that is. */
export async function sightOf(xo: Xo, user: z.output<typeof User> | undefined): Promise<Sight> {
  if (user === undefined) return blind;
  try {
    if (user.permission === "admin") return { whole: () => true, reason: "" };
    const grants = await xo.get(path`/users/${user.id}/acl-privileges`, z.array(Grant), {
      fields: "action,resource,effect,selector",
    });
    return {
      // The dashboard is told whole or not at all.
      whole: (collection) => collection === "dashboard" || seesAll(grants, resourceOf(collection)),
      reason: byRoles,
    };
  } catch {
    return blind;
  }
}

function seesAll(grants: readonly z.output<typeof Grant>[], resource: string): boolean {
  const reading = grants.filter(
    (grant) => ["*", resource].includes(grant.resource) && /^(?:\*|read(?:$|:))/.test(grant.action),
  );
  const wholly = reading.some(
    ({ action, effect, selector }) =>
      ["*", "read"].includes(action) && effect !== "deny" && (selector ?? "") === "",
  );
  return wholly && reading.every(({ effect }) => effect !== "deny");
}

/** Privileges are on "backup-repository", collections are "backup-repositories". */
function resourceOf(collection: string): string {
  if (collection === "last-runs") return "backup-log";
  return collection.replace(/ies$/, "y").replace(/s$/, "");
}
