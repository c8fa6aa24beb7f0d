import * as z from "zod";
import { columnsOf } from "../column.ts";
import { listed } from "../columns/listed.ts";
import { roles } from "../facts/accounts.ts";
import { userNames } from "../facts/origins.ts";
import { defineTable, recordsOf } from "../table.ts";

const Group = z.object({
  id: z.string(),
  name: z.string().nullish(),
  users: z.array(z.string()).nullish(),
  /** Where it comes from: ldap, say. */
  provider: z.string().nullish(),
});

const { column, joined } = columnsOf<z.output<typeof Group>>();

export const userGroups = defineTable({
  name: "user_groups",
  says: "groups of accounts",
  example: "select name, user_count, roles from user_groups",
  from: ["groups"],
  read: recordsOf("groups", Group),
  columns: {
    id: column("id", ["id"], ({ id }) => id),
    name: column("text", ["name"], (group) => group.name),
    user_count: column("count", ["users"], (group) => group.users?.length),
    users: joined(userNames, "text", ["users"], (group, names) =>
      listed(group.users?.map((id) => names.get(id) ?? id)),
    ),
    roles: joined(
      roles,
      "text",
      ["id"],
      ({ id }, all) =>
        listed(all?.filter(({ groupIds }) => groupIds?.includes(id)).map(({ name }) => name)),
      { everyday: true },
    ),
    provider: column("text", ["provider"], (group) => group.provider, {
      says: "where it comes from, as ldap; NULL is XO itself",
    }),
  },
});
