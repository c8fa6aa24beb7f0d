import * as z from "zod";
import { say } from "../../sentence.ts";
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
export const groups = fact(["groups"], ({ xo }) => xo.records("groups", Group));

/** The roles; nothing, with a warning, where this XO has none, or does not tell who has them. */
export const roles = fact(["acl-roles"], async (context) => {
  const fields = "id,name,isTemplate,userIds,groupIds";
  const found = await part(
    context,
    say`which roles there are`,
    context.xo.get(path`/acl-roles`, z.array(Role), { fields }),
  );
  const isTold = found?.every(({ isTemplate, userIds }) => isTemplate === true || userIds);
  if (isTold === false)
    context.warn(say`This XO does not tell who has which role: XO 6.7 and newer do.`);
  return isTold === true ? found : undefined;
});
