import { quoted, say } from "../sentence.ts";
import { nameOf } from "../estate/name.ts";
import { toSecond } from "../time.ts";
import type { Context } from "../tool.ts";
import { inWords } from "./cron.ts";
import {
  type BackedUpVm,
  type Candidates,
  type Job,
  keepsSnapshotsOnly,
  noBakTag,
  selectionOf,
} from "./jobs.ts";
import { type LastRuns, standingsOf } from "./last-runs.ts";
import { nextRun } from "./next-run.ts";
import { inWords as partInWords } from "./partial-runs.ts";
import { idsOf } from "./pattern.ts";
import { type Repository, stateOf } from "./repositories.ts";
import { isOlderThanKept, type Run } from "./runs.ts";
import { isRefused, isScheduled, type Runners, type Schedule } from "./schedules.ts";
import { withoutEnd } from "./without-end.ts";

/** What jobs are described with; what XO did not give is absent, not empty. */
export interface JobFacts {
  jobs: readonly Job[];
  schedules: readonly Schedule[] | undefined;
  vms: readonly BackedUpVm[];
  /** Whether a VM that is not seen is gone. */
  seesVms: boolean;
  /** Whether all is seen that tells what runs a job: without, only seemingly nothing does. */
  seesRunners: boolean;
  /** Newest first. */
  runs: readonly Run[] | undefined;
  lastRuns: LastRuns | undefined;
  repositories: ReadonlyMap<string, Repository>;
  /** Of pools and storages. */
  names: ReadonlyMap<string, string>;
  runners: Runners;
  candidates: Candidates;
}

/** VMs that are named; the others are counted. */
const mostNames = 10;

/** A job as a person would describe it. */
export async function describeJob(job: Job, facts: JobFacts, { now, warn }: Context) {
  const { runners, runs, schedules } = facts;
  const times = schedules && (await describeSchedules(job, schedules, now));
  const own = runs?.filter(({ jobId }) => jobId === job.id);
  const running = own?.find(({ status }) => status === "pending");
  const next = times?.flatMap(({ next_run }) => next_run ?? []).toSorted()[0];
  const stuck = running && withoutEnd(running, now);
  if (times?.some((each) => each.enabled && !each.never_runs && each.next_run === undefined)) {
    warn(
      say`When a schedule of ${quoted(job.name)} runs next is unknown: its times or zone are not understood.`,
    );
  }
  return {
    id: job.id,
    name: job.name,
    type: job.type ?? undefined,
    mode: job.mode ?? undefined,
    enabled: isScheduled(job.id, runners, schedules !== undefined && facts.seesRunners),
    run_by: runners.perhaps.has(job.id) ? perhapsWords : undefined,
    ...describeVms(job, facts),
    ...describeMetadata(job, facts),
    targets: describeTargets(job, facts),
    keeps: keepsSnapshotsOnly(job) ? snapshotsOnlyWords : undefined,
    schedules: times,
    next_run: next,
    ...describeRuns(job, own ?? [], facts, now),
    running_since: running && toSecond(running.start),
    doubtful: stuck
      ? "the run has no end: until it has one, XO refuses to start another"
      : hasNoTarget(job, facts)
        ? "none of its repositories can be used: each run fails at once, also where it replicates"
        : undefined,
  };
}

export const forgottenWords =
  "XO no longer keeps which VMs it had: so kept, a run reads success whatever failed in it";

/** Its last run, and what that does not mend: VMs that it did not have, and other schedules. */
function describeRuns(job: Job, own: readonly Run[], facts: JobFacts, now: number) {
  const { candidates, lastRuns, runners, schedules, vms } = facts;
  const last = own.find(({ status }) => status !== "pending");
  if (last === undefined) return { last_run: undefined };
  const covered = new Set(
    vms.filter((vm) => candidates.covers(job, vm) === true).map(({ id }) => id),
  );
  const stands = lastRuns ? standingsOf(job, own, lastRuns, covered, runners) : [];
  const partial = stands.find((stand) => stand.last.id === last.id)?.partial;
  const isForgotten =
    last.status === "success" && isOlderThanKept(last, now) && !lastRuns?.vms.get(last.id)?.length;
  const names = new Map(schedules?.map(({ id, name }) => [id, name]));
  const open = stands.flatMap(({ failed, scheduleId }) =>
    failed === undefined || failed.run.id === last.id
      ? []
      : [
          {
            schedule: names.get(scheduleId ?? "") || undefined,
            status: failed.run.status ?? undefined,
            started_at: toSecond(failed.run.start),
            vms_without_good_run_since: failed.vms?.length,
          },
        ],
  );
  return {
    last_run: {
      status: last.status ?? "unknown",
      started_at: toSecond(last.start),
      ended_at: toSecond(last.end),
      partial: partial && partInWords(partial),
      note: isForgotten ? forgottenWords : undefined,
    },
    open_failures: nonEmpty(open),
  };
}

