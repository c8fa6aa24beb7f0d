import type { Rule } from "../rule.ts";
import { backupRunFailed } from "./backup-run-failed.ts";
import { backupRunWithoutEnd } from "./backup-run-without-end.ts";
import { backupScheduleNotRun } from "./backup-schedule-not-run.ts";
import { backupTargetGone } from "./backup-target-gone.ts";
import { backupTargetLeftOut } from "./backup-target-left-out.ts";
import { bondDegraded } from "./bond-degraded.ts";
import { certificateEndsSoon } from "./certificate-ends-soon.ts";
import { controlDomainDisks } from "./control-domain-disks.ts";
import { duplicateMac } from "./duplicate-mac.ts";
import { haPriorityWithoutHa } from "./ha-priority-without-ha.ts";
import { haVmWithoutPriority } from "./ha-vm-without-priority.ts";
import { hostDisabled } from "./host-disabled.ts";
import { hostDown } from "./host-down.ts";
import { hostNeedsReboot } from "./host-needs-reboot.ts";
import { hostVersionsDiffer } from "./host-versions-differ.ts";
import { interfaceWithoutCarrier } from "./interface-without-carrier.ts";
import { memoryOvercommitted } from "./memory-overcommitted.ts";
import { licenceEnded } from "./licence-ended.ts";
import { missingDisks } from "./missing-disks.ts";
import { networkNotOnHost } from "./network-not-on-host.ts";
import { orphanDisks } from "./orphan-disks.ts";
import { poolDefaultStorageLocal } from "./pool-default-storage-local.ts";
import { poolWithoutDefaultStorage } from "./pool-without-default-storage.ts";
import { poolWithoutReserve } from "./pool-without-reserve.ts";
import { recentAlarms } from "./recent-alarms.ts";
import { repositoryNearlyFull } from "./repository-nearly-full.ts";
import { repositoryTestFailed } from "./repository-test-failed.ts";
import { repositoryUnreachable } from "./repository-unreachable.ts";
import { serverDisconnected } from "./server-disconnected.ts";
import { serverEntryDouble } from "./server-entry-double.ts";
import { snapshotsMany } from "./snapshots-many.ts";
import { snapshotsOld } from "./snapshots-old.ts";
import { storageFillingUp } from "./storage-filling-up.ts";
import { storageLinkUnplugged } from "./storage-link-unplugged.ts";
import { storageNearlyFull } from "./storage-nearly-full.ts";
import { storageOvercommitted } from "./storage-overcommitted.ts";
import { storagePathsLost } from "./storage-paths-lost.ts";
import { storageUnreached } from "./storage-unreached.ts";
import { taskRunningLong } from "./task-running-long.ts";
import { vmAutostartOff } from "./vm-autostart-off.ts";
import { vmNotBackedUp } from "./vm-not-backed-up.ts";
import { vmOnSilentHost } from "./vm-on-silent-host.ts";
import { vmPaused } from "./vm-paused.ts";
import { vmWithoutDisk } from "./vm-without-disk.ts";
import { vmWithoutGuestTools } from "./vm-without-guest-tools.ts";
import { xapiWarned } from "./xapi-warned.ts";
import { xsa468 } from "./xsa-468.ts";

/** Every rule; in a report they stand by severity, then in this order. */
export const rules: readonly Rule[] = [
  serverDisconnected,
  hostDown,
  vmOnSilentHost,
  missingDisks,
  storageUnreached,
  storageNearlyFull,
  poolWithoutReserve,
  memoryOvercommitted,
  backupRunFailed,
  repositoryUnreachable,
  hostNeedsReboot,
  hostDisabled,
  hostVersionsDiffer,
  certificateEndsSoon,
  licenceEnded,
  bondDegraded,
  interfaceWithoutCarrier,
  networkNotOnHost,
  storageLinkUnplugged,
  storagePathsLost,
  storageFillingUp,
  storageOvercommitted,
  poolWithoutDefaultStorage,
  poolDefaultStorageLocal,
  haPriorityWithoutHa,
  xsa468,
  duplicateMac,
  recentAlarms,
  xapiWarned,
  backupRunWithoutEnd,
  backupScheduleNotRun,
  backupTargetGone,
  vmNotBackedUp,
  repositoryTestFailed,
  repositoryNearlyFull,
  snapshotsOld,
  snapshotsMany,
  vmAutostartOff,
  vmPaused,
  vmWithoutGuestTools,
  haVmWithoutPriority,
  orphanDisks,
  controlDomainDisks,
  vmWithoutDisk,
  taskRunningLong,
  backupTargetLeftOut,
  serverEntryDouble,
];
