import { makeAccount, type RightsName } from "../accounts.ts";
import { addRole, BUILT_IN, type Grant, RESOURCES } from "../acl.ts";
import type { Estate } from "../estate.ts";
import { uuidOf } from "../random.ts";
import { situationsOf } from "./situation.ts";

const reading = RESOURCES.map((resource): Grant => ({ resource }));

/** About half of a collection, whatever is in it: ids that end in these digits. */
export const half = String.raw`id:/[0-7](?:\.json)?$/`;

function give(estate: Estate, name: RightsName, grants: readonly Grant[]): void {
  const account = makeAccount(name, "none", `password-of-${name}`);
  const roleId = addRole(estate.acl, name, grants, { name, description: name });
  const userId = account.user.id;
  estate.acl.assignments.push({ id: uuidOf(`assignment/${name}`), roleId, userId });
  estate.users.push(account);
}

/** Accounts of roles. */
export const rightsSituations = situationsOf({
  /**
   * An account for each built-in role, and for each kind of object one that sees all but it (no-vm),
   * and one that sees about half of it (half-vm).
   */
  "accounts-of-roles": (estate) => {
    for (const [name, { grants }] of Object.entries(BUILT_IN)) give(estate, `role-${name}`, grants);
    for (const resource of RESOURCES) {
      const others = reading.filter((grant) => grant.resource !== resource);
      give(estate, `no-${resource}`, others);
      give(estate, `half-${resource}`, [...others, { resource, selector: half }]);
    }
    give(
      estate,
      "backup-operator",
      reading.filter(({ resource }) => /^(?:backup-|schedule)/.test(resource)),
    );
    give(estate, "team", [{ resource: "vm", selector: "tags:web" }, { resource: "pool" }]);
    give(estate, "but-web", [...reading, { resource: "vm", selector: "tags:web", effect: "deny" }]);
  },
  /** The plan of this XOA was downgraded: its roles are there, the feature is not. */
  "edition-without-roles": ({ acl }) => {
    acl.missing = true;
  },
});
