import { describe, expect } from "bun:test";
import { type Answer, itemsOf, warningsOf } from "../harness.ts";
import { readReport } from "../health.ts";
import type { Estate } from "../xo/estate/estate.ts";
import { runsOf, vmsOf } from "../xo/estate/situations/run-steps.ts";
import { trap } from "../xo/estate/traps.ts";
import { ask } from "./ask.ts";

const objects = (answer: Answer, check: string) =>
  itemsOf(readReport(answer).finding(check) ?? { objects: [] }, "objects");

const iso = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;

const stillThere = (estate: Estate, ids: readonly string[]) =>
  ids.filter((id) => estate.coverage.has(id));

describe("targets are left out, a repository has an old error, and XO has forgotten old runs", () => {
  ask(
    [
      {
        asks: "Does every backup job write everywhere it should?",
        tool: "get_health_report",
        args: { checks: ["backup-target-left-out"] },
        answers: (answer, estate) => {
          const found = objects(answer, "backup-target-left-out");
          expect(found).toContainEqual(
            expect.objectContaining({
              id: trap(estate, "never-run-job").id,
              disabled: ["nfs-old"],
              none_left: false,
            }),
          );
          // Its runs of all VMs are too large on `large` to look into the steps of each.
          const smart = trap(estate, "smart-job");
          const last = runsOf(estate, smart).findLast(({ status }) => status === "success");
          const isRead = vmsOf(last ?? smart).length <= 500;
          const own = found.filter(({ id }) => id === smart.id);
          expect(own).toHaveLength(isRead ? 1 : 0);
          if (isRead) expect(own[0]).toMatchObject({ not_written: ["smb-full"] });
        },
      },
      {
        asks: "Are the repositories all right?",
        tool: "get_health_report",
        args: { checks: ["repository-unreachable", "repository-test-failed"] },
        answers: (answer) => {
          const named = (check: string) =>
            objects(answer, check).map(({ name_label }) => name_label);
          expect(named("repository-unreachable")).toEqual(["nfs-offline"]);
          expect(named("repository-test-failed")).toEqual(["nfs-main"]);
        },
      },
      {
        asks: "Is the repository of the nightly job all right?",
        tool: "list_backup_jobs",
        args: (estate) => ({ job_id: trap(estate, "id-list-job").id }),
        answers: (answer) => {
          expect(itemsOf(itemsOf(answer)[0] ?? {}, "targets")).toEqual([
            {
              repository: "nfs-main",
              state: expect.stringContaining("does not tell when"),
              reason: expect.stringContaining("ENOSPC"),
            },
          ]);
        },
      },
      {
        asks: "Are the VMs of the quarterly job backed up?",
        tool: "get_backup_coverage",
        args: { status: ["stale", "never-run"] },
        answers: (answer, estate) => {
          const job = trap(estate, "stale-job");
          const [last] = runsOf(estate, job).slice(-1);
          const covered = stillThere(estate, vmsOf({ id: "", infos: job["vms"] })).filter(
            (id) => estate.coverage.get(id)?.jobs.length === 1,
          );
          const byId = new Map(itemsOf(answer).map((item) => [item["id"], item]));
          expect(covered.length).toBeGreaterThan(0);
          for (const id of covered) {
            expect(byId.get(id)).toMatchObject({
              status: "stale",
              reason: `ran on ${iso(Number(last?.["start"]))}, XO no longer keeps which VMs`,
            });
          }
        },
      },
      {
        asks: "Since when does this VM fail?",
        tool: "get_backup_coverage",
        args: (estate) => ({
          vm_id: vmsOf(runsOf(estate, trap(estate, "id-list-job")).at(-1) ?? { id: "" })[0],
        }),
        answers: (answer, estate) => {
          const old = runsOf(estate, trap(estate, "id-list-job")).filter(
            (run) => !("infos" in run),
          );
          const newest = old.at(-1);
          expect(itemsOf(answer)[0]).toMatchObject({ status: "failing", failure: "storage-full" });
          expect(itemsOf(answer)[0]).not.toHaveProperty("last_good_run");
          expect(JSON.stringify(itemsOf(answer)[0]?.["notes"])).toContain(
            `ran on ${iso(Number(newest?.["start"]))}, XO no longer keeps which VMs, nor whether`,
          );
        },
      },
      {
        asks: "Was the last run of the quarterly job good?",
        tool: "list_backup_jobs",
        args: (estate) => ({ job_id: trap(estate, "stale-job").id }),
        answers: (answer) => {
          expect(itemsOf(answer)[0]?.["last_run"]).toMatchObject({
            status: "success",
            note: expect.stringContaining("no longer keeps which VMs"),
          });
        },
      },
    ],
    ["targets-left-out", "old-repository-error", "old-runs"],
  );
});

