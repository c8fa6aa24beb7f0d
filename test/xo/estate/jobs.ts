import type { StoredRecord } from "./estate.ts";
import { uuidOf } from "./random.ts";
import type { VmRecord } from "./records.ts";
import { NIGHTLY_JOB, NIGHTLY_SCHEDULE } from "./snapshots.ts";
import type { TrapName } from "./traps.ts";
import type { World } from "./world.ts";

/** The repositories by what is wrong with them. */
export const REMOTES = {
  good: uuidOf("remote/good"),
  full: uuidOf("remote/full"),
  s3: uuidOf("remote/s3"),
  unreachable: uuidOf("remote/unreachable"),
  disabled: uuidOf("remote/disabled"),
};

/** A backup job with the VMs that it covers, known because they were chosen for it. */
export interface JobPlan {
  job: StoredRecord;
  schedule: StoredRecord;
  vms: VmRecord[];
  /** Whether it runs, by its own schedule or by a sequence. */
  isRun: boolean;
}

/** All jobs, by what tests want of them. In two of them are the replicated VM and a few of `large`. */
export type Jobs = Record<
  | "nightly"
  | "smart"
  | "stale"
  | "neverRun"
  | "disabled"
  | "replication"
  | "metadata"
  | "mirror"
  | "sequenced"
  | "wholeFailed"
  | "untold"
  | "stuck"
  | "missed",
  JobPlan
>;

/** How many production VMs of one pool the nightly job has; the rest of `large` is not covered. */
const NIGHTLY_PER_POOL = 40;

/** And so many of those that the weekly job has too. */
const TWICE_PER_POOL = 4;

export function planJobs(world: World): Jobs {
  const [site] = world.sites;
  const own = world.sites.flatMap(({ vms }) => vms).filter((vm) => !isReplica(vm));
  const tagged = (tag: string) => own.filter(({ tags }) => tags.includes(tag));
  const trapped = new Set(world.traps.values());
  const chosen = world.sites.flatMap(({ vms }) => [
    ...vms.filter(({ tags }) => tags.includes("prod")).slice(0, NIGHTLY_PER_POOL),
    ...vms
      .filter(({ id, tags }) => tags.includes("staging") && !trapped.has(id))
      .slice(0, TWICE_PER_POOL),
  ]);
  const listed = own.filter((vm) => vm.id === world.traps.get("no-bak-listed"));
  const nightly = [...new Set([...chosen, ...listed])];
  const staging = tagged("staging").filter((vm) => !isExcluded(vm));
  const tests = tagged("test").filter((vm) => vm.$pool === site?.pool.id);
  const lucky = ({ tags }: VmRecord) => !tags.includes("team=web") && !tags.includes("team=hr");
  const neverRun = tests.filter((vm) => vm.power_state === "Running" && lucky(vm));
  const stale = tests.filter((vm) => !neverRun.includes(vm));
  const disabled = tagged("dev").filter((_, index) => index % 2 === 0);
  const source = own.filter((vm) => vm.id === world.traps.get("replica-source"));
  const san = site?.storage.guests[2];

  const ids = (vms: VmRecord[]) => ({ id: { __or: vms.map(({ id }) => id) } });
  const of = (...names: TrapName[]) => names.flatMap((name) => world.trapVms.get(name) ?? []);
  const backup = (name: string, fields: Record<string, unknown>) => ({
    name,
    mode: "delta",
    compression: "",
    type: "backup",
    remotes: { id: REMOTES.good },
    ...fields,
  });
  return {
    nightly: plan(world, "id-list-job", "0 2 * * *", "Europe/Paris", nightly, {
      ...backup("nightly-prod", { vms: ids(nightly) }),
      id: NIGHTLY_JOB,
      settings: { exportRetention: 7, snapshotRetention: 1 },
    }),
    smart: plan(world, "smart-job", "0 3 * * 0", "Europe/Paris", staging, {
      ...backup("weekly-smart-tag", { mode: "full", vms: { type: "VM", tags: ["staging"] } }),
      remotes: { id: { __or: [REMOTES.good, REMOTES.full] } },
    }),
    stale: plan(world, "stale-job", "0 5 1 * *", "America/New_York", stale, {
      ...backup("monthly-test", { mode: "full", vms: ids(stale) }),
    }),
    neverRun: plan(world, "never-run-job", "15 6 * * 1-5", "Asia/Tokyo", neverRun, {
      ...backup("new-smart-test", {
        // The shape in which XO's form stores pools, tags and exclusions.
        vms: {
          type: "VM",
          power_state: "Running",
          $pool: { __or: [site?.pool.id ?? ""] },
          tags: {
            __and: [{ __or: [["test"]] }, { __not: { __or: [["team=web"], ["team=hr"]] } }],
          },
        },
      }),
    }),
    disabled: plan(world, "disabled-job", "30 4 * * *", "UTC", disabled, {
      ...backup("disabled-dev", { vms: ids(disabled) }),
    }),
    replication: plan(world, undefined, "30 0 * * *", "UTC", source, {
      ...backup("nightly-replication", {
        vms: { id: source[0]?.id ?? "" },
        remotes: { id: { __or: [] } },
        srs: { id: san?.id ?? "" },
      }),
      settings: { copyRetention: 1 },
    }),
    metadata: plan(world, "metadata-job", "0 1 * * *", undefined, [], {
      name: "metadata",
      type: "metadataBackup",
      pools: { id: site?.pool.id ?? "" },
      remotes: { id: REMOTES.good },
      xoMetadata: true,
      userId: uuidOf("user/admin"),
      settings: { retentionPoolMetadata: 3, retentionXoMetadata: 3 },
    }),
    mirror: plan(world, "mirror-job", "0 */6 * * *", "UTC", [], {
      name: "mirror-offsite",
      type: "mirrorBackup",
      mode: "delta",
      sourceRemote: REMOTES.good,
      remotes: { id: { __or: [REMOTES.s3] } },
    }),
    sequenced: plan(world, "sequenced-job", "20 0 * * *", "UTC", of("sequenced-vm"), {
      ...backup("nightly-batch", { vms: ids(of("sequenced-vm")) }),
    }),
    wholeFailed: plan(world, "whole-failed-job", "40 0 * * *", "UTC", of("whole-failed-vm"), {
      ...backup("nightly-queue", { vms: ids(of("whole-failed-vm")) }),
    }),
    untold: plan(world, undefined, "50 0 * * *", "UTC", of("untold-vm"), {
      ...backup("nightly-mail", { vms: ids(of("untold-vm")) }),
    }),
    stuck: plan(world, undefined, "0 12 * * 6", "UTC", [], {
      name: "mirror-weekly",
      type: "mirrorBackup",
      mode: "full",
      sourceRemote: REMOTES.good,
      remotes: { id: REMOTES.s3 },
    }),
    missed: plan(world, "missed-job", "0 2 * * *", "UTC", [], {
      name: "xo-config",
      type: "metadataBackup",
      remotes: { id: REMOTES.good },
      xoMetadata: true,
      settings: { retentionXoMetadata: 3 },
    }),
  };
}

