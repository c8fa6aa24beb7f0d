import { describe, expect } from "bun:test";
import { type Answer, itemsOf } from "../harness.ts";
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
