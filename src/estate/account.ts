import * as z from "zod";
import { type Sentence, quoted, say } from "../sentence.ts";
import type { Xo } from "../xo/client.ts";
import { path } from "../xo/path.ts";
import { Privilege, type User } from "../xo/records/user.ts";
import { firstOf } from "./name.ts";

/** What an account may do in XO, whoever uses it. This program only reads with any of them. */
export interface Reach {
  detail: Sentence;
  canWrite: boolean;
}

/**
 * What the signed-in account itself could do.
 * @throws XoError
 */
export async function reachOf(xo: Xo, user: z.output<typeof User>): Promise<Reach> {
  if (user.permission === "admin") {
    return { detail: say`an administrator: it could change everything`, canWrite: true };
  }
  const privileges = await xo.get(path`/users/${user.id}/acl-privileges`, z.array(Privilege), {
    fields: "action,resource,effect",
  });
  const allowed = privileges.filter(({ effect }) => effect !== "deny");
  const writing = [...new Set(allowed.filter(isWriting).map(nameOf))].toSorted();
  if (writing.length > 0) {
    return {
      detail: say`limited by roles, but it could do more than read: ${firstOf(writing)}`,
      canWrite: true,
    };
  }
  return {
    detail:
      allowed.length === 0
        ? say`limited by roles: none lets it see anything`
        : say`limited by roles: it can only read, and answers hold only what it may see`,
    canWrite: false,
  };
}

function isWriting({ action }: z.output<typeof Privilege>): boolean {
  return action !== "read" && !action.startsWith("read:");
}

function nameOf({ resource, action }: z.output<typeof Privilege>): Sentence {
  return say`${quoted(resource, 40)} ${quoted(action, 40)}`;
}
