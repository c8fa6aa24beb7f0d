import type * as z from "zod";
import { age, iso } from "../time.ts";
import { cleanText } from "../untrusted.ts";
import type { Alarm } from "../xo/records/alarm.ts";

/** Metrics that XAPI measures from 0 to 1, so that XO's value, times 100, is a percentage. */
const shares = new Set([
  "cpu_usage",
  "mem_usage",
  "fs_usage",
  "log_fs_usage",
  "physical_utilisation",
]);

/**
 * Alarms with what was measured, on which object, and when they were raised, newest first. XO keeps
 * no record of their end: none of them is said to be active.
 */
export function describeAlarms(
  alarms: readonly z.output<typeof Alarm>[],
  names: ReadonlyMap<string, string>,
  now: number,
) {
  return alarms
    .toSorted((a, b) => (b.time ?? 0) - (a.time ?? 0))
    .map((alarm) => ({
      raised_at: iso((alarm.time ?? 0) / 1000),
      raised_ago: alarm.time ? age(alarm.time / 1000, now) : undefined,
      what: whatOf(alarm),
      recovery: isRecovery(alarm) ? true : undefined,
      ...measuredBy(alarm),
      object_type: typeOfObject(alarm),
      object_name: names.get(alarm.object?.uuid ?? ""),
      object_id: alarm.object?.uuid,
    }));
}

/**
 * Whether it says that a bond has all its links again, "changed: 2/2 up (was 1/2)", under the name of
 * the alarm that one was lost (network_monitor_thread.ml).
 */
export function isRecovery({ name, body }: Pick<z.output<typeof Alarm>, "name" | "body">): boolean {
  if (name !== "BOND_STATUS_CHANGED") return false;
  const [, up, of] = /changed: (\d+)\/(\d+) up/.exec(body?.name ?? "") ?? [];
  return up !== undefined && up === of;
}

/** A metric or a sentence; some of XAPI's own alarms have JSON there, which their kind says shorter. */
export function whatOf({ name, body }: Pick<z.output<typeof Alarm>, "name" | "body">): string {
  const text = body?.name;
  const told = text === null || text === undefined || /^\s*[[{]/.test(text) ? name : text;
  return cleanText(told ?? "alarm", 200);
}

/** What was measured: of shares of a whole in percent. */
export function measuredBy({ body }: Pick<z.output<typeof Alarm>, "body">): {
  value_percent?: number;
  value?: number;
} {
  const value = Number(body?.value ?? Number.NaN);
  if (!Number.isFinite(value)) return {};
  // The raw figure again for what is no share: XO multiplies bytes as well.
  return shares.has(body?.name ?? "")
    ? { value_percent: value }
    : { value: Math.round(value) / 100 };
}

/** What kind of object it is about, in XO's words; `gone` once there is no such object. */
export function typeOfObject({
  object,
}: Pick<z.output<typeof Alarm>, "object">): string | undefined {
  return object?.type === "unknown" ? "gone" : (object?.type ?? undefined);
}
