import type { Resource } from "./acl.ts";
import { canary } from "./canary.ts";
import type { Account, Estate, StoredRecord } from "./estate.ts";
import { uuidOf } from "./random.ts";

/** Accounts of the situation "accounts-of-roles". */
export type RightsName =
  `role-${string}` | `no-${Resource}` | `half-${Resource}` | "backup-operator" | "team" | "but-web";

/** The short names of the accounts. */
export type AccountName = "admin" | "reader" | "nobody" | "colon" | RightsName;

const GROUP = uuidOf("group/auditors");

/** The accounts, by what they are for; all but `reader` and `nobody` are administrators. */
export function makeAccounts(): Account[] {
  return [
    makeAccount("admin", "admin", canary("password-admin")),
    makeAccount("reader", "none", canary("password-reader"), [GROUP]),
    makeAccount("nobody", "none", canary("password-nobody")),
    // XO splits a Basic credential at each colon, so this password never works that way.
    makeAccount("colon", "admin", `with:colon:${canary("password-colon")}`),
  ];
}

/** The groups: the reader has its role through one. */
export function makeGroups(roleIds: string[]): StoredRecord[] {
  return [
    {
      id: GROUP,
      name: "auditors",
      users: [uuidOf("user/reader")],
      aclRoleIds: roleIds,
    },
  ];
}

/** An account of an estate by its short name. */
export function accountNamed(estate: Estate, name: AccountName): Account {
  const found = estate.users.find((account) => account.name === name);
  if (found === undefined) {
    throw new Error(`the estate has no account ${name}`);
  }
  return found;
}

export function makeAccount(
  name: AccountName,
  permission: string,
  password: string,
  groups: string[] = [],
): Account {
  const email = `${name}@example.org`;
  return {
    name,
    password,
    token: canary(`token-${name}`),
    user: {
      id: uuidOf(`user/${name}`),
      email,
      name: email,
      permission,
      pw_hash: `$argon2i$v=19$m=4096,t=3,p=1$${canary(`hash-${name}`)}`,
      groups,
      preferences: {
        otp: canary(`otp-${name}`),
        sshKeys: [{ title: "work", key: `ssh-ed25519 ${canary(`ssh-${name}`)}` }],
      },
    },
  };
}
