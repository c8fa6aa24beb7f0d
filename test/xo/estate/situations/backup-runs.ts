import type { Estate, StoredRecord } from "../estate.ts";
import { REMOTES } from "../jobs.ts";
import { uuidOf } from "../random.ts";
import { trap } from "../traps.ts";
import { mishaps } from "./mishaps.ts";
import {
  addRun,
  copied,
  exportTo,
  lastRunOf,
  makeGood,
  runsOf,
  setRun,
  step,
  vmsOf,
  vmStep,
} from "./run-steps.ts";
import { situationsOf } from "./situation.ts";

const hostDown = { code: "EHOSTDOWN", message: "EHOSTDOWN: host is down, open", name: "Error" };

/** Every night good but the last one, in which all VMs failed. */
function lastNightLost(estate: Estate): StoredRecord {
  const job = trap(estate, "id-list-job");
  for (const run of runsOf(estate, job)) makeGood(estate, run);
  const last = lastRunOf(estate, job);
  const lost = vmsOf(last).map((id) =>
    vmStep(estate, id, "failure", [exportTo(REMOTES.good, "failure", [], { result: hostDown })]),
  );
  return setRun(last, "failure", lost);
}

export const runSituations = situationsOf({
  /** All VMs failed last night; one of them was run again in the morning, and was good. */
  "one-vm-retried": (estate) => {
    const last = lastNightLost(estate);
    makeGood(estate, addRun(estate, last, 0.5, vmsOf(last).slice(0, 1)));
  },
  /** Some VMs failed last night; XO's "restart failed VMs" ran these again, and all were good. */
  "failed-vms-retried": (estate) => {
    const last = lastNightLost(estate);
    const vms = vmsOf(last);
    const bad = vms.slice(0, 2);
    const tasks = vms.map((id) => vmStep(estate, id, bad.includes(id) ? "failure" : "success", []));
    setRun(last, "failure", tasks);
    makeGood(estate, addRun(estate, last, 0.5, bad));
  },
  /** The weekly job has a second schedule since: its runs are good, those of the first failed. */
  "schedule-beside-a-bad-one": (estate) => {
    const job = trap(estate, "smart-job");
    const [own] = estate.schedules.filter(({ jobId }) => jobId === job.id);
    if (own === undefined) throw new Error("the job has no schedule");
    const daily = { ...own, id: uuidOf("schedule/daily"), name: "daily-smart", cron: "0 5 * * *" };
    estate.schedules.push(daily);
    const last = lastRunOf(estate, job);
    const vms = vmsOf(last);
    for (const hours of [0.2, 0.4, 0.6]) {
      const run = addRun(estate, last, hours, vms);
      makeGood(estate, Object.assign(run, { scheduleId: daily.id }));
    }
    const lost = vms.map((id) =>
      vmStep(estate, id, "failure", [exportTo(REMOTES.full, "failure", [], { result: hostDown })]),
    );
    setRun(last, "failure", lost);
  },
  /**
   * Last night each of the first VMs of the nightly job failed in a way of its own, most of them after
   * their copy was written; a mirror had nothing to copy for most; a run on a proxy was interrupted.
   */
  mishaps: (estate) => {
    const job = trap(estate, "id-list-job");
    for (const run of runsOf(estate, job)) makeGood(estate, run);
    const last = lastRunOf(estate, job);
    const tasks = vmsOf(last).map((id, index) => {
      const own = mishaps[index];
      return own === undefined
        ? vmStep(estate, id, "success", [exportTo(REMOTES.good, "success", [copied])])
        : vmStep(estate, id, "failure", own.tasks);
    });
    setRun(last, "failure", tasks);
    mirrorSome(estate, vmsOf(last));
    interruptOnProxy(estate);
  },
  /** The worker that ran last night's backup was killed: the VMs that it had begun stay as they were. */
  "worker-killed": (estate) => {
    const last = lastNightLost(estate);
    const tasks = vmsOf(last)
      .slice(0, 3)
      .map((id) => vmStep(estate, id, "pending", [step("export", "pending")]));
    const result = { message: "worker exited with code null and signal SIGKILL", name: "Error" };
    setRun(last, "failure", tasks, { result });
  },
});

/** The newest good run of the mirror names four VMs: one copied, one had nothing new, two have no step. */
function mirrorSome(estate: Estate, vms: string[]): void {
  const last = lastRunOf(estate, trap(estate, "mirror-job"));
  const [first = "", second = ""] = vms;
  setRun(
    last,
    "success",
    [
      vmStep(estate, first, "success", [exportTo(REMOTES.s3, "success", [copied])]),
      vmStep(estate, second, "success", []),
    ],
    { infos: [{ message: "vms", data: { vms: vms.slice(0, 4) } }] },
  );
}

/** XO was stopped in the last run of the weekly job, which a proxy does: steps stay pending. */
function interruptOnProxy(estate: Estate): void {
  const job = trap(estate, "smart-job");
  const last = lastRunOf(estate, job);
  const tasks = vmsOf(last)
    .slice(0, 3)
    .map((id, index) =>
      index < 2
        ? vmStep(estate, id, "success", [exportTo(REMOTES.good, "success", [copied])])
        : vmStep(estate, id, "pending", [step("export", "pending")]),
    );
  setRun(last, "interrupted", tasks, { proxyId: uuidOf("proxy/office") });
  delete last["end"];
}
