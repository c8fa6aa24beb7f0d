import type * as z from "zod";
import { isBackupJob } from "../backup/jobs.ts";
import { type LastRuns, readLastRuns } from "../backup/last-runs.ts";
import { newestFirst, unnamed } from "../backup/runs.ts";
import { readListed } from "../backup/listed-repositories.ts";
import { readRepositorySpace } from "../backup/repository-space.ts";
import { readLinks } from "../estate/multipath.ts";
import type { Xo } from "../xo/client.ts";
import { type Filter, hasOneOf, where } from "../xo/filter.ts";
import { Alarm } from "../xo/records/alarm.ts";
import { BackupJob } from "../xo/records/backup-job.ts";
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

/** Reads a collection for the fields of a record. */
function reading<R extends z.ZodObject>(collection: Collection, record: R) {
  return (xo: Xo, filter?: Filter): Promise<z.output<R>[]> => xo.list(collection, record, filter);
}

const JobRecord = BackupJob.omit({ mode: true, pools: true, xoMetadata: true });

async function readJobs(xo: Xo): Promise<z.output<typeof JobRecord>[]> {
  return (await xo.list("backup-jobs", JobRecord)).filter(isBackupJob);
}

async function readNewest(xo: Xo): Promise<LastRuns> {
  const [jobs, runs] = await Promise.all([readJobs(xo), xo.list("backup-logs", BackupRun)]);
  return readLastRuns(xo, newestFirst(runs), { ...unnamed, now: Date.now() }, jobs);
}

/** What the rules may read: each collection once, with the fields that any rule uses. */
export const readers = {
  alarms: reading("alarms", Alarm),
  // Of repositories in doubt alone: which of them XO lists now.
  "backup-archives": (xo: Xo) => readListed(xo),
  "backup-jobs": readJobs,
  "backup-logs": reading("backup-logs", BackupRun),
  "backup-repositories": reading("backup-repositories", BackupRepository),
  // No collection: one part of it is read.
  dashboard: (xo: Xo) => readRepositorySpace(xo),
  // Of the runs that the others read: what the newest of each schedule had to do.
  "last-runs": readNewest,
  hosts: reading(
    "hosts",
    Host.pick({
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
  ),
  // Those that warn alone: an estate has thousands of others.
  messages: reading("messages", Message),
  networks: reading("networks", Network.pick({ id: true, name_label: true, $pool: true })),
  pbds: (xo: Xo, filter?: Filter) => readLinks(xo, filter),
  pifs: reading(
    "pifs",
    Pif.pick({
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
  ),
  pools: reading(
    "pools",
    Pool.pick({
      id: true,
      name_label: true,
      HA_enabled: true,
      default_SR: true,
      auto_poweron: true,
    }),
  ),
  schedules: reading("schedules", TimedSchedule),
  servers: reading("servers", Server),
  srs: reading(
    "srs",
    Sr.pick({
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
  ),
  tasks: reading("tasks", Task.pick({ id: true, status: true, start: true, properties: true })),
  vdis: reading("vdis", Vdi.omit({ image_format: true, chainPhysicalUsage: true })),
  "vdi-snapshots": reading(
    "vdi-snapshots",
    VdiSnapshot.omit({ image_format: true, snapshot_time: true }),
  ),
  vbds: reading(
    "vbds",
    Vbd.pick({ id: true, VM: true, VDI: true, is_cd_drive: true, attached: true }),
  ),
  vifs: reading("vifs", Vif.pick({ id: true, MAC: true, $VM: true, $network: true })),
  "vm-snapshots": reading(
    "vm-snapshots",
    VmSnapshot.omit({ $VBDs: true, suspendVdi: true, power_state: true }),
  ),
  vms: reading(
    "vms",
    Vm.pick({
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
  ),
};

/** What the rules look at; XO has thousands of others. */
export const filters: Partial<Record<keyof typeof readers, Filter>> = {
  messages: hasOneOf("name", warningNames),
  tasks: where`status:/^pending$/`,
  // Empty drives and media are no disks, of which there are many.
  vbds: where`VDI? !is_cd_drive?`,
  // The others are a part of a VM's snapshot.
  "vdi-snapshots": where`$VBDs:length:0`,
};
