import type { Coverage, StoredRecord } from "./estate.ts";
import type { VmRecord } from "./records.ts";
import { KEPT_MS, retiredRun } from "./forgotten.ts";
import { isExcluded, isReplica, type JobPlan, type Jobs, REMOTES } from "./jobs.ts";
import { lastNight, lastSunday } from "./nights.ts";
import { Random } from "./random.ts";
import { bareLog, metadataLog, runLog, skippedLog, wholeFailedLog } from "./run-logs.ts";
import { type Failure, copiedBytes, FAILURES, interruptedTask, vmTask } from "./run-tasks.ts";
import { DAY, HOUR, type World } from "./world.ts";

const DAY_MS = DAY * 1000;
const HOUR_MS = HOUR * 1000;

/** Older than this, a last good run is stale in the ground truth: longer than the weekly job takes. */
export const STALE_MS = 8 * DAY_MS;

/** One good copy of a VM, from which a restore point comes. */
export interface Copy {
  plan: JobPlan;
  vm: VmRecord;
  end: number;
  /** In bytes. */
  size: number;
}

/** Makes the logs of all jobs, and keeps for each VM when its last good run ended and whether it fails now. */
export class BackupRuns {
  readonly logs: StoredRecord[] = [];
  readonly copies: Copy[] = [];
  readonly #world: World;
  readonly #jobs: readonly JobPlan[];
  /** By VM: when its part in its last good run ended, and when that run began. */
  readonly #lastSuccess = new Map<string, { end: number; run: number }>();
  readonly #failing = new Set<string>();

  constructor(world: World, jobs: Jobs) {
    this.#world = world;
    this.#jobs = Object.values(jobs);
    this.#nightly(jobs.nightly);
    const sunday = lastSunday(world.now);
    for (let week = 3; week >= 0; week--) {
      this.#run(jobs.smart, sunday - week * 7 * DAY_MS);
    }
    this.logs.push(skippedLog(jobs.smart, sunday - 4 * 7 * DAY_MS));
    for (const days of [81, 51, 21]) {
      this.#run(jobs.stale, world.now - days * DAY_MS);
    }
    this.#run(jobs.disabled, world.now - 120 * DAY_MS);
    for (const day of [2, 1, 0]) {
      this.#run(jobs.replication, lastNight(world.now) - HOUR_MS / 2 - day * DAY_MS);
      const start = lastNight(world.now) - HOUR_MS - day * DAY_MS;
      this.logs.push(metadataLog(jobs.metadata, start, world.sites[0]?.pool.id));
    }
    this.logs.push(
      bareLog(jobs.mirror, world.now - 6 * HOUR_MS, world.now - 5 * HOUR_MS),
      bareLog(jobs.mirror, world.now - HOUR_MS / 3),
      retiredRun(world.now),
    );
    this.#odd(jobs);
    this.logs.sort((one, other) => Number(one.start) - Number(other.start));
    this.#nameTraps(jobs);
  }

  /** What is true of every VM but replicas, which are no VMs of their own. */
  coverage(jobs: Jobs): Map<string, Coverage> {
    const plans = Object.values(jobs);
    const truth = new Map<string, Coverage>();
    const own = this.#world.sites.flatMap(({ vms }) => vms).filter((vm) => !isReplica(vm));
    const jobsOf = new Map<string, JobPlan[]>();
    for (const plan of plans) {
      for (const { id } of plan.vms) {
        jobsOf.set(id, [...(jobsOf.get(id) ?? []), plan]);
      }
    }
    for (const vm of own) {
      const covering = jobsOf.get(vm.id) ?? [];
      const last = this.#lastSuccess.get(vm.id);
      const active = covering.filter(({ isRun }) => isRun);
      truth.set(vm.id, {
        status:
          covering.length === 0
            ? isExcluded(vm)
              ? "excluded"
              : "uncovered"
            : active.length === 0
              ? "disabled"
              : this.#failing.has(vm.id)
                ? "failing"
                : last === undefined
                  ? "never-run"
                  : this.#world.now - last.end > STALE_MS
                    ? "stale"
                    : "protected",
        jobs: covering.map(({ job }) => job.id),
        ...(last === undefined ? {} : { lastSuccess: last.end, lastGoodRun: last.run }),
      });
    }
    return truth;
  }

