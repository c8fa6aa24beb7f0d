import * as z from "zod";

/** An account of XO, without what is secret in it. */
export const User = z.object({
  id: z.string(),
  email: z.string().nullish(),
  name: z.string().nullish(),
  /** "admin" may do everything; for others roles decide. */
  permission: z.string().nullish(),
});

export const Privilege = z.object({
  action: z.string(),
  resource: z.string(),
  effect: z.string().nullish(),
});

/** What accounts and groups are given. */
export const Role = z.object({
  id: z.string(),
  name: z.string().nullish(),
  /** Of one that comes with XO, which is given to nobody as it is: only copies are. */
  isTemplate: z.boolean().nullish(),
  /** Who has it; absent before XO 6.7. */
  userIds: z.array(z.string()).nullish(),
  groupIds: z.array(z.string()).nullish(),
});
