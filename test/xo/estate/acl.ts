import type { Estate, StoredRecord } from "./estate.ts";
import { uuidOf } from "./random.ts";

/** What the built-in "Read only" role lets one read. */
const READABLE = [
  "alarm",
  "backup-archive",
  "backup-job",
  "backup-log",
  "backup-repository",
  "group",
  "host",
  "message",
  "network",
  "pbd",
  "pci",
  "pgpu",
  "pif",
  "pool",
  "proxy",
  "restore-log",
  "schedule",
  "server",
  "sm",
  "sr",
  "task",
  "user",
  "vbd",
  "vdi",
  "vdi-snapshot",
  "vif",
  "vm",
  "vm-controller",
  "vm-snapshot",
  "vm-template",
];

/** The resources that belong to a pool, and so can be limited to one. */
const POOLED = READABLE.filter(
  (resource) => !/^(backup|restore|group|proxy|schedule|server|task|user)/.test(resource),
);

const TEMPLATES: [number, string, string, [string, string][]][] = [
  [
    1,
    "Read only",
    "Access the whole infra in read-only mode",
    READABLE.map((resource) => [resource, "read"]),
  ],
  [2, "VMs read only", "Access the VMs in read-only mode", [["vm", "read"]]],
  [
    3,
    "VMs creator",
    "Allow to create VMs",
    [
      ["pool", "create:vm"],
      ["vm-template", "read"],
      ["network", "read"],
      ["sr", "read"],
    ],
  ],
  [
    4,
    "VMs power user",
    "Start and stop VMs",
    [
      ["vm", "read"],
      ["vm", "start"],
      ["vm", "shutdown"],
    ],
  ],
  [
    6,
    "Network administrator",
    "Manage networks across pools, hosts and VMs",
    [
      ["network", "*"],
      ["pif", "read"],
      ["vif", "*"],
    ],
  ],
];

/** The built-in roles, and one that reads everything of a single pool, given to a group. */
export function makeAcl(poolId: string, groupId: string): Estate["acl"] {
  const privileges: StoredRecord[] = [];
  const roles: StoredRecord[] = [];
  const role = (
    key: string,
    fields: Record<string, unknown>,
    grants: [string, string][],
    selector?: string,
  ): string => {
    const id = uuidOf(`role/${key}`);
    const privilegeIds = grants.map(([resource, action]) => {
      const privilege = {
        id: uuidOf(`privilege/${key}/${resource}/${action}`),
        action,
        effect: "allow",
        resource,
        roleId: id,
        ...(selector === undefined ? {} : { selector }),
      };
      privileges.push(privilege);
      return privilege.id;
    });
    roles.push({ id, userIds: [], groupIds: [], privilegeIds, ...fields });
    return id;
  };

  for (const [roleTemplateId, name, description, grants] of TEMPLATES) {
    role(name, { name, description, roleTemplateId, isTemplate: true }, grants);
  }
  const roleId = role(
    "one-pool",
    { name: "Read one pool", description: "Read everything of one pool", groupIds: [groupId] },
    POOLED.map((resource) => [resource, "read"]),
    `$pool:${poolId}`,
  );
  return {
    roles,
    privileges,
    assignments: [{ id: uuidOf("assignment/one-pool"), roleId, groupId }],
  };
}