describe("XO cannot list one repository, lists less than was written to another, and is not alone", () => {
  ask(
    [
      {
        asks: "What can be restored from smb-full?",
        tool: "list_backup_archives",
        args: { repository_id: "smb-full" },
        answers: (answer, estate) => {
          const good = runsOf(estate, trap(estate, "smart-job")).findLast(
            ({ status }) => status === "success",
          );
          const vms = vmsOf(good ?? { id: "" }).length;
          expect(itemsOf(answer, "repositories")).toMatchObject([
            { restore_points: 0, doubtful: expect.any(String) },
          ]);
          expect(warningsOf(answer)).toContain(
            `smb-full: runs were good for ${vms} VMs of which nothing is listed, last on ${iso(Number(good?.["start"]))}: XO also answers so when it could not list it`,
          );
        },
      },
      {
        asks: "What can be restored from nfs-main?",
        tool: "list_backup_archives",
        args: { repository_id: "nfs-main", limit: 20_000 },
        answers: (answer, estate) => {
          expect(warningsOf(answer)).toContain("but that schedule had a good run on");
          // Another site's, a deleted job's and our own are told apart.
          const states = (job: string) =>
            itemsOf(answer)
              .filter((item) => item["job"] === job)
              .map(({ vm_state, job_state }) => ({ vm_state, job_state }));
          const retired = String(trap(estate, "gone-vm-archive")["jobId"]);
          expect(states(retired)).toEqual([{ vm_state: "gone", job_state: "gone" }]);
          const [lyon] = itemsOf(answer).filter(({ vm }) => vm === "lyon-erp");
          expect(lyon).toMatchObject({
            vm_state: "not in this XO: gone, or another XO's",
            job_state: "not in this XO, probably another XO's",
          });
          expect(new Set(states("nightly-prod").map(({ job_state }) => job_state))).toEqual(
            new Set(["present"]),
          );
          expect(warningsOf(answer)).toMatch(/^1 restore points are of jobs that are not in/m);
        },
      },
      {
        asks: "Which snapshots does nothing keep?",
        tool: "list_snapshots",
        args: { kind: "unkept" },
        answers: (answer, estate) => {
          const names = itemsOf(answer).map(({ name_label }) => name_label);
          expect(names).not.toContain("[XO lyon] nightly");
          expect(names).not.toContain("[XO old] nightly");
          expect(itemsOf(answer)).toContainEqual(
            expect.objectContaining({
              id: trap(estate, "abandoned-snapshot").id,
              reason: "schedule gone",
            }),
          );
        },
      },
      {
        asks: "Whose are the snapshots of backups, and who removes them?",
        tool: "list_snapshots",
        args: { kind: "backup" },
        answers: (answer) => {
          const reasons = new Map(
            itemsOf(answer).map(({ name_label, kept_by, reason }) => [
              name_label,
              [kept_by, reason],
            ]),
          );
          expect(reasons.get("[XO lyon] nightly")).toEqual([
            "unknown",
            "its job is not in this XO, probably another XO's",
          ]);
          expect(reasons.get("[XO old] nightly")).toEqual([
            "unknown",
            "its job is not in this XO: deleted here, or another XO's",
          ]);
          expect(warningsOf(answer)).toContain("may be another XO's");
        },
      },
      {
        asks: "Who keeps this replica?",
        tool: "get_backup_coverage",
        args: (estate) => ({ vm_id: trap(estate, "replica").id }),
        answers: (answer) => {
          expect(itemsOf(answer, "replicas")).toMatchObject([
            { kept_by: "a job that is not in this XO: deleted here, or another XO's" },
          ]);
        },
      },
      {
        asks: "Are there old snapshots that nobody removes?",
        tool: "get_health_report",
        args: { checks: ["snapshots-old"] },
        answers: (answer) => {
          const names = objects(answer, "snapshots-old").map(({ name_label }) => name_label);
          expect(names).not.toContain("[XO old] nightly");
          expect(readReport(answer).finding("snapshots-old")?.["unknown"]).toContain(
            "perhaps another XO's",
          );
        },
      },
    ],
    ["listing-failed", "newest-removed", "another-xo"],
  );
});
