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
export async function nextRun({ cron, timezone }: Times, now: number): Promise<string | undefined> {
  const times = parseCron(cron ?? "");
  if (times === undefined) return undefined;
  // Only here, so that the program starts without it.
  const { Cron } = await import("croner");
  try {
    const options = { timezone: timezone || "UTC", paused: true };
    const next = new Cron(standardCron(times), options).nextRun(new Date(now));
    return next?.toISOString().replace(".000Z", "Z");
  } catch {
    return undefined;
  }
}
