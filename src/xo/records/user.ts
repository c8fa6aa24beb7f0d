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

/** What accounts and groups are given; a role that comes with XO is given to none as it is. */
export const Role = z.object({
  id: z.string(),
  name: z.string().nullish(),
  userIds: z.array(z.string()).nullish(),
  groupIds: z.array(z.string()).nullish(),
});
