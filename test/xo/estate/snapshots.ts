import { Random, uuidOf } from "./random.ts";
import type { VmRecord } from "./records.ts";
import type { VmPlan } from "./vm-plan.ts";
import { DAY, HOUR, type World } from "./world.ts";
import { addSnapshot } from "./records/vm-snapshot.ts";

/** The ids of the nightly job and its schedule, which made the backup snapshots. */
export const NIGHTLY_JOB = uuidOf("job/nightly-prod");
export const NIGHTLY_SCHEDULE = uuidOf("schedule/nightly-prod");

/** The marks of a schedule that was deleted since. */
const GONE = {
  "xo:backup:job": uuidOf("job/retired"),
  "xo:backup:schedule": uuidOf("schedule/retired"),
};

/** The snapshots of a VM: the first one made by the nightly backup of a production VM, then manual ones. */
export function addSnapshots(world: World, vm: VmRecord, plan: VmPlan): void {
  const random = new Random(`snapshots/${plan.key}`);
  for (let number = 0; number < plan.snapshots; number++) {
    const backup = number === 0 && plan.env === "prod";
    const age = backup ? random.int(2, 20) * HOUR : random.int(3, 25) * DAY * (number + 1);
    const abandoned = plan.parts.includes("abandoned-snapshot") && number === plan.snapshots - 2;
    const old = plan.parts.includes("old-snapshot") && number === plan.snapshots - 1;
    const oldest = (plan.ageDays ?? Number.POSITIVE_INFINITY) * DAY - HOUR;
    const time = world.seconds - (old ? 200 * DAY : Math.min(age, oldest));
    const snapshot = addSnapshot(world, vm, `${plan.key}/${number}`, {
      name: backup ? `[XO Backup nightly-prod] ${vm.name_label}` : `before upgrade ${number}`,
      time,
      other: backup || abandoned ? { ...backupMarks(vm, time), ...(abandoned ? GONE : {}) } : {},
    });
    if (abandoned) {
      world.trap("abandoned-snapshot", snapshot.id);
    }
    if (old) {
      world.trap("old-snapshot", snapshot.id);
    }
  }
}

/** What XO's backups write on the snapshots that they keep. */
export function backupMarks(vm: VmRecord, time: number): Record<string, string> {
  return {
    "xo:backup:job": NIGHTLY_JOB,
    "xo:backup:schedule": NIGHTLY_SCHEDULE,
    "xo:backup:vm": vm.id,
    "xo:backup:datetime": compactDate(time * 1000),
    "xo:backup:exported": "true",
  };
}

/** `20261122T115009Z`, as XAPI and the names of backup files write a moment. */
export function compactDate(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
}
