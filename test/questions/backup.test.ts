import { describe, expect } from "bun:test";
import * as z from "zod";
import { type Answer, itemsOf, warningsOf } from "../harness.ts";
import type { Estate } from "../xo/estate/estate.ts";
import { ofType } from "../xo/estate/records.ts";
import { trap } from "../xo/estate/traps.ts";
import { ask } from "./ask.ts";

const toSecond = (milliseconds: number) =>
  new Date(milliseconds).toISOString().replace(/\.\d+Z/, "Z");

const findings = (answer: Answer) =>
  new Map(itemsOf(answer, "findings").map((finding) => [String(finding["check"]), finding]));

const idsIn = (finding: Answer | undefined): string[] =>
  finding === undefined ? [] : itemsOf(finding, "objects").map(({ id }) => String(id));

const counts = (answer: Answer) => z.record(z.string(), z.number()).parse(answer["counts"]);

describe("XO has jobs of another kind", () => {
  ask(
    [
      {
        asks: "Which backup jobs are there?",
        tool: "list_backup_jobs",
        answers: (answer, estate) => {
          const jobs = estate.jobs.filter(({ type }) => type !== "call");
          expect(answer).toMatchObject({ total: jobs.length });
          expect(JSON.stringify(answer)).not.toContain("tag every VM");
        },
      },
    ],
    ["jobs-of-another-kind"],
  );
});

describe("XO is importing a VM and checks another", () => {
  const temporary = (estate: Estate) =>
    ofType(estate, "VM").filter(
      ({ name_label, tags }) =>
        name_label.startsWith("[Importing…]") || tags.includes("xo:no-bak=Health Check"),
    );
  ask(
    [
      {
        asks: "How many VMs are backed up, and how many not?",
        tool: "get_backup_coverage",
        args: { limit: 1 },
        answers: (answer, estate) => {
          expect(temporary(estate)).toHaveLength(2);
          const told = Object.values(counts(answer)).reduce((sum, count) => sum + count, 0);
          expect(told).toBe(estate.coverage.size - 2);
          expect(warningsOf(answer)).toContain("importing or checking are not counted: 2");
        },
      },
      {
        asks: "Which VMs lack backups or guest tools?",
        tool: "get_health_report",
        args: { checks: ["vm-not-backed-up", "vm-without-guest-tools"] },
        answers: (answer, estate) => {
          const found = [...findings(answer).values()].flatMap(idsIn);
          for (const { id } of temporary(estate)) expect(found).not.toContain(id);
        },
      },
    ],
    ["temporary-vms"],
  );
});

