import { describe, expect } from "bun:test";
import { type Answer, itemsOf } from "../harness.ts";
import { readReport } from "../health.ts";
import type { Estate } from "../xo/estate/estate.ts";
import { mishaps } from "../xo/estate/situations/mishaps.ts";
import { lastRunOf, vmsOf } from "../xo/estate/situations/run-steps.ts";
import { trap } from "../xo/estate/traps.ts";
import { ask } from "./ask.ts";

const nightly = (estate: Estate) => trap(estate, "id-list-job");

const failedJobs = { tool: "get_health_report", args: { checks: ["backup-run-failed"] } };

const objectOf = (answer: Answer, id: string) =>
  itemsOf(readReport(answer).finding("backup-run-failed") ?? { objects: [] }, "objects").find(
    (object) => object["id"] === id,
  );

describe("all VMs failed last night, and one was run again; another job has a second schedule", () => {
  ask(
    [
      {
        asks: "Which backups failed?",
        ...failedJobs,
        answers: (answer, estate) => {
          const last = vmsOf(
            estate.backupLogs.findLast((run) => run.id === lost(estate).id) ?? lost(estate),
          );
          const gone = last.filter((id) => !estate.objects.has(id)).length;
          expect(objectOf(answer, nightly(estate).id)).toMatchObject({
            status: "failure",
            vms_without_good_run_since: last.length - 1 - gone,
            last_run: `success of 1 of ${last.length - gone} VMs`,
          });
          // Its other schedule has been good since.
          expect(objectOf(answer, trap(estate, "smart-job").id)).toMatchObject({
            status: "failure",
            schedule: "weekly-smart-tag-schedule",
          });
        },
      },
      {
        asks: "Was the last run of the nightly job a whole one?",
        tool: "list_backup_jobs",
        args: (estate) => ({ job_id: nightly(estate).id }),
        answers: (answer) => {
          expect(itemsOf(answer)[0]?.["last_run"]).toMatchObject({
            status: "success",
            partial: expect.stringContaining("1 of "),
          });
        },
      },
      {
        asks: "Which runs were of all VMs?",
        tool: "list_backup_runs",
        args: (estate) => ({ job_id: nightly(estate).id, limit: 2 }),
        answers: (answer) => {
          const [retry, night] = itemsOf(answer);
          expect(retry).toMatchObject({
            status: "success",
            partial: expect.stringMatching(/^1 of /),
          });
          expect(night).toMatchObject({ status: "failure" });
          expect(night).not.toHaveProperty("partial");
        },
      },
      {
        asks: "How do the VMs of the weekly job stand?",
        tool: "get_backup_coverage",
        args: { status: ["failing"] },
        answers: (answer, estate) => {
          const failing = new Set(itemsOf(answer).map(({ id }) => String(id)));
          const own = vmsOf(lastRunOf(estate, trap(estate, "smart-job"))).filter(
            (id) => estate.coverage.get(id)?.jobs.length === 1,
          );
          expect(own.filter((id) => !failing.has(id))).toEqual([]);
          expect(own.length).toBeGreaterThan(0);
        },
      },
    ],
    ["one-vm-retried", "schedule-beside-a-bad-one"],
  );
});

/** The night in which all failed: the last but one run of the nightly job. */
function lost(estate: Estate) {
  const [run] = estate.backupLogs
    .filter(({ jobId, status }) => jobId === nightly(estate).id && status === "failure")
    .slice(-1);
  if (run === undefined) throw new Error("no night failed");
  return run;
}

describe("VMs failed in ways that only the step tells", () => {
  ask(
    [
      {
        asks: "Why did last night's backups fail, and what is to be done?",
        tool: "list_backup_runs",
        args: (estate) => ({ job_id: nightly(estate).id, limit: 1 }),
        answers: (answer, estate) => {
          const [run = {}] = itemsOf(answer);
          const failures = itemsOf(run, "failures");
          for (const { class: kind, says } of mishaps) {
            expect(failures).toContainEqual(
              expect.objectContaining({ class: kind, reason: expect.stringContaining(says) }),
            );
          }
          const bad = failures.map(({ count }) => Number(count)).reduce((sum, one) => sum + one, 0);
          expect(bad).toBe(
            Math.min(mishaps.length, vmsOf(lastRunOf(estate, nightly(estate))).length),
          );
          expect(answer["hints"]).toMatchObject({
            "health-check": expect.stringContaining("restore point was written"),
            "cleanup-denied": expect.stringContaining("or they are still locked"),
          });
        },
      },
      {
        asks: "What did the mirror copy?",
        tool: "list_backup_runs",
        args: { job_id: "mirror-offsite", status: "success" },
        answers: (answer) => {
          expect(itemsOf(answer)[0]).toMatchObject({
            outcomes: { success: 1, "nothing copied": 1, "not begun": 2 },
            notes: [expect.stringContaining("nothing of this job's mode")],
          });
        },
      },
      {
        asks: "What became of the run that XO's restart cut short?",
        tool: "list_backup_runs",
        args: (estate) => ({ job_id: trap(estate, "smart-job").id, since: "8d", limit: 1 }),
        answers: (answer, estate) => {
          const total = vmsOf(lastRunOf(estate, trap(estate, "smart-job"))).length;
          const [run = {}] = itemsOf(answer);
          expect(run).toMatchObject({
            status: "interrupted",
            outcomes: { success: 2, interrupted: 1, "not reached": total - 3 },
            notes: [expect.stringContaining("proxy")],
          });
          for (const failure of itemsOf(run, "failures")) {
            expect(failure).toMatchObject({
              class: "interrupted",
              reason: expect.stringContaining("its proxy may go on"),
            });
          }
        },
      },
      {
        asks: "Which backups failed?",
        ...failedJobs,
        answers: (answer, estate) => {
          expect(objectOf(answer, trap(estate, "smart-job").id)).toMatchObject({
            status: "interrupted",
            proxy: "it may go on there",
          });
        },
      },
    ],
    ["mishaps"],
  );
});
