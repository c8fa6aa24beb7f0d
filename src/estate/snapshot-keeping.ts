import type * as z from "zod";
import type { Context } from "../tool.ts";
import type { Schedule } from "../xo/records/schedule.ts";
import type { VmSnapshot } from "../xo/records/vm-snapshot.ts";
import { readOrigins } from "./job-origin.ts";
import { type Keeping, marksOf, originOf } from "./snapshots.ts";

/**
 * What `keeperOf` needs for these snapshots. Whose the jobs are whose schedules are not here is asked
 * only where there is such a snapshot.
 */
export async function readKeeping(
  context: Context,
  taken: readonly Pick<z.output<typeof VmSnapshot>, "other">[],
  all: readonly z.output<typeof Schedule>[],
): Promise<Keeping> {
  const sight = await context.sight();
  const schedules = new Map(all.map((schedule) => [schedule.id, schedule]));
  const isOpen = taken.some(
    (snapshot) =>
      originOf(snapshot) === "backup" && !schedules.has(marksOf(snapshot).schedule ?? ""),
  );
  return {
    schedules,
    seesSchedules: sight.whole("schedules"),
    originOf: isOpen ? await readOrigins(context, sight) : () => "present",
  };
}
