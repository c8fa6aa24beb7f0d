import { uuidOf } from "./random.ts";
import { backupMarks } from "./snapshots.ts";
import { HOUR, type World } from "./world.ts";
import { addSnapshot } from "./records/vm-snapshot.ts";

/** Makes the replica one: XO blocks its start, marks it, and keeps a snapshot that names the source. */
export function markReplica(world: World): void {
  const replica = world.trapVms.get("replica");
  const source = world.trapVms.get("replica-source");
  if (replica === undefined || source === undefined) {
    return;
  }
  const marks: Record<string, string> = {
    ...backupMarks(source, world.seconds - 11 * HOUR),
    "xo:backup:job": uuidOf("job/nightly-replication"),
    "xo:backup:schedule": uuidOf("schedule/nightly-replication"),
  };
  replica.blockedOperations = {
    start: "Start operation for this vm is blocked, clone it if you want to use it.",
  };
  replica.name_label = `${source.name_label} - nightly-replication - (${marks["xo:backup:datetime"]})`;
  Object.assign(replica.other, marks);
  addSnapshot(world, replica, "replica", {
    name: replica.name_label,
    time: world.seconds - 11 * HOUR,
    other: marks,
  });
}
