import type { Estate, StoredRecord, XoRecord } from "./estate.ts";

/**
 * Every seeded trap by name, with what makes it one. `small` and `large` have them all; an estate
 * made with overrides may be too small for some.
 */
export const traps = {
  // VMs with a name or a text that something may stumble over.
  "dup-name-1": "a VM named `dup-name`, as is dup-name-2",
  "dup-name-2": "a VM named `dup-name`, in another pool when there are several",
  "empty-name": "a VM with an empty name",
  "pipe-name": "a name with `|`, which splits a table cell and a filter",
  "quotes-name": "a name with double and single quotes and a backslash",
  "emoji-name": "a name with an emoji, an accent and HTML",
  "ansi-name": "a name with ANSI escapes that would recolour and retitle a terminal",
  "bidi-name": "a name with a right-to-left override",
  "zero-width-name": "a name with zero-width characters",
  "tag-characters-name": "a name with invisible Unicode tag characters",
  "newline-name": "a name with a line break and a tab",
  "long-name": "a name of 600 characters",
  "instruction-description": "a description that reads like an instruction to a model",
  // VMs in a state of their own.
  "halted-vm": "halted: no guest-tools fields",
  "halted-on-local-storage":
    "halted, with its disk on a host's own storage: that host is its container",
  "old-address": "halted, with the last address it had, which `new-address` has now",
  "new-address": "running with the address that `old-address` had",
  "suspended-vm": "suspended: the pool as container",
  "paused-vm": "paused: still on a host",
  "os-null": "running with guest tools, but `os_version` is null",
  "no-tools": "running without guest tools",
  "drivers-only": "running with the drivers of its kernel and no agent",
  "agent-only": "running with an agent and without drivers",
  "old-tools": "running with outdated guest tools",
  "multi-address": "several addresses in one field, separated by spaces",
  "ipv6-only": "an IPv6 address only",
  "no-snapshots": "a VM without snapshots",
  "eight-snapshots": "a VM with eight snapshots",
  "dup-mac-1": "a VM with the same MAC as dup-mac-2",
  "dup-mac-2": "a VM with the same MAC as dup-mac-1",
  replica: "a replica: start blocked, made by a backup job, the MAC of its source (no duplicate)",
  "replica-source": "the VM that `replica` is a copy of",
  "no-bak": "a VM whose tag keeps it out of the job in smart mode that would have it",
  "no-bak-listed": "a VM with the tag xo:no-bak that a job lists: XO backs it up all the same",
  "xsa468-vm": "a Windows VM open to XSA-468",
  "diskless-vm": "a VM without a disk, with an ISO in its drive",
  "missing-disk-vm": "a VM with a disk that its storage no longer has",
  "cd-vm": "a VM with an ISO in its drive",
  "busy-vm": "a VM in the middle of an operation",
  "night-cpu": "a VM whose CPU is above 90 % between 01:00 and 03:00 UTC every night",
  "gappy-stats": "a running VM whose statistics have nulls at both edges and in the middle",
  "empty-stats": "a running VM without a single point",
  "hot-add-vm": "a VM with fewer CPUs than its maximum",
  "biggest-vm": "the VM with most memory and CPUs",
  // Hosts and networks.
  "reboot-host": "a host that needs a reboot",
  "certificate-host": "a host whose certificate ends in 20 days",
  "carrierless-pif": "an attached interface without carrier",
  "spare-pif":
    "a port that XAPI has plugged, as it does with all, and nobody uses: no cable, no problem",
  "degraded-bond": "a bond (its master interface) with one of two links down",
  "degraded-bond-slave": "the link of that bond that is down",
  "network-of-some-hosts": "a network with a VM, and one host of its pool has no interface on it",
  "on-network-of-some-hosts": "that VM",
  "unused-network": "a network without interfaces and without VMs",
  "passed-gpu": "a GPU passed through to `hot-add-vm`, and set for `halted-vm`",
  "shared-gpu": "a GPU on which `biggest-vm` has a vGPU",
  // Storage.
  "full-sr": "a storage used to 93 %",
  "overcommitted-sr": "a thin storage that promised more than twice its size",
  "unplugged-pbd": "a host's link to a shared storage, unplugged",
  "iso-sr": "the ISO library",
  "maintenance-sr": "a shared storage in maintenance: no host has a link, on purpose",
  "unexplained-sr": "a storage that uses far more than its disks can explain",
  "clone-vdi-1": "a disk on a base that it shares with clone-vdi-2, clone-vdi-3 and a template",
  "clone-vdi-2": "the second of these clones",
  "clone-vdi-3": "the third",
  "left-out-vdi": "a disk marked [NOBAK] of a VM that a job backs up",
  "orphan-vdi": "a disk that no VM has",
  "orphan-vdi-snapshot": "a disk snapshot whose disk is gone",
  "missing-vdi": "a disk record without its disk",
  "unused-iso": "an ISO in no drive: not an orphan",
  "control-domain-vdi": "a disk still attached to a control domain",
  "pvs-cache-vdi": "a cache of PVS that no VM has: not an orphan",
  "suspend-vdi": "a suspended VM's memory, in no VM's drives: not an orphan",
  "empty-vdi": "a disk without a size that no VM has: not an orphan",
  "removable-vdi": "a medium in a host's own drive: not an orphan",
  "orphan-snapshot": "a VM snapshot whose VM is gone",
  "old-snapshot": "a manual snapshot of 200 days",
  "abandoned-snapshot": "a backup's snapshot whose schedule is gone: nothing keeps it",
  "template-snapshot": "a snapshot of a VM that was made a template since: not an orphan",
  "disabled-schedule-snapshot": "a backup's snapshot whose schedule is disabled: nothing keeps it",
  "custom-template": "a template with a disk of its own",
  // Events.
  "alarm-nan": "an alarm whose value is `NaN`",
  "alarm-object-gone": "an alarm on an object that is gone",
  "alarm-recent": "an alarm of the last hour on a running VM",
  "alarm-old": "an alarm of 40 days ago",
  "alarm-control-domain": "an alarm of a full disk of a host, raised on its control domain",
  "alarm-bond": "an alarm without a value",
  "alarm-bond-over": "a bond that has all of its links again: good news under an alarm's name",
  "task-pending": "a task that has been running for five hours",
  "task-failed": "a failed task with secrets in its parameters and its result",
  "disconnected-server": "a pool that XO cannot reach, so none of its objects are known",
  // Backups.
  "id-list-job": "a backup job by a list of ids",
  "smart-job": "a backup job by tags",
  "disabled-job": "a backup job whose only schedule is disabled",
  "stale-job": "a backup job whose last good run is three weeks old",
  "never-run-job": "an enabled backup job that has never run",
  "metadata-job": "a metadata backup job",
  "mirror-job": "a mirror backup job",
  sequence: "an enabled schedule whose job is no backup but a sequence of other schedules",
  "sequenced-job": "a backup job whose own schedule is off, and that a sequence runs each night",
  "sequenced-vm": "the VM that it backs up",
  "whole-failed-job": "a backup job whose last three runs failed as a whole",
  "whole-failed-log": "the last of them: its log has neither VMs nor steps",
  "whole-failed-vm": "the VM of that job",
  "untold-log": "a good run without the list of its VMs: only its steps tell them",
  "untold-vm": "the VM that these steps are of",
  "stuck-log": "a run that has been going on for twenty days",
  "missed-job": "a job whose times came seven times, and not even a failed run was begun",
  "failed-log": "a run that failed deep in its task tree",
  "skipped-log": "a run that was skipped",
  "interrupted-log": "a run that XO's restart interrupted",
  "success-log": "a run that succeeded",
  "reachable-remote": "a repository that can be read",
  "full-remote": "a repository used to 96 %",
  "unreachable-remote": "a repository that cannot be mounted",
  "disabled-remote": "a disabled repository with an empty error",
  "s3-remote": "a repository whose URL has a key and whose space is unknown",
  "restore-log": "a restore that succeeded",
  "gone-vm-archive": "a restore point of a VM that is gone",
  "immutable-archive": "a restore point that cannot be deleted",
} as const;

/** The name of a seeded trap. */
export type TrapName = keyof typeof traps;

/** Their names, in this order. */
export const trapNames: readonly TrapName[] = Object.keys(traps).filter(isTrap);

function isTrap(name: string): name is TrapName {
  return Object.hasOwn(traps, name);
}

/** The record behind a trap, from whichever store has it. */
export function trap(estate: Estate, name: TrapName): XoRecord | StoredRecord {
  const id = estate.traps.get(name);
  const record = id === undefined ? undefined : find(estate, id);
  if (record === undefined) {
    throw new Error(`this estate has no trap "${name}": it is too small`);
  }
  return record;
}

function find(estate: Estate, id: string): XoRecord | StoredRecord | undefined {
  const stores = [
    estate.tasks,
    estate.servers,
    estate.jobs,
    estate.schedules,
    estate.backupLogs,
    estate.restoreLogs,
    estate.remotes,
    [...estate.archives.values()].flatMap((byVm) => [...byVm.values()].flat()),
  ];
  return estate.objects.get(id) ?? stores.flat().find((record) => record.id === id);
}
