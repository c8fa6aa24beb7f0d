import { candidatesFrom, noBakTag } from "../../backup/jobs.ts";
import { runnersOf } from "../../backup/schedules.ts";
import { isReplica } from "../../estate/replicas.ts";
import { isTemporary } from "../../estate/temporary-vms.ts";
import { countOf, defineRule } from "../rule.ts";

export const vmNotBackedUp = defineRule({
  id: "vm-not-backed-up",
  severity: "warning",
  title: "VMs that no backup job with an enabled schedule covers",
  why: "XO keeps no restore point of them. What shall have none gets the tag xo:no-bak.",
  where: "get_backup_coverage tells of every VM how it is backed up.",
  needs: ["vms", "backup-jobs", "backup-logs", "schedules"],
  whole: ["backup-jobs", "backup-logs", "schedules"],
  check({ vms, schedules, ...holdings }, { now }) {
    const jobs = holdings["backup-jobs"];
    const runners = runnersOf(schedules, jobs, holdings["backup-logs"], now);
    const { covers, misses } = candidatesFrom(vms);
    const open = vms
      .filter((vm) => !isReplica(vm) && !isTemporary(vm))
      .map((vm) => {
        const verdicts = jobs.map((job) => ({ job, covered: covers(job, vm) }));
        const covering = verdicts.flatMap(({ job, covered }) => (covered === true ? [job] : []));
        const isActive = ({ id }: { id: string }) => runners.mayRun(id);
        return {
          vm,
          covering,
          isCovered: covering.some(isActive),
          isUntold: verdicts.some(({ job, covered }) => covered === undefined && isActive(job)),
        };
      })
      // The tag says that somebody wants it so, unless a job lists the VM all the same.
      .filter(({ vm, covering, isCovered }) => {
        return !isCovered && (noBakTag(vm) === undefined || covering.length > 0);
      });
    const untold = open.filter(({ isUntold }) => isUntold);
    return {
      found: open
        .filter(({ isUntold }) => !isUntold)
        // Those that somebody meant to back up first.
        .toSorted((a, b) => b.covering.length - a.covering.length)
        .map(({ vm, covering }) => {
          const unless = jobs.flatMap((job) => misses(job, vm)?.unless ?? [])[0];
          return {
            ...vm,
            facts: {
              ...(covering.length === 0 ? {} : { disabled_jobs: covering.map(({ name }) => name) }),
              ...(unless === undefined ? {} : { covered_only_while: unless }),
            },
          };
        }),
      unknown: countOf(untold.length, "VM", "that a job may cover by properties not read here"),
    };
  },
});
