import type { Copy } from "./backup-runs.ts";
import { canary } from "./canary.ts";
import type { Estate, StoredRecord } from "./estate.ts";
import { type JobPlan, type Jobs, REMOTES } from "./jobs.ts";
import { uuidOf } from "./random.ts";
import { isType, type VmRecord } from "./records.ts";
import { compactDate } from "./snapshots.ts";
import { DAY, GIB, TIB, type World } from "./world.ts";

const MOUNT = "mount: /run/xo-server/mounts: unknown filesystem type 'nfs'.";

/** The backup repositories: their addresses hold the credentials to open them. */
export function makeRemotes(world: World): StoredRecord[] {
  world.trap("reachable-remote", REMOTES.good);
  world.trap("full-remote", REMOTES.full);
  world.trap("s3-remote", REMOTES.s3);
  world.trap("unreachable-remote", REMOTES.unreachable);
  world.trap("disabled-remote", REMOTES.disabled);
  const smb = `smb://backup:${canary("remote-smb")}@EXAMPLE\\\\192.0.2.61\\share\0`;
  return [
    {
      id: REMOTES.good,
      name: "nfs-main",
      enabled: true,
      url: "nfs://192.0.2.60:/backup",
      options: `vers=4.1,username=${canary("remote-options")}`,
    },
    { id: REMOTES.full, name: "smb-full", enabled: true, url: smb },
    {
      id: REMOTES.s3,
      name: "s3-offsite",
      enabled: true,
      url: `s3://EXAMPLEKEY:${canary("remote-s3")}@s3.example.org/bucket/backup?token=${canary("remote-query")}`,
    },
    {
      id: REMOTES.unreachable,
      name: "nfs-offline",
      enabled: true,
      url: "nfs://192.0.2.62:/gone",
      error: {
        shortMessage: "Command failed with exit code 32: mount -o  -t nfs 192.0.2.62:/gone",
        command: `mount -o password=${canary("remote-error")} -t nfs 192.0.2.62:/gone`,
        exitCode: 32,
        stdout: "",
        stderr: MOUNT,
        failed: true,
        timedOut: false,
        isCanceled: false,
        killed: false,
      },
    },
    {
      id: REMOTES.disabled,
      name: "nfs-old",
      enabled: false,
      url: "nfs://192.0.2.63:/old",
      error: "",
    },
  ];
}

/** The space that XO can see: nothing for S3, nothing for what cannot be mounted. */
export function makeRemotesInfo(): Estate["remotesInfo"] {
  const info = (size: number, used: number) => ({ size, used, available: size - used });
  return new Map([
    [REMOTES.good, info(40 * TIB, 13 * TIB)],
    [REMOTES.full, info(10 * TIB, Math.floor(9.6 * TIB))],
  ]);
}

/** What can be restored, and from where. */
export function makeArchives(world: World, jobs: Jobs, copies: Copy[]): Estate["archives"] {
  const archives: Estate["archives"] = new Map();
  const put = (remote: string, plan: JobPlan, vm: ArchivedVm, at: number, more = {}): string => {
    const byVm = archives.get(remote) ?? new Map<string, StoredRecord[]>();
    archives.set(remote, byVm);
    const list = byVm.get(vm.uuid) ?? [];
    byVm.set(vm.uuid, list);
    const id = `${remote}//xo-vm-backups/${vm.uuid}/${compactDate(at)}.json`;
    list.push({
      type: "xo-vm-backup",
      backupRepository: remote,
      disks: disksOf(world, vm, plan, at),
      id,
      jobId: plan.job.id,
      mode: plan.job.mode,
      scheduleId: plan.schedule.id,
      size: 2 * GIB,
      timestamp: at,
      vm: {
        uuid: vm.uuid,
        name_description: vm.name_description,
        name_label: vm.name_label,
        tags: vm.tags,
      },
      differencingVhds: plan.job.mode === "delta" ? 1 : 0,
      dynamicVhds: 0,
      tags: [],
      withMemory: false,
      ...more,
    });
    return id;
  };

  for (const { vm, plan, end, size } of copies) {
    const writes = [jobs.smart, jobs.stale, jobs.sequenced, jobs.wholeFailed, jobs.untold].includes(
      plan,
    );
    // The nightly job keeps seven copies; the others are rare enough to keep all.
    if (writes || (plan === jobs.nightly && world.now - end < 7 * DAY * 1000)) {
      put(REMOTES.good, plan, vm, end, { size });
    }
    if (plan === jobs.smart) {
      world.trap(
        "immutable-archive",
        put(REMOTES.full, plan, vm, end, { size, isImmutable: true }),
      );
    }
  }
  archives.set(REMOTES.s3, new Map());
  const gone = {
    uuid: uuidOf("VM/retired"),
    name_label: "retired-app",
    name_description: "",
    tags: ["prod"],
    $VBDs: [],
  };
  const retired = {
    ...jobs.nightly,
    job: { ...jobs.nightly.job, id: uuidOf("job/retired") },
  };
  world.trap("gone-vm-archive", put(REMOTES.good, retired, gone, world.now - 70 * DAY * 1000));
  return archives;
}

type ArchivedVm = Pick<VmRecord, "uuid" | "name_label" | "name_description" | "tags" | "$VBDs">;

function disksOf(world: World, vm: ArchivedVm, plan: JobPlan, at: number): unknown[] {
  if (plan.job.mode !== "delta") {
    return [];
  }
  return vm.$VBDs.flatMap((id) => {
    const vbd = world.objects.get(id);
    const vdi = isType(vbd, "VBD") ? world.objects.get(vbd.VDI ?? "") : undefined;
    const isDisk = isType(vdi, "VDI") && isType(vbd, "VBD") && !vbd.is_cd_drive;
    if (!isDisk || vdi.name_label.startsWith("[NOBAK]")) {
      return [];
    }
    const folder = `/xo-vm-backups/${vm.uuid}/vdis/${plan.job.id}/${vdi.uuid}`;
    return [{ id: `${folder}/${compactDate(at)}.alias.vhd`, name: vdi.name_label, uuid: vdi.uuid }];
  });
}

/** Two restores: one that worked, and one for which the archive was not to be read. */
export function makeRestoreLogs(world: World, jobs: Jobs): StoredRecord[] {
  const [vm] = jobs.nightly.vms;
  if (vm === undefined) {
    return [];
  }
  const [sr] = world.sites[0]?.storage.guests ?? [];
  const restore = (days: number, status: string, result: Record<string, unknown>) => {
    const start = world.now - days * DAY * 1000;
    const end = start + 300_000;
    return {
      id: String(start),
      message: "restore",
      start,
      status,
      end,
      data: {
        backupId: `${REMOTES.good}//xo-vm-backups/${vm.uuid}/${compactDate(start)}.json`,
        jobId: jobs.nightly.job.id,
        srId: sr?.id,
        time: start - DAY * 1000,
      },
      tasks: [
        { id: String(start + 58), message: "transfer", start: start + 58, status, end, result },
      ],
      result,
    };
  };
  const logs = [
    restore(12, "failure", { message: "ENOENT: no such file", code: "ENOENT", name: "Error" }),
    restore(3, "success", { size: 4 * GIB, id: uuidOf("VM/restored") }),
  ];
  world.trap("restore-log", logs[1]?.id ?? "");
  return logs;
}
