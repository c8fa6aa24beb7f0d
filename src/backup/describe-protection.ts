import { toSecond } from "../time.ts";
import type { Protection } from "./coverage.ts";
import { statuses } from "./coverage.ts";
import { perhapsWords, snapshotsOnlyWords } from "./describe-job.ts";
import { keepsSnapshotsOnly, noBakTag } from "./jobs.ts";
import type { Runners } from "./schedules.ts";

/** What protections are described with. */
export interface ProtectionFacts {
  /** Unix milliseconds. */
  now: number;
  poolNames: ReadonlyMap<string, string>;
  runners: Runners;
  /** Disks that no backup has, by VM. */
  leftOut: ReadonlyMap<string, string[]>;
}

const hour = 3_600_000;

/** How one VM is protected, as a person would say it. */
export function describeProtection(protection: Protection, facts: ProtectionFacts) {
  const { vm, status, jobs, lastGood, failure } = protection;
  const { now, poolNames } = facts;
  const notes = notesOf(protection, facts);
  return {
    rank: statuses.indexOf(status),
    id: vm.id,
    name_label: vm.name_label,
    status,
    pool: poolNames.size > 1 ? (poolNames.get(vm.$pool ?? "") ?? vm.$pool) : undefined,
    last_good_run: toSecond(lastGood),
    age_hours: lastGood === undefined ? undefined : Math.floor((now - lastGood) / hour),
    jobs: jobs.length === 0 ? undefined : jobs.map(({ name }) => name),
    failure: failure?.class,
    reason: failure?.reason ?? reasonFor(protection, facts),
    notes: notes.length === 0 ? undefined : notes,
    disks_left_out: facts.leftOut.get(vm.id),
  };
}

/** Why it has the status that it has, where no failed run tells. */
function reasonFor(
  { vm, status, jobs, missing, ranUntold }: Protection,
  { runners }: ProtectionFacts,
): string | undefined {
  if (status === "excluded") return `tag ${noBakTag(vm)}`;
  if (status === "only-disabled") {
    return jobs.map(({ id, name }) => `${name}: ${runners.reasonOf(id)}`).join("; ");
  }
  if (status === "not-covered") {
    const [one] = missing;
    return one?.unless && `${one.job.name} covers it only while it is ${one.unless}`;
  }
  return ranUntold === undefined ? undefined : untoldWords(ranUntold);
}

function untoldWords(start: number): string {
  return `ran on ${toSecond(start)}, XO no longer keeps which VMs`;
}

function notesOf(
  { vm, status, jobs, failure, ranUntold, beside = [] }: Protection,
  { runners }: ProtectionFacts,
): string[] {
  const tag = noBakTag(vm);
  const isRun = jobs.some(({ id }) => runners.scheduled.has(id));
  const isPerhaps = jobs.some(({ id }) => runners.perhaps.has(id));
  return [
    ...(tag !== undefined && jobs.length > 0
      ? [
          `tagged ${tag}, but listed by id: XO backs it up all the same, the tag counts in smart mode`,
        ]
      : []),
    ...(failure !== undefined && ranUntold !== undefined
      ? [`${untoldWords(ranUntold)}, nor whether it was good`]
      : []),
    ...beside.map(({ jobId, failure: own }) => {
      const name = jobs.find(({ id }) => id === jobId)?.name ?? jobId;
      return `${name} fails for it: ${own ? `${own.class}, ${own.reason}` : "XO tells no reason"}`;
    }),
    ...(isPerhaps && !isRun ? [`run by ${perhapsWords}`] : []),
    ...(status !== "excluded" && jobs.length > 0 && jobs.every(keepsSnapshotsOnly)
      ? [snapshotsOnlyWords]
      : []),
  ];
}
