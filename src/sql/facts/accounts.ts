import * as z from "zod";
import { part } from "../../estate/part.ts";
import { path } from "../../xo/path.ts";
import { Role } from "../../xo/records/user.ts";
import { fact } from "../fact.ts";

const Group = z.object({
  id: z.string(),
  name: z.string().nullish(),
  users: z.array(z.string()).nullish(),
});

/** The groups of accounts. */
export const groups = fact(["groups"], ({ xo }) => xo.list("groups", Group));

/** The roles; nothing, with a warning, where this edition of XO has none, or does not tell them. */
export const roles = fact(["acl-roles"], (context) =>
  part(
    context,
    "which roles there are",
    context.xo.get(path`/acl-roles`, z.array(Role), { fields: "id,name,userIds,groupIds" }),
  ),
);
