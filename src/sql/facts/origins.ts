import * as z from "zod";
import { User } from "../../xo/records/user.ts";
import { Vm } from "../../xo/records/vm.ts";
import { fact } from "../fact.ts";

const Template = Vm.pick({ id: true, name_label: true, $pool: true }).extend({
  uuid: z.string().nullish(),
});

/** Accounts by id. */
export const userNames = fact(["users"], async ({ xo }) => {
  const users = await xo.records("users", User.pick({ id: true, email: true, name: true }));
  return new Map(users.map(({ id, name, email }) => [id, name || email]));
});

/**
 * What finds a template by what XO noted of it: its UUID, which those that come with every pool have
 * in common, so that their id has the pool's before it (xapi-object-to-xo.mjs).
 */
export const templateOf = fact(["vm-templates"], async ({ xo }) => {
  const templates = await xo.records("vm-templates", Template);
  const byId = new Map(templates.map((template) => [template.id, template]));
  return (noted: string | null | undefined, poolId: string | null | undefined) =>
    byId.get(noted ?? "") ?? byId.get(`${poolId}-${noted}`);
});
