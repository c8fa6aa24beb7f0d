import { featureUnauthorized } from "xo-common/api-errors.js";
import type { Estate } from "../estate/estate.ts";
import { find } from "./stored.ts";

/** Roles and privileges as XO stores them: what they allow is decided by the REST API itself. */
export function aclMembers({ acl, users }: Estate) {
  const privilegesOf = (roleId: unknown) =>
    acl.privileges.filter((privilege) => privilege.roleId === roleId);

  const groupsOf = (userId: string): unknown[] => {
    const groups = users.find(({ user }) => user.id === userId)?.user.groups;
    return Array.isArray(groups) ? groups : [];
  };

  return {
    getAclV2Roles: async () => acl.roles,
    getAclV2Role: async (id: string) => find(acl.roles, id, "acl-role"),
    getAclV2RolePrivileges: async (id: string) => privilegesOf(find(acl.roles, id, "acl-role").id),
    getAclV2Privileges: async () => acl.privileges,
    getAclV2Privilege: async (id: string) => find(acl.privileges, id, "acl-privilege"),
    getAclV2UserPrivileges: async (userId: string) => {
      if (acl.missing === true) {
        featureUnauthorized({ featureCode: "RBAC", currentPlan: "starter", minPlan: "essential" });
      }
      const groups = groupsOf(userId);
      const roleIds = acl.assignments
        .filter((to) => to.userId === userId || groups.includes(to.groupId))
        .map(({ roleId }) => roleId);
      return [...new Set(roleIds)].flatMap(privilegesOf);
    },
  };
}
