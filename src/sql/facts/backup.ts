import { type Protection, usualMaxAgeHours } from "../../backup/coverage.ts";
import { BackedUpVm } from "../../backup/jobs.ts";
import { readBackups, readProtections, statusNeeds } from "../../backup/read-protections.ts";
import { fact } from "../fact.ts";

interface VmBackups {
  /** Of VMs of their own: neither replicas nor what XO makes for the moment. */
  byVm: ReadonlyMap<string, Protection>;
  seesJobs: boolean;
  seesRuns: boolean;
}

/** How each VM is protected, as get_backup_coverage tells. */
export const protections = fact(statusNeeds, async (context): Promise<VmBackups> => {
  const [backups, vms] = await Promise.all([
    readBackups(context),
    context.xo.list("vms", BackedUpVm),
  ]);
  const oldest = context.now - usualMaxAgeHours * 3_600_000;
  const { protections: all } = await readProtections(context, backups, vms, oldest);
  const { seesJobs, seesRuns } = backups;
  return { byVm: new Map(all.map((each) => [each.vm.id, each])), seesJobs, seesRuns };
});
