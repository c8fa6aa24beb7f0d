import { listed, say } from "../../sentence.ts";
import { nameOf } from "../../estate/name.ts";
import type { BackedUpVm, Job } from "../../backup/jobs.ts";
import { idsOf } from "../../backup/pattern.ts";
import type { Context } from "../../tool.ts";
import { columnsOf } from "../column.ts";
import { coverings } from "../facts/backup.ts";
import { defineTable } from "../table.ts";

interface Row {
  job: Job;
  vm: BackedUpVm;
}

const { column } = columnsOf<Row>();

export const backupJobVms = defineTable<Row>({
  name: "backup_job_vms",
  says: "which VMs each backup job covers now, scheduled or not",
  example: "select vm from backup_job_vms group by vm_id having count(*) > 1",
  from: ["backup-jobs", "vms"],
  read: readCovered,
  columns: {
    id: column("id", ["job", "vm"], ({ job, vm }) => `${job.id}/${vm.id}`),
    job: column("text", ["job"], ({ job }) => job.name, { everyday: true }),
    job_id: column("id", ["job"], ({ job }) => job.id),
    vm: column("text", ["vm"], ({ vm }) => vm.name_label, { everyday: true }),
    vm_id: column("id", ["vm"], ({ vm }) => vm.id),
    how: column("text", ["job"], ({ job }) => (idsOf(job.vms) === undefined ? "smart" : "listed"), {
      says: "by id, or because it fits the job's pattern (smart mode)",
      values: ["listed", "smart"],
      everyday: true,
    }),
  },
});

async function readCovered(context: Context): Promise<Row[]> {
  const { jobs, candidates } = await coverings.in(context);
  const { vms, covers } = candidates;
  const unsure = jobs.filter((job) => vms.some((vm) => covers(job, vm) === undefined));
  if (unsure.length > 0) {
    const names = listed(unsure.map(({ id, name }) => nameOf({ id, name_label: name })));
    context.warn(
      say`Which VMs these jobs cover is unknown, for what may hold credentials is not read: ${names}.`,
    );
  }
  return jobs.flatMap((job) =>
    vms.flatMap((vm) => (covers(job, vm) === true ? [{ job, vm }] : [])),
  );
}
