import type * as z from "zod";
import { User } from "../../xo/records/user.ts";
import { columnsOf } from "../column.ts";
import { listed } from "../columns/listed.ts";
import { both } from "../fact.ts";
import { groups, roles } from "../facts/accounts.ts";
import { defineTable, recordsOf } from "../table.ts";

const { column, joined } = columnsOf<z.output<typeof User>>();

export const users = defineTable({
  name: "users",
  says: "accounts of XO",
  example: "select name, roles from users where permission <> 'admin'",
  from: ["users"],
  read: recordsOf("users", User),
  columns: {
    id: column("id", ["id"], ({ id }) => id),
    name: column("text", ["name", "email"], ({ name, email }) => name || email),
    permission: column("text", ["permission"], (user) => user.permission, {
      says: "admin may do everything, others what their roles allow",
      values: ["admin", "none"],
      everyday: true,
    }),
    groups: joined(groups, "text", ["id"], ({ id }, all) =>
      listed(all.filter((group) => group.users?.includes(id)).map(({ name }) => name)),
    ),
    roles: joined(
      both(roles, groups),
      "text",
      ["id"],
      ({ id }, [all, given]) => {
        const own = given.filter((group) => group.users?.includes(id)).map((group) => group.id);
        const has = all?.filter(
          ({ userIds, groupIds }) =>
            userIds?.includes(id) === true || own.some((group) => groupIds?.includes(group)),
        );
        return listed(has?.map(({ name }) => name));
      },
      { says: "its own and those of its groups; an admin needs none", everyday: true },
    ),
  },
});
