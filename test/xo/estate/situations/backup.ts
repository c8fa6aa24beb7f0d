import type { Estate, StoredRecord } from "../estate.ts";
import { isType, ofType } from "../records.ts";
import { trap } from "../traps.ts";
import { situationsOf } from "./situation.ts";

const nightly = (estate: Estate): StoredRecord => trap(estate, "id-list-job");

function scheduleOf(estate: Estate, job: StoredRecord): StoredRecord {
  const found = estate.schedules.find(({ jobId }) => jobId === job.id);
  if (found === undefined) throw new Error("the job has no schedule");
  return found;
}

/** The runs of a job, oldest first. */
function runsOf(estate: Estate, job: StoredRecord): StoredRecord[] {
  return estate.backupLogs.filter(({ jobId }) => jobId === job.id);
}

function isTask(value: unknown): value is { status: string } {
  return typeof value === "object" && value !== null && "status" in value;
}

function makeGood(run: StoredRecord): void {
  run["status"] = "success";
  if (!Array.isArray(run["tasks"])) return;
  for (const task of run["tasks"]) if (isTask(task)) task.status = "success";
}

/** VMs that run, with a disk, and that no trap is made of. */
function ordinary(estate: Estate) {
  const trapped = new Set(estate.traps.values());
  return ofType(estate, "VM").filter(
    (vm) => vm.power_state === "Running" && !trapped.has(vm.id) && vm.tags.includes("dev"),
  );
}

export const backupSituations = situationsOf({
  /** A sequence runs the nightly job, whose own schedule is off; every night was good. */
  "night-sequence": (estate) => {
    const job = nightly(estate);
    const own = scheduleOf(estate, job);
    own["enabled"] = false;
    estate.schedules.push({
      ...own,
      id: "11111111-bbbb-4aaa-8aaa-111111111111",
      jobId: "11111111-aaaa-4aaa-8aaa-111111111111",
      name: "night sequence",
      enabled: true,
    });
    for (const run of runsOf(estate, job)) makeGood(run);
  },
  /** The last three runs of the nightly job failed as a whole: their logs have neither VMs nor steps. */
  "nights-failed-whole": (estate) => {
    const runs = runsOf(estate, nightly(estate));
    for (const run of runs.slice(0, -3)) makeGood(run);
    for (const run of runs.slice(-3)) {
      delete run["infos"];
      delete run["tasks"];
      Object.assign(run, {
        status: "failure",
        end: Number(run["start"]) + 1,
        result: { message: "couldn't instantiate any remote", name: "Error", stack: "Error" },
      });
    }
  },
  /** The newest run of the nightly job has been going on for twenty days. */
  "run-without-end": (estate) => {
    const runs = runsOf(estate, nightly(estate));
    const last = runs.at(-1);
    if (last === undefined) throw new Error("the job has no run");
    estate.backupLogs = estate.backupLogs.filter((run) => run === last || !runs.includes(run));
    delete last["end"];
    Object.assign(last, { status: "pending", start: estate.now - 20 * 86_400_000, tasks: [] });
    estate.backupLogs.sort((a, b) => Number(a["start"]) - Number(b["start"]));
  },
  /** Nothing ran for a week at the times of the nightly job. */
  "nights-missed": (estate) => {
    const job = nightly(estate);
    const since = estate.now - 7 * 86_400_000;
    estate.backupLogs = estate.backupLogs.filter(
      ({ jobId, start }) => jobId !== job.id || Number(start) < since,
    );
  },
  /** A disk of the first VM of the nightly job is marked so that no backup has it. */
  "disk-left-out": (estate) => {
    const covered = JSON.stringify(nightly(estate)["vms"]);
    const disk = ofType(estate, "VDI").find(({ $VBDs }) =>
      $VBDs.some((link) => {
        const vbd = estate.objects.get(link);
        return isType(vbd, "VBD") && covered.includes(vbd.VM) && !vbd.is_cd_drive;
      }),
    );
    if (disk === undefined) throw new Error("no covered VM has a disk");
    disk.name_label = `[NOBAK] ${disk.name_label}`;
  },
  /** An older XO lists its other jobs beside those of backups. */
  "jobs-of-another-kind": (estate) => {
    estate.jobs.push({
      id: "22222222-aaaa-4aaa-8aaa-222222222222",
      name: "tag every VM",
      type: "call",
      method: "vm.set",
    });
  },
  /** XO is importing one VM, and checks the health of a backup in another. */
  "temporary-vms": (estate) => {
    const [importing, checked] = ordinary(estate);
    if (importing === undefined || checked === undefined) throw new Error("too few VMs");
    Object.assign(importing, {
      name_label: `[Importing…] ${importing.name_label}`,
      blockedOperations: { start: "Importing…" },
      tags: [],
    });
    Object.assign(checked, { tags: ["xo:no-bak=Health Check"] });
  },
});