/** A job that runs another's schedule each night, with the schedule that runs it (jobs/index.mjs). */
export function planSequence(world: World, { sequenced }: Jobs): Pick<JobPlan, "job" | "schedule"> {
  const id = uuidOf("job/night-sequence");
  const value = { schedules: [sequenced.schedule.id] };
  const schedule = { ...sequenced.schedule, id: uuidOf("schedule/night-sequence"), jobId: id };
  world.trap("sequence", schedule.id);
  return {
    job: {
      id,
      name: "night-sequence",
      type: "call",
      method: "schedule.runSequence",
      paramsVector: { type: "crossProduct", items: [{ type: "set", values: [value] }] },
    },
    schedule: { ...schedule, name: "night-sequence", enabled: true },
  };
}

function plan(
  world: World,
  trap: TrapName | undefined,
  cron: string,
  timezone: string | undefined,
  vms: VmRecord[],
  { settings, ...fields }: Record<string, unknown>,
): JobPlan {
  const name = String(fields.name);
  const nightly = fields.id === NIGHTLY_JOB;
  const id = nightly ? NIGHTLY_JOB : uuidOf(`job/${name}`);
  const scheduleId = nightly ? NIGHTLY_SCHEDULE : uuidOf(`schedule/${name}`);
  if (trap !== undefined) {
    world.trap(trap, id);
  }
  const enabled = trap !== "disabled-job" && trap !== "sequenced-job";
  return {
    vms,
    isRun: enabled || trap === "sequenced-job",
    job: {
      ...fields,
      id,
      settings: {
        "": { reportWhen: "failure" },
        [scheduleId]: settings ?? { exportRetention: 3 },
      },
    },
    schedule: {
      id: scheduleId,
      cron,
      enabled,
      jobId: id,
      name: `${name}-schedule`,
      ...(timezone === undefined ? {} : { timezone }),
    },
  };
}

/** Whether a VM is the copy that a replication made: no VM of its own. */
export function isReplica(vm: VmRecord): boolean {
  return "start" in vm.blockedOperations && vm.other["xo:backup:job"] !== undefined;
}

/** Whether a tag keeps a VM out of the backups in smart mode; XO takes what is listed as it is. */
export function isExcluded(vm: VmRecord): boolean {
  return vm.tags.some((tag) => tag.split("=")[0] === "xo:no-bak");
}
