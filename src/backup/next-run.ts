import { parseCron, standardCron } from "./cron.ts";

interface Times {
  cron?: string | null | undefined;
  timezone?: string | null | undefined;
}

/**
 * When a schedule runs next, in ISO 8601 UTC, by the clock of its time zone: with daylight saving,
 * what falls into the hour that is left out runs when that is over. Nothing where the times or the
 * time zone are not understood, or never come.
 */
export async function nextRun(times: Times, now: number): Promise<string | undefined> {
  const [next] = await runsAfter(times, now, 1);
  return next?.toISOString().replace(".000Z", "Z");
}

/** How many missed times are counted; more are so many. */
export const mostMissed = 100;

/** How long after its time a run may still begin, in milliseconds; without a zone XO's own may hold. */
const grace = { zoned: 3_600_000, unzoned: 86_400_000 };

/** How often a schedule came due between a moment and now: at most `mostMissed`. */
export async function timesMissed(times: Times, from: number, now: number): Promise<number> {
  const until = now - (times.timezone ? grace.zoned : grace.unzoned);
  const due = await runsAfter(times, from, mostMissed);
  return due.filter((moment) => moment.getTime() <= until).length;
}

async function runsAfter({ cron, timezone }: Times, from: number, most: number): Promise<Date[]> {
  const times = parseCron(cron ?? "");
  if (times === undefined) return [];
  // Only here, so that the program starts without it.
  const { Cron } = await import("croner");
  try {
    const options = { timezone: timezone || "UTC", paused: true };
    return new Cron(standardCron(times), options).nextRuns(most, new Date(from));
  } catch {
    return [];
  }
}