  /** A run a night: every sixth VM fails in the last three, one run long ago was interrupted. */
  #nightly(plan: JobPlan): void {
    const { backupRuns, now } = this.#world;
    // What another job covers too would otherwise be failing in one and protected by the other.
    const others = this.#jobs.filter((job) => job !== plan);
    const covered = new Set(others.flatMap(({ vms }) => vms.map(({ id }) => id)));
    for (let back = backupRuns - 1; back >= 0; back--) {
      const random = new Random(`nightly/${back}`);
      const interrupted = back === 5;
      this.#run(plan, lastNight(now) - back * DAY_MS, {
        interrupted,
        failure: (vmId, index) => {
          const recent = back < 3;
          const fails = recent ? index % 6 === 4 : random.chance(0.04);
          if (!fails || covered.has(vmId)) {
            return undefined;
          }
          if (recent) {
            this.#failing.add(vmId);
          }
          return FAILURES[Math.floor(index / 6) % FAILURES.length];
        },
      });
    }
  }

  #run(
    plan: JobPlan,
    start: number,
    how: {
      interrupted?: boolean;
      /** Without the list of its VMs. */
      untold?: boolean;
      failure?: (vmId: string, index: number) => Failure | undefined;
    } = {},
  ): void {
    const vms = plan.vms.filter((vm) => vm.installTime * 1000 < start);
    const key = `run/${plan.job.id}/${start}`;
    const tasks = vms.map((vm, index) => {
      const at = start + 2000 + index * 5000;
      const taskKey = `${key}/${index}`;
      if (how.interrupted === true && index >= 2) {
        return interruptedTask(vm, at, taskKey);
      }
      const targets = Object.values(REMOTES).filter((id) =>
        JSON.stringify(plan.job.remotes).includes(id),
      );
      return vmTask(vm, at, taskKey, how.failure?.(vm.id, index), targets);
    });
    for (const [index, task] of tasks.entries()) {
      const vm = vms[index];
      if (task.status === "success" && task.end !== undefined && vm !== undefined) {
        // What XO has forgotten is known to nobody.
        const kept = start >= this.#world.now - KEPT_MS;
        if (kept && start > (this.#lastSuccess.get(vm.id)?.run ?? 0)) {
          this.#lastSuccess.set(vm.id, { end: task.end, run: start });
        }
        this.copies.push({ plan, vm, end: task.end, size: copiedBytes(task) });
      }
    }
    const failed = tasks.some(({ status }) => status === "failure");
    const log = runLog(plan, start, {
      status: how.interrupted === true ? "interrupted" : failed ? "failure" : "success",
      data: { mode: plan.job.mode, reportWhen: "failure" },
      ...(how.untold === true
        ? {}
        : { infos: [{ data: { vms: vms.map(({ id }) => id) }, message: "vms" }] }),
      tasks,
      ...(how.interrupted === true
        ? {}
        : { end: Math.max(start, ...tasks.map(({ end = 0 }) => end)) + 500 }),
    });
    this.logs.push(log);
  }

  /** Runs whose logs tell less than others, and times at which there was none. */
  #odd({ sequenced, wholeFailed, untold, stuck, missed }: Jobs): void {
    const minute = HOUR_MS / 60;
    const night = lastNight(this.#world.now);
    for (let back = 5; back >= 0; back--) {
      const day = night - back * DAY_MS;
      this.#run(sequenced, day - 40 * minute);
      if (back < 3) this.logs.push(wholeFailedLog(wholeFailed, day - 20 * minute));
      else this.#run(wholeFailed, day - 20 * minute);
      this.#run(untold, day - 10 * minute, { untold: true });
    }
    for (const { id } of wholeFailed.vms) this.#failing.add(id);
    // Some seconds late, as runs are; another job may begin at that time.
    const missedSince = night + HOUR_MS + 4000 - 7 * DAY_MS;
    this.logs.push(
      bareLog(stuck, this.#world.now - 20 * DAY_MS),
      bareLog(missed, missedSince, missedSince + 2000),
    );
  }

  #nameTraps({ nightly, smart, replication, wholeFailed, untold, stuck }: Jobs): void {
    const newest = this.logs.toReversed();
    for (const [name, { job }, status] of [
      ["failed-log", nightly, "failure"],
      ["skipped-log", smart, "skipped"],
      ["interrupted-log", nightly, "interrupted"],
      ["success-log", replication, "success"],
      ["whole-failed-log", wholeFailed, "failure"],
      ["untold-log", untold, "success"],
      ["stuck-log", stuck, "pending"],
    ] as const) {
      const log = newest.find((log) => log.jobId === job.id && log.status === status);
      if (log !== undefined) {
        this.#world.trap(name, log.id);
      }
    }
  }
}
