import { archivesOf, grouped, nameOf } from "./backup-plan.ts";
import { askAll } from "./questions.ts";

// What can be restored.
askAll([
  {
    asks: "How much is kept in each repository, and of how many VMs?",
    sql: `select repository, count(*), sum(size_bytes), count(distinct vm_id) from backup_archives
      group by repository_id`,
    rows: (estate) =>
      [...Map.groupBy(archivesOf(estate), ({ repository }) => repository)].map(([id, kept]) => [
        nameOf(estate, id),
        kept.length,
        kept.reduce((sum, { size }) => sum + size, 0),
        new Set(kept.map(({ vm }) => vm.uuid)).size,
      ]),
  },
  {
    asks: "Of which VMs that are gone can something be restored?",
    sql: `select vm, vm_state, job_state from backup_archives a
      where not exists (select 1 from vms v where v.id = a.vm_id)`,
    // XO is not connected to all its pools: the VM may be in one of the others.
    rows: () => [["retired-app", "not seen", "gone"]],
  },
  {
    asks: "How many VMs whose backup fails can be restored all the same?",
    sql: `select backup_status, count(*) from vms v where backup_status in ('failing', 'stale')
      and exists (select 1 from backup_archives a where a.vm_id = v.id) group by 1`,
    rows: (estate) => {
      const kept = new Set(archivesOf(estate).map(({ vm }) => vm.uuid));
      const bad = [...estate.coverage].filter(
        ([id, { status }]) => ["failing", "stale"].includes(status) && kept.has(id),
      );
      return grouped(
        bad,
        ([, { status }]) => status,
        (group) => group.length,
      );
    },
  },
]);