ask([
  {
    asks: "Does any job leave out a repository, or does one have an old error?",
    tool: "get_health_report",
    args: { checks: ["backup-target-left-out", "repository-test-failed"] },
    answers: (answer) => {
      expect(answer["fine"]).toEqual(["repository-test-failed", "backup-target-left-out"]);
    },
  },
  {
    asks: "Which VMs does nobody back up?",
    tool: "get_health_report",
    args: { checks: ["vm-not-backed-up"] },
    answers: (answer, estate) => {
      const open = idsIn(findings(answer).get("vm-not-backed-up"));
      // A sequence runs the job of one, the other's runs do not list their VMs.
      expect(open).not.toContain(trap(estate, "sequenced-vm").id);
      expect(open).not.toContain(trap(estate, "untold-vm").id);
    },
  },
  {
    asks: "Is the job run at all whose own schedule is off?",
    tool: "list_backup_jobs",
    args: (estate) => ({ job_id: trap(estate, "sequenced-job").id }),
    answers: (answer) => {
      const [job] = itemsOf(answer);
      expect(job).toMatchObject({ last_run: { status: "success" } });
      expect(job).not.toHaveProperty("enabled");
      expect(job?.["run_by"]).toContain("perhaps a sequence");
    },
  },
  {
    asks: "Is a VM of that job protected?",
    tool: "get_backup_coverage",
    args: (estate) => ({ vm_id: trap(estate, "sequenced-vm").id }),
    answers: (answer) => {
      const [vm] = itemsOf(answer);
      expect(vm).toMatchObject({ status: "protected" });
      expect(JSON.stringify(vm?.["notes"])).toContain("sequence");
    },
  },
  {
    asks: "Has this VM a good backup, though its last three nights failed before they began?",
    tool: "get_backup_coverage",
    args: (estate) => ({ vm_id: trap(estate, "whole-failed-vm").id }),
    answers: (answer) => {
      expect(itemsOf(answer)).toMatchObject([
        {
          status: "failing",
          jobs: ["nightly-queue"],
          reason: expect.stringContaining("instantiate any remote"),
          last_good_run: expect.any(String),
        },
      ]);
    },
  },
  {
    asks: "What went wrong again and again in this job?",
    tool: "list_backup_runs",
    args: (estate) => ({ job_id: trap(estate, "whole-failed-job").id, since: "30d" }),
    answers: (answer, estate) => {
      const { id } = trap(estate, "whole-failed-job");
      const starts = estate.backupLogs.flatMap(({ jobId, status, start }) =>
        jobId === id && status === "failure" ? [toSecond(Number(start))] : [],
      );
      expect(itemsOf(answer, "repeated")).toEqual([
        {
          job: "nightly-queue",
          class: expect.any(String),
          reason: "couldn't instantiate any remote",
          runs: 3,
          first: starts[0],
          last: starts[2],
        },
      ]);
    },
  },
  {
    asks: "Which jobs failed last?",
    tool: "get_health_report",
    args: { checks: ["backup-run-failed"] },
    answers: (answer, estate) => {
      const failed = (["id-list-job", "whole-failed-job"] as const).map(
        (name) => trap(estate, name).id,
      );
      expect(idsIn(findings(answer).get("backup-run-failed")).toSorted()).toEqual(
        failed.toSorted(),
      );
    },
  },
  {
    asks: "Is this VM backed up, whose runs do not list their VMs?",
    tool: "get_backup_coverage",
    args: (estate) => ({ vm_id: trap(estate, "untold-vm").id }),
    answers: (answer, estate) => {
      const { start } = trap(estate, "untold-log");
      expect(itemsOf(answer)).toMatchObject([
        { status: "protected", last_good_run: toSecond(Number(start)) },
      ]);
    },
  },
  {
    asks: "Does a backup hang?",
    tool: "get_health_report",
    args: { checks: ["backup-run-without-end"] },
    answers: (answer, estate) => {
      const { jobId } = trap(estate, "stuck-log");
      const finding = findings(answer).get("backup-run-without-end");
      expect(idsIn(finding)).toEqual([String(jobId)]);
      expect(itemsOf(finding ?? {}, "objects")).toMatchObject([{ hours: 480 }]);
    },
  },
  {
    asks: "When does the job run next whose run hangs?",
    tool: "list_backup_jobs",
    args: (estate) => ({ job_id: trap(estate, "stuck-log")["jobId"] }),
    answers: (answer) => {
      expect(itemsOf(answer)[0]?.["doubtful"]).toContain("the run has no end");
    },
  },
  {
    asks: "Did every backup run when it should?",
    tool: "get_health_report",
    args: { checks: ["backup-schedule-not-run"] },
    answers: (answer, estate) => {
      const { id } = trap(estate, "missed-job");
      const [last] = estate.backupLogs.filter(({ jobId }) => jobId === id);
      const finding = findings(answer).get("backup-schedule-not-run");
      expect(itemsOf(finding ?? {}, "objects")).toMatchObject([
        { id, came_due: 7, last_run: toSecond(Number(last?.["start"])) },
      ]);
    },
  },
  {
    asks: "Is all of this VM backed up?",
    tool: "get_backup_coverage",
    args: (estate) => ({ vm_id: trap(estate, "sequenced-vm").id }),
    answers: (answer, estate) => {
      expect(itemsOf(answer)).toMatchObject([
        { status: "protected", disks_left_out: [trap(estate, "left-out-vdi")["name_label"]] },
      ]);
    },
  },
  {
    asks: "Which VMs are covered by an enabled job, but have no good run?",
    tool: "get_backup_coverage",
    args: { status: ["failing", "never-run", "stale"] },
    answers: (answer, estate) => {
      const wanted = [...estate.coverage].filter(([, { status }]) =>
        ["failing", "never-run", "stale"].includes(status),
      );
      expect(answer).toMatchObject({ total: wanted.length });
    },
  },
  {
    asks: "Is the tagged VM that the job lists backed up all the same?",
    tool: "get_backup_coverage",
    args: (estate) => ({ vm_id: trap(estate, "no-bak-listed").id }),
    answers: (answer) => {
      const [vm] = itemsOf(answer);
      expect(vm?.["status"]).not.toBe("excluded");
      expect(JSON.stringify(vm?.["notes"])).toContain("listed by id");
    },
  },
  {
    asks: "Is this replica backed up?",
    tool: "get_backup_coverage",
    args: (estate) => ({ vm_id: trap(estate, "replica").id }),
    answers: (answer, estate) => {
      expect(itemsOf(answer, "replicas")).toEqual([
        expect.objectContaining({ id: trap(estate, "replica").id, kept_by: expect.any(String) }),
      ]);
    },
  },
]);
