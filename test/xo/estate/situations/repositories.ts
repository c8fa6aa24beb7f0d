import type { Estate, StoredRecord } from "../estate.ts";
import { REMOTES } from "../jobs.ts";
import { trap } from "../traps.ts";
import { DAY } from "../world.ts";
import { addRun, exportTo, failed, makeGood, runsOf, setRun, vmsOf, vmStep } from "./run-steps.ts";
import { situationsOf } from "./situation.ts";

const DAY_MS = DAY * 1000;

function remote(estate: Estate, id: string): StoredRecord {
  const found = estate.remotes.find((each) => each.id === id);
  if (found === undefined) throw new Error("this estate has no such repository");
  return found;
}

export const repositorySituations = situationsOf({
  /**
   * Two jobs leave out a repository without a word: one is disabled, to the other nothing is written
   * although it is not, as to one on S3 once the licence has ended.
   */
  "targets-left-out": (estate) => {
    const job = trap(estate, "never-run-job");
    job["remotes"] = { id: { __or: [REMOTES.good, REMOTES.disabled] } };
    for (const run of runsOf(estate, trap(estate, "smart-job"))) {
      if (run["status"] === "success") makeGood(estate, run);
    }
  },
  /** A test of a repository failed weeks ago; every night since wrote to it. */
  "old-repository-error": (estate) => {
    remote(estate, REMOTES.good)["error"] = {
      code: "ENOSPC",
      message: "ENOSPC: no space left on device, write",
      name: "Error",
    };
  },
  /**
   * Runs older than XO keeps: the last one of a job that runs each quarter; and of a job with a VM
   * that has failed each night since, those in which it may have been good.
   */
  "old-runs": (estate) => {
    const seldom = trap(estate, "stale-job");
    for (const [index, run] of runsOf(estate, seldom).toReversed().entries()) {
      const start = estate.now - (58 + 91 * index) * DAY_MS;
      Object.assign(run, { id: String(start), start, end: start + 3_600_000 });
    }
    for (const schedule of estate.schedules) {
      if (schedule["jobId"] === seldom.id) schedule["cron"] = "0 5 1 */3 *";
    }
    const nights = runsOf(estate, trap(estate, "id-list-job"));
    const [night] = nights;
    if (night === undefined) throw new Error("the job has no run");
    const [bad = ""] = vmsOf(night);
    const full = { code: "ENOSPC", message: "ENOSPC: no space left on device, write" };
    for (const run of nights) {
      makeGood(estate, run);
      const tasks = Array.isArray(run["tasks"]) ? run["tasks"].slice(1) : [];
      const transfer = exportTo(REMOTES.good, "failure", [failed("transfer", full)]);
      setRun(run, "failure", [vmStep(estate, bad, "failure", [transfer]), ...tasks]);
    }
    for (let days = 30; days < 36; days++) {
      makeGood(estate, addRun(estate, night, -24 * days, vmsOf(night)));
    }
    estate.backupLogs.sort((a, b) => Number(a["start"]) - Number(b["start"]));
  },
});
