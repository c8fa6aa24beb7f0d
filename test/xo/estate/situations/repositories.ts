import type { Estate, StoredRecord } from "../estate.ts";
import { REMOTES } from "../jobs.ts";
import { uuidOf } from "../random.ts";
import { byId, ofType } from "../records.ts";
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
  /** XO could not list a repository in time, and tries no more for now; its ping is good. */
  "listing-failed": (estate) => {
    estate.unlisted.add(REMOTES.full);
  },
  /** Somebody removed the newest restore points of the weekly job from one of its repositories. */
  "newest-removed": (estate) => {
    const job = trap(estate, "smart-job");
    const isKept = ({ jobId, timestamp }: StoredRecord) =>
      jobId !== job.id || Number(timestamp) < estate.now - 8 * DAY_MS;
    const byVm = estate.archives.get(REMOTES.good) ?? new Map<string, StoredRecord[]>();
    for (const [vm, all] of byVm) byVm.set(vm, all.filter(isKept));
  },
  /**
   * The XO of another site writes to the same repository, and backs up a VM and keeps a replica here;
   * a snapshot is older than all that this XO knows of its jobs.
   */
  "another-xo": (estate) => {
    estate.servers = estate.servers.filter(({ status }) => status === "connected");
    const byVm = estate.archives.get(REMOTES.good);
    const [like] = [...(byVm?.values() ?? [])].flat();
    if (like === undefined) throw new Error("no archive to take as a model");
    byVm?.set(otherXo.vm, [
      {
        ...like,
        id: `${REMOTES.good}//xo-vm-backups/${otherXo.vm}/20260101T010000Z.json`,
        jobId: otherXo.job,
        scheduleId: otherXo.schedule,
        timestamp: estate.now - 5 * 3_600_000,
        vm: { uuid: otherXo.vm, name_label: "lyon-erp", name_description: "", tags: [] },
      },
    ]);
    const marks = { "xo:backup:job": otherXo.job, "xo:backup:schedule": otherXo.schedule };
    const [fresh, old] = ofType(estate, "VM-snapshot").filter(
      ({ other }) => other["xo:backup:job"] === trap(estate, "id-list-job").id,
    );
    if (fresh === undefined || old === undefined) throw new Error("too few snapshots");
    const seconds = Math.floor(estate.now / 1000);
    fresh.other = { ...fresh.other, ...marks };
    fresh.name_label = "[XO lyon] nightly";
    fresh.snapshot_time = seconds - 5 * 3600;
    old.other = { ...old.other, ...marks, "xo:backup:job": otherXo.lost };
    old.name_label = "[XO old] nightly";
    old.snapshot_time = seconds - 400 * DAY;
    const replica = byId(estate, "VM", trap(estate, "replica").id);
    replica.other = { ...replica.other, ...marks };
  },
});

/** Ids that no job, schedule or VM of an estate has. */
const otherXo = {
  vm: uuidOf("another-xo/vm"),
  job: uuidOf("another-xo/job"),
  schedule: uuidOf("another-xo/schedule"),
  lost: uuidOf("another-xo/lost"),
};
