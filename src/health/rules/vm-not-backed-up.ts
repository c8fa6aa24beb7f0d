import { candidatesFrom, enabledJobs, isExcluded } from "../../backup/jobs.ts";
import { isReplica } from "../../estate/replicas.ts";
import { countOf, defineRule } from "../rule.ts";

export const vmNotBackedUp = defineRule({
  id: "vm-not-backed-up",
  severity: "warning",
  title: "VMs that no backup job with an enabled schedule covers",
  why: "XO keeps no restore point of them. What shall have none gets the tag xo:no-bak.",
  where: "get_backup_coverage tells of every VM how it is backed up.",
  needs: ["vms", "backup-jobs", "schedules"],
  check({ vms, schedules, ...holdings }, { sees }) {
    const hidden = (["backup-jobs", "schedules"] as const).filter((need) => !sees(need));
    if (hidden.length > 0) {
      return { found: [], unknown: `this account may not see all ${hidden.join(" and ")}` };
    }
    const jobs = holdings["backup-jobs"];
    const enabled = enabledJobs(schedules);
    const { covers } = candidatesFrom(vms);
    const open = vms
      .filter((vm) => !isReplica(vm) && !isExcluded(vm))
      .map((vm) => {
        const verdicts = jobs.map((job) => ({ job, covered: covers(job, vm) }));
        const active = verdicts.filter(({ job }) => enabled.has(job.id));
        return {
          vm,
          isCovered: active.some(({ covered }) => covered === true),
          isUntold: active.some(({ covered }) => covered === undefined),
          disabled: verdicts.flatMap(({ job, covered }) => (covered === true ? [job.name] : [])),
        };
      })
      .filter(({ isCovered }) => !isCovered);
    const untold = open.filter(({ isUntold }) => isUntold);
    return {
      found: open
        .filter(({ isUntold }) => !isUntold)
        // Those that somebody meant to back up first.
        .toSorted((a, b) => b.disabled.length - a.disabled.length)
        .map(({ vm, disabled }) => ({
          ...vm,
          facts: disabled.length === 0 ? {} : { disabled_jobs: disabled },
        })),
      unknown: countOf(untold.length, "VM", "that a job may cover by properties not read here"),
    };
  },
});
