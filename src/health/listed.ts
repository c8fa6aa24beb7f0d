import type * as z from "zod";
import { type Filter, hasOneOf, where } from "../xo/filter.ts";
import { Alarm } from "../xo/records/alarm.ts";
import { BackupRun } from "../xo/records/backup-log.ts";
import { BackupRepository } from "../xo/records/backup-repository.ts";
import { Host } from "../xo/records/host.ts";
import { Message } from "../xo/records/message.ts";
import { Network } from "../xo/records/network.ts";
import { Pif } from "../xo/records/pif.ts";
import { Pool } from "../xo/records/pool.ts";
import { TimedSchedule } from "../xo/records/schedule.ts";
import { Server } from "../xo/records/server.ts";
import { Sr } from "../xo/records/sr.ts";
import { Task } from "../xo/records/task.ts";
import { Vbd } from "../xo/records/vbd.ts";
import { Vdi } from "../xo/records/vdi.ts";
import { VdiSnapshot } from "../xo/records/vdi-snapshot.ts";
import { Vif } from "../xo/records/vif.ts";
import { Vm } from "../xo/records/vm.ts";
import { VmSnapshot } from "../xo/records/vm-snapshot.ts";
import type { Collection } from "../xo/routes.ts";
import { warningNames } from "./xapi-warnings.ts";

/** Whose objects they are: those of a pool vanish from XO with their pool, and may be asked for one pool. */
export type Scope = "pool" | "xo";

/** A collection: the fields of a record that any rule uses, and which of its objects they look at. */
interface Listed {
  scope: Scope;
  record: z.ZodObject;
  filter?: Filter;
}

/** The collections that are read as they are. */
export const listed = {
  alarms: { scope: "pool", record: Alarm },
  "backup-logs": { scope: "xo", record: BackupRun },
  "backup-repositories": { scope: "xo", record: BackupRepository },
  hosts: {
    scope: "pool",
    record: Host.pick({
      id: true,
      name_label: true,
      productBrand: true,
      version: true,
      power_state: true,
      enabled: true,
      controlDomain: true,
      $pool: true,
      cpus: true,
      memory: true,
      startTime: true,
      rebootRequired: true,
      otherConfig: true,
      certificates: true,
      license_expiry: true,
    }),
  },
  messages: {
    scope: "pool",
    record: Message,
    // Those that warn alone: an estate has thousands of others.
    filter: hasOneOf("name", warningNames),
  },
  networks: { scope: "pool", record: Network.pick({ id: true, name_label: true, $pool: true }) },
  pifs: {
    scope: "pool",
    record: Pif.pick({
      id: true,
      device: true,
      attached: true,
      carrier: true,
      vlan: true,
      management: true,
      ip: true,
      mode: true,
      ipv6Mode: true,
      physical: true,
      isBondMaster: true,
      bondMaster: true,
      bondSlaves: true,
      $host: true,
      $network: true,
      $pool: true,
    }),
  },
  pools: {
    scope: "pool",
    record: Pool.pick({
      id: true,
      name_label: true,
      HA_enabled: true,
      default_SR: true,
      auto_poweron: true,
    }),
  },
  schedules: { scope: "xo", record: TimedSchedule },
  servers: { scope: "xo", record: Server },
  srs: {
    scope: "pool",
    record: Sr.pick({
      id: true,
      name_label: true,
      SR_type: true,
      content_type: true,
      shared: true,
      size: true,
      physical_usage: true,
      usage: true,
      allocationStrategy: true,
      inMaintenanceMode: true,
      $PBDs: true,
      $pool: true,
    }),
  },
  tasks: {
    scope: "xo",
    record: Task.pick({ id: true, status: true, start: true, properties: true }),
    filter: where`status:/^pending$/`,
  },
  vbds: {
    scope: "pool",
    record: Vbd.pick({ id: true, VM: true, VDI: true, is_cd_drive: true, attached: true }),
    // Empty drives and media are no disks, of which there are many.
    filter: where`VDI? !is_cd_drive?`,
  },
  "vdi-snapshots": {
    scope: "pool",
    record: VdiSnapshot.omit({ image_format: true, snapshot_time: true }),
    // The others are a part of a VM's snapshot.
    filter: where`$VBDs:length:0`,
  },
  vdis: { scope: "pool", record: Vdi.omit({ image_format: true, chainPhysicalUsage: true }) },
  vifs: { scope: "pool", record: Vif.pick({ id: true, MAC: true, $VM: true, $network: true }) },
  "vm-snapshots": {
    scope: "pool",
    record: VmSnapshot.omit({ $VBDs: true, suspendVdi: true, power_state: true }),
  },
  vms: {
    scope: "pool",
    record: Vm.pick({
      id: true,
      name_label: true,
      power_state: true,
      CPUs: true,
      memory: true,
      $pool: true,
      $container: true,
      $VBDs: true,
      managementAgentDetected: true,
      pvDriversDetected: true,
      pvDriversVersion: true,
      viridian: true,
      os_version: true,
      vulnerabilities: true,
      tags: true,
      high_availability: true,
      auto_poweron: true,
      blockedOperations: true,
      current_operations: true,
      other: true,
    }),
  },
} as const satisfies { [C in Collection]?: Listed };
