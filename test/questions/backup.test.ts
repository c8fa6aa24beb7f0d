import { describe, expect } from "bun:test";
import * as z from "zod";
import { type Answer, itemsOf, warningsOf } from "../harness.ts";
import type { Estate } from "../xo/estate/estate.ts";
import { isType, ofType } from "../xo/estate/records.ts";
import { trap } from "../xo/estate/traps.ts";
import { ask } from "./ask.ts";

const nightly = (estate: Estate) => trap(estate, "id-list-job");

/** Ids that the nightly job lists, of VMs that are still there. */
function covered(estate: Estate): Set<string> {
  const listed = JSON.stringify(nightly(estate)["vms"]);
  return new Set(ofType(estate, "VM").flatMap(({ id }) => (listed.includes(id) ? [id] : [])));
}

const findings = (answer: Answer) =>
  new Map(itemsOf(answer, "findings").map((finding) => [String(finding["check"]), finding]));

const idsIn = (finding: Answer | undefined): string[] =>
  finding === undefined ? [] : itemsOf(finding, "objects").map(({ id }) => String(id));

const counts = (answer: Answer) => z.record(z.string(), z.number()).parse(answer["counts"]);

describe("a sequence runs the nightly job", () => {
  ask(
    [
      {
        asks: "Which VMs does nobody back up?",
        tool: "get_health_report",
        args: { checks: ["vm-not-backed-up", "backup-run-failed"] },
        answers: (answer, estate) => {
          const open = idsIn(findings(answer).get("vm-not-backed-up"));
          expect(open.filter((id) => covered(estate).has(id))).toEqual([]);
        },
      },
      {
        asks: "Is the nightly job run at all?",
        tool: "list_backup_jobs",
        args: (estate) => ({ job_id: nightly(estate).id }),
        answers: (answer) => {
          const [job] = itemsOf(answer);
          expect(job?.["enabled"]).not.toBe(false);
          expect(JSON.stringify(answer)).toContain("sequence");
        },
      },
      {
        asks: "Is a VM of the nightly job protected?",
        tool: "get_backup_coverage",
        // One that no other job covers, which would protect it too.
        args: (estate) => ({
          vm_id: [...covered(estate)].find((id) => estate.coverage.get(id)?.jobs.length === 1),
        }),
        answers: (answer) => {
          const [vm] = itemsOf(answer);
          expect(vm).toMatchObject({ status: "protected" });
          expect(JSON.stringify(vm?.["notes"])).toContain("sequence");
        },
      },
    ],
    ["night-sequence"],
  );
});

describe("three nights failed as a whole", () => {
  ask(
    [
      {
        asks: "Which VMs have no good backup of the last three nights?",
        tool: "get_backup_coverage",
        args: { status: ["failing"] },
        answers: (answer, estate) => {
          const failing = new Set(itemsOf(answer).map(({ id }) => String(id)));
          const replicas = new Set(
            itemsOf({ replicas: [], ...answer }, "replicas").map(({ id }) => String(id)),
          );
          const missed = [...covered(estate)].filter((id) => !failing.has(id) && !replicas.has(id));
          // What another job backs up well is protected all the same.
          const twice = missed.filter((id) => (estate.coverage.get(id)?.jobs.length ?? 0) < 2);
          expect(twice).toEqual([]);
          expect(failing.size).toBeGreaterThan(0);
        },
      },
      {
        asks: "What went wrong again and again?",
        tool: "list_backup_runs",
        args: (estate) => ({ job_id: nightly(estate).id, since: "2020-01-01" }),
        answers: (answer) => {
          expect(itemsOf(answer, "repeated")).toContainEqual(
            expect.objectContaining({
              runs: 3,
              first: expect.any(String),
              last: expect.any(String),
            }),
          );
        },
      },
    ],
    ["nights-failed-whole"],
  );
});

describe("a run has no end", () => {
  ask(
    [
      {
        asks: "Does a backup hang?",
        tool: "get_health_report",
        args: { checks: ["backup-run-without-end"] },
        answers: (answer) => {
          expect(findings(answer).get("backup-run-without-end")).toMatchObject({ count: 1 });
        },
      },
      {
        asks: "When does the nightly job run next?",
        tool: "list_backup_jobs",
        args: (estate) => ({ job_id: nightly(estate).id }),
        answers: (answer) => {
          expect(itemsOf(answer)[0]?.["doubtful"]).toContain("the run has no end");
        },
      },
    ],
    ["run-without-end"],
  );
});

describe("nothing ran for a week", () => {
  ask(
    [
      {
        asks: "Did every backup run when it should?",
        tool: "get_health_report",
        args: { checks: ["backup-schedule-not-run"] },
        answers: (answer, estate) => {
          const finding = findings(answer).get("backup-schedule-not-run");
          expect(idsIn(finding)).toContain(nightly(estate).id);
          const [object] = itemsOf(finding ?? {}, "objects").filter(
            ({ id }) => id === nightly(estate).id,
          );
          expect(object?.["came_due"]).toBeWithin(6, 9);
        },
      },
    ],
    ["nights-missed"],
  );
});

describe("a disk is marked [NOBAK]", () => {
  ask(
    [
      {
        asks: "Is all of this VM backed up?",
        tool: "get_backup_coverage",
        args: (estate) => {
          const disk = ofType(estate, "VDI").find(({ name_label }) =>
            name_label.startsWith("[NOBAK]"),
          );
          const vbd = estate.objects.get(disk?.$VBDs[0] ?? "");
          return { vm_id: isType(vbd, "VBD") ? vbd.VM : "" };
        },
        answers: (answer) => {
          expect(itemsOf(answer)[0]).toMatchObject({
            disks_left_out: [expect.stringContaining("[NOBAK]")],
          });
        },
      },
    ],
    ["disk-left-out"],
  );
});

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
