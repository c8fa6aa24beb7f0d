import type { Estate, StoredRecord } from "./estate.ts";
import { uuidOf } from "./random.ts";

/** What of the hypervisors has rights of its own, and so can be limited to a pool. */
const OF_POOLS = [
  "gpuGroup",
  "host",
  "message",
  "network",
  "pbd",
  "pci",
  "pgpu",
  "pif",
  "pool",
  "sm",
  "sr",
  "vbd",
  "vdi",
  "vdi-snapshot",
  "vdi-unmanaged",
  "vgpu",
  "vgpuType",
  "vif",
  "vm",
  "vm-controller",
  "vm-snapshot",
  "vm-template",
  "vtpm",
  // XO's own view of messages, each of an object in a pool.
  "alarm",
] as const;

const OF_XO = [
  "acl-privilege",
  "acl-role",
  "backup-archive",
  "backup-job",
  "backup-log",
  "backup-repository",
  "group",
  "proxy",
  "restore-log",
  "schedule",
  "server",
  "task",
  "user",
] as const;

export const RESOURCES = [...OF_POOLS, ...OF_XO];
export type Resource = (typeof RESOURCES)[number];

/** A right: to do something with all objects of a kind, or with those that a selector fits. */
export interface Grant {
  resource: Resource;
  action?: string;
  selector?: string;
  effect?: "allow" | "deny";
}

const reading = (...resources: Resource[]): Grant[] => resources.map((resource) => ({ resource }));
const all = (...resources: Resource[]): Grant[] =>
  resources.map((resource) => ({ resource, action: "*" }));
const doing = (resource: Resource, ...actions: string[]): Grant[] =>
  actions.map((action) => ({ resource, action }));

interface BuiltIn {
  /** XO's number for it. */
  template: number;
  name: string;
  grants: Grant[];
}

/** The roles that XO brings along, each with what it allows (xo-server, acls-v2/template-roles.mjs). */
export const BUILT_IN = {
  "read-only": { template: 1, name: "Read only", grants: reading(...RESOURCES) },
  "power-manager": {
    template: 2,
    name: "VMs power state manager",
    grants: doing(
      "vm",
      ...["start", "shutdown", "reboot", "pause", "suspend", "resume", "unpause"],
    ),
  },
  "vms-creator": {
    template: 3,
    name: "VMs creator",
    grants: [
      ...doing("pool", "create:vm"),
      ...doing("vm-template", "instantiate"),
      ...doing("vdi", "create", "boot"),
      ...doing("vif", "create"),
      ...doing("host", "allow-vm"),
    ],
  },
  "vms-reader": { template: 4, name: "VMs read only", grants: reading("vm") },
  "vms-administrator": {
    template: 5,
    name: "VMs administrator",
    grants: [...all("vm"), ...reading("vm-snapshot")],
  },
  "network-administrator": {
    template: 6,
    name: "Network administrator",
    grants: [
      ...all("network", "vif"),
      ...reading("pool", "pif", "host", "vm"),
      ...doing("pool", "create:network"),
      ...doing("pif", "update"),
    ],
  },
  administrator: { template: 7, name: "Administrator", grants: all(...RESOURCES) },
  "storage-administrator": {
    template: 8,
    name: "Storage administrator",
    grants: [
      ...all("sr", "vdi", "vbd", "pbd", "backup-repository"),
      ...reading("vdi-unmanaged", "sm"),
    ],
  },
} as const satisfies Record<string, BuiltIn>;

type Acl = Estate["acl"];

/** Adds a role; who has it is said by assignments. */
export function addRole(
  { roles, privileges }: Acl,
  key: string,
  grants: readonly Grant[],
  fields: Record<string, unknown>,
): string {
  const id = uuidOf(`role/${key}`);
  const own = grants.map(({ resource, action = "read", effect = "allow", selector }, at) => ({
    id: uuidOf(`privilege/${key}/${resource}/${action}/${at}`),
    action,
    effect,
    resource,
    roleId: id,
    ...(selector === undefined ? {} : { selector }),
  }));
  privileges.push(...own);
  roles.push({
    id,
    userIds: [],
    groupIds: [],
    privilegeIds: own.map((privilege) => privilege.id),
    ...fields,
  });
  return id;
}

/** The built-in roles, and one that reads everything of a single pool, given to a group. */
export function makeAcl(poolId: string, groupId: string): Acl {
  const acl: Acl = { roles: [], privileges: [], assignments: [] };
  for (const { template, name, grants } of Object.values(BUILT_IN)) {
    addRole(acl, name, grants, {
      name,
      description: name,
      roleTemplateId: template,
      isTemplate: true,
    });
  }
  const onePool = reading(...OF_POOLS).map((grant) => ({ ...grant, selector: `$pool:${poolId}` }));
  const roleId = addRole(acl, "one-pool", onePool, {
    name: "Read one pool",
    description: "Read everything of one pool",
    groupIds: [groupId],
  });
  const assignment: StoredRecord = { id: uuidOf("assignment/one-pool"), roleId, groupId };
  acl.assignments.push(assignment);
  return acl;
}
