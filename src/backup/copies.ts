import { nameOf } from "../estate/name.ts";
import { isReplica, replicasBySource } from "../estate/replicas.ts";
import type { Context } from "../tool.ts";
import { type Covering, readCovering } from "./covering.ts";
import type { BackedUpVm } from "./jobs.ts";

/** How many are named; all are counted. */
const shown = 10;

/** What there is of the VMs here elsewhere: backups of enabled jobs, and replicas on other storages. */
export async function readCopies(
  context: Context,
  sr: { id: string },
  users: readonly { id: string; disks: number }[],
  vms: readonly BackedUpVm[],
) {
  const here = new Map(users.map((user) => [user.id, user]));
  const own = vms.filter((vm) => (here.get(vm.id)?.disks ?? 0) > 0);
  const replicas = new Set(own.filter(isReplica).map(({ id }) => id));
  const sources = own.filter(({ id }) => !replicas.has(id));
  const bySource = replicasBySource(vms);
  const jobs = await readCovering(context, sources);
  const saving = (jobs ?? [])
    .filter(({ enabled, writes_to }) => enabled && writes_to === "repositories")
    .map(({ name, vms: covered }) => ({ name, covered: new Set(covered) }));
  const listed = <T>(items: T[]) => (items.length === 0 ? undefined : items);
  return {
    jobs: jobs?.filter(({ vms: covered }) => covered.length > 0),
    replicating: jobs?.filter(({ srs }) => srs.includes(sr.id)).map(({ name }) => name),
    sources,
    replicas: replicas.size,
    of: ({ id }: { id: string }) => ({
      is_replica: replicas.has(id) ? true : undefined,
      backed_up_by: listed(saving.filter(({ covered }) => covered.has(id)).map(({ name }) => name)),
      replicas_elsewhere: listed(
        (bySource.get(id) ?? []).filter((replica) => !here.has(replica.id)).map(nameOf),
      ),
    }),
  };
}

type Copies = Awaited<ReturnType<typeof readCopies>>;

/** What is lost if the storage fails, in figures and names. */
export function describeProtection({ jobs, replicating, sources, replicas, of }: Copies) {
  const copies = sources.map((vm) => ({ vm, ...of(vm) }));
  const without = copies.filter(
    ({ backed_up_by, replicas_elsewhere }) =>
      backed_up_by === undefined && replicas_elsewhere === undefined,
  );
  const known = jobs !== undefined;
  return {
    vms: sources.length,
    with_enabled_backup_job: known
      ? copies.filter(({ backed_up_by }) => backed_up_by !== undefined).length
      : undefined,
    replicated_elsewhere: copies.filter(({ replicas_elsewhere }) => replicas_elsewhere).length,
    without_copy_elsewhere: known
      ? { total: without.length, names: without.slice(0, shown).map(({ vm }) => nameOf(vm)) }
      : undefined,
    replicas_here: replicas,
    replicated_to_by: replicating?.length === 0 ? undefined : replicating,
    backup_jobs: jobs?.map(({ id, name, enabled, writes_to, vms }: Covering) => ({
      id,
      name,
      enabled,
      writes_to,
      vms: vms.length,
    })),
  };
}
