import * as z from "zod";
import { type Sentence, ours, say, together } from "../sentence.ts";
import type { Xo } from "../xo/client.ts";
import { path } from "../xo/path.ts";
import { Privilege, User } from "../xo/records/user.ts";
import { nounOf, resourceOf, type Seen } from "./nouns.ts";

export type Degree = "all" | "some" | "none";

/**
 * How much of XO the signed-in account sees. XO denies by default and cuts each collection by itself,
 * object by object and without a word: a VM may be seen without its disks (rest-api,
 * base-controller.mts, sendObjects).
 */
export interface Sight {
  /** Whether XO told what the account may see; it sees nothing wholly as long as it did not. */
  isTold: boolean;
  /**
   * How much of a collection.
   * @param poolId of one pool alone, for an account that is limited to that pool
   */
  of(collection: Seen, poolId?: string): Degree;
  whole(collection: Seen, poolId?: string): boolean;
  /** Which of these are not wholly seen, and why: clauses; nothing where all are. */
  lack(collections: readonly Seen[], poolId?: string): Sentence | undefined;
}

const Grant = Privilege.extend({
  /** An expression over the objects that it is limited to. */
  selector: z.unknown().optional(),
});
type Grant = z.output<typeof Grant>;

/** What the signed-in account may see; nothing wholly when XO does not tell. */
export async function readSight(xo: Xo): Promise<Sight> {
  try {
    const { id, permission } = await xo.get(path`/users/me`, User);
    if (permission === "admin") return sightBy(() => "all");
    const grants = await xo.get(path`/users/${id}/acl-privileges`, z.array(Grant), {
      fields: "action,resource,effect,selector",
    });
    // The dashboard is told whole or not at all.
    return sightBy((seen, poolId) =>
      seen === "dashboard" ? "all" : degreeOf(grants, resourceOf(seen), poolId),
    );
  } catch {
    // Where the connection itself fails, the collections say so.
    return sightBy(() => "some", false);
  }
}

function sightBy(of: Sight["of"], isTold = true): Sight {
  return {
    isTold,
    of,
    whole: (collection, poolId) => of(collection, poolId) === "all",
    lack: (collections, poolId) => {
      const byDegree = Map.groupBy(new Set(collections), (each) => of(each, poolId));
      const named = (degree: Degree) => {
        const found = byDegree.get(degree);
        return found && ours([...new Set(found.map(nounOf))].join(", "));
      };
      const [none, some] = [named("none"), named("some")];
      if (!isTold)
        return some && say`${some}: whether this account sees them all could not be checked`;
      const clauses = [
        none && say`${none}: this account may not see them`,
        some && say`${some}: this account may see only some`,
      ].filter((clause) => clause !== undefined);
      return clauses.length === 0 ? undefined : together(clauses, "; ");
    },
  };
}

function degreeOf(grants: readonly Grant[], resource: string, poolId: string | undefined): Degree {
  const reading = grants.filter(
    (grant) => ["*", resource].includes(grant.resource) && ["*", "read"].includes(grant.action),
  );
  const allowed = reading.filter(({ effect }) => effect !== "deny");
  if (allowed.length === 0) return "none";
  const isDenied = reading.some(({ effect }) => effect === "deny");
  return !isDenied && allowed.some(({ selector }) => isWhole(selector, poolId)) ? "all" : "some";
}

/** No selector, or the one that holds for all of the pool in question. */
function isWhole(selector: unknown, poolId: string | undefined): boolean {
  return (selector ?? "") === "" || (poolId !== undefined && selector === `$pool:${poolId}`);
}