export const perhapsWords =
  "perhaps a sequence, which XO's API does not show: no schedule of its own runs it, and it ran lately";

export const snapshotsOnlyWords =
  "snapshots only: they lie on the storage of the disks, and are lost with it";

async function describeSchedules(job: Job, schedules: readonly Schedule[], now: number) {
  const own = schedules.filter(({ jobId }) => jobId === job.id);
  return Promise.all(
    own.map(async (schedule) => ({
      name: schedule.name || undefined,
      when: schedule.cron ? inWords(schedule.cron) : undefined,
      timezone: schedule.timezone || "UTC",
      enabled: schedule.enabled === true,
      never_runs: isRefused(schedule) ? "XO refuses these times" : undefined,
      next_run: schedule.enabled === true ? await nextRun(schedule, now) : undefined,
    })),
  );
}

function describeVms(job: Job, { candidates, vms, seesVms, names }: JobFacts) {
  const selects = selectionOf(job, names);
  if (selects === undefined) return {};
  const verdicts = vms.map((vm) => ({ vm, covers: candidates.covers(job, vm) }));
  if (verdicts.some(({ covers }) => covers === undefined)) {
    return { selects, vms: "unknown: the pattern looks at fields that may hold credentials" };
  }
  const included = verdicts.flatMap(({ vm, covers }) => (covers === true ? [vm] : []));
  const tagged = vms.filter((vm) => candidates.misses(job, vm)?.tag !== undefined).length;
  const despite = included.filter((vm) => noBakTag(vm) !== undefined).map(nameOf);
  const present = new Set(vms.map(({ id }) => id));
  const absent = (idsOf(job.vms) ?? []).filter((id) => !present.has(id)).length;
  return {
    selects,
    vm_count: included.length,
    vms: included.map(nameOf).toSorted().slice(0, mostNames),
    left_out_by_tag: tagged || undefined,
    // The tag counts in smart mode only.
    despite_tag: nonEmpty(despite.slice(0, mostNames)),
    ...(absent === 0 ? {} : { [seesVms ? "vms_gone" : "vms_not_seen"]: absent }),
  };
}

function describeMetadata(job: Job, { names, repositories }: JobFacts) {
  const { sourceRemote } = job;
  return {
    pools: nonEmpty(idsOf(job.pools)?.map((id) => names.get(id) ?? id)),
    xo_configuration: job.xoMetadata === true ? true : undefined,
    source: sourceRemote ? (repositories.get(sourceRemote)?.name ?? sourceRemote) : undefined,
  };
}

function describeTargets(job: Job, { repositories, names }: JobFacts) {
  const remotes = (idsOf(job.remotes) ?? []).map((id) => {
    const repository = repositories.get(id);
    if (repository === undefined) return { repository: id };
    const { state, reason } = stateOf(repository);
    return {
      repository: repository.name,
      state: stateWords[state],
      reason,
    };
  });
  const storages = (idsOf(job.srs) ?? []).map((id) => ({ storage: names.get(id) ?? id }));
  return nonEmpty([...remotes, ...storages]);
}

const stateWords = {
  ready: undefined,
  disabled: "disabled: XO leaves it out of runs without a word, while another is left",
  failed: "XO's last test or mount failed, it does not tell when; good runs do not clear that",
};

/** XO fails a run with repositories none of which it can use (backups-ng/index.mjs). */
function hasNoTarget({ remotes, sourceRemote }: Job, { repositories }: JobFacts): boolean {
  // Those that the account may not see are not known to be gone.
  const isOff = (id: string) => repositories.get(id)?.enabled === false;
  const targets = idsOf(remotes) ?? [];
  return (targets.length > 0 && targets.every(isOff)) || isOff(sourceRemote ?? "");
}

function nonEmpty<T>(items: readonly T[] | undefined): readonly T[] | undefined {
  return items === undefined || items.length === 0 ? undefined : items;
}
