import * as z from "zod";
import { listed, quoted, say } from "../sentence.ts";
import { saidName } from "../estate/name.ts";
import { describeGaps, describeMetric, describeUnmeasured } from "../stats/describe.ts";
import { measure, type Topic, topics } from "../stats/metrics.ts";
import {
  coverage,
  type Dated,
  isMeasured,
  readStats,
  readSubject,
  type Subject,
  within,
} from "../stats/read.ts";
import type { Values } from "../stats/series.ts";
import {
  describeWindow,
  parseTime,
  periodInput,
  standardPeriod,
  warnOfLength,
} from "../stats/window.ts";
import { age, iso } from "../time.ts";
import { type Context, defineTool, warnings } from "../tool.ts";
import type { Stats } from "../xo/records/stats.ts";

const standardTopics: readonly Topic[] = ["cpu", "memory", "disk", "network", "load"];
const pointsWanted = "must be a whole number from 1 to 60";

export const getStats = defineTool({
  name: "get_stats",
  title: "Show performance over time",
  description:
    "Performance of a running VM or host in a time (last night from 1 to 3): per metric minimum, mean, 95th percentile, maximum and when, trend, points. For many use get_top_consumers.",
  input: z.strictObject({
    object_id: z.string().min(1, "must not be empty").describe("VM or host (UUID or name)"),
    period: periodInput.optional().describe(`10m, 2h, 7d, 1y (default: ${standardPeriod})`),
    from: z.string().optional().describe("ISO 8601; local time without an offset"),
    to: z.string().optional().describe("ISO 8601 (default: now)"),
    metrics: z.array(z.enum(topics)).optional().describe("Default: all but iops and latency"),
    points: z
      .int(pointsWanted)
      .min(1, pointsWanted)
      .max(60, pointsWanted)
      .default(12)
      .describe("Of each metric"),
  }),
  output: z.object({
    object: z.looseObject({ id: z.string(), type: z.enum(["VM", "host"]) }),
    window: z.looseObject({}).optional(),
    resolution: z.string().optional(),
    why_not_finer: z.string().optional(),
    metrics: z.array(z.looseObject({ metric: z.string(), unit: z.string() })),
    warnings,
  }),
  examples: [{ object_id: "web-prod-001", points: 3 }],
  needs: { subject: ["vms", "hosts"] },
  async run({ object_id, metrics, points, ...time }, context) {
    const { xo, warn, now } = context;
    const wanted = parseTime(time, now);
    const subject = await readSubject(xo, object_id);
    const object = {
      id: subject.id,
      name_label: subject.name_label,
      type: subject.type,
      power_state: subject.power_state,
      cpus: subject.cpus,
    };
    if (!isMeasured(subject)) {
      warn(describeUnmeasured(subject));
      return { object, metrics: [] };
    }
    warnOfLength(wanted, context);
    const stats = await readStats(xo, subject, { granularity: wanted.granularity, now });
    const asked = wanted.until(stats.endTimestamp);
    warnOfClock(stats, context);
    if (wanted.open) warnOfAge(stats, context);

    const rows = (metrics ?? standardTopics).flatMap((topic) =>
      // Each CPU of a host is its own; a VM may have fewer than are reported.
      measure(stats, topic, subject.type === "VM" ? subject.cpus : undefined).map((metric) => ({
        ...metric,
        topic,
        samples: within(metric.values, stats, asked),
      })),
    );
    const known = rows.filter(({ samples }) => samples.some(({ value }) => value !== null));
    warnOfAbsent(subject, metrics, new Set(known.map(({ topic }) => topic)), context);
    if (known.some(({ name }) => name === "memory_bytes")) {
      warn(
        say`What the guest uses of its memory is not known, for no guest tools report it: memory_bytes is what the VM has been given.`,
      );
    }
    for (const gap of describeGaps(known, stats.interval)) warn(gap);

    const select = (values: Values) => within(values, stats, asked);
    const count = pointsThatFit(known.length, points, context);
    return {
      object,
      window: describeWindow(
        coverage(
          known.map(({ samples }) => samples),
          stats,
          asked,
        ),
      ),
      ...wanted.resolution,
      metrics: known.flatMap((metric) => describeMetric(metric, select, count) ?? []),
    };
  },
});

/** "The last hour" ends with XO's last value: that may be long ago, or a clock may be behind. */
function warnOfAge({ endTimestamp, interval }: Stats, { now, warn }: Context): void {
  const late = now / 1000 - endTimestamp;
  if (late <= interval + 300) return;
  warn(
    say`XO's last values are of ${quoted(iso(endTimestamp) ?? "")}, ${age(endTimestamp, now)} old: a clock may be wrong, or the host sends no new ones.`,
  );
}

/** Values of the future: the times in the answer are ours, not the host's. */
function warnOfClock({ ahead }: Dated, { warn }: Context): void {
  if (ahead === 0) return;
  const minutes = Math.round(ahead / 60);
  warn(
    say`The host's clock is ${minutes} minutes ahead of this machine's: its times were moved back by that. One of the two is wrong.`,
  );
}

/** Names what was asked for and has no value in the window. */
function warnOfAbsent(
  subject: Subject,
  asked: readonly Topic[] | undefined,
  found: ReadonlySet<Topic>,
  { warn }: Context,
): void {
  const { type } = subject;
  const absent = (asked ?? standardTopics).filter(
    // Only hosts have a load, so nobody misses a VM's.
    (topic) => !found.has(topic) && (asked !== undefined || type === "host" || topic !== "load"),
  );
  if (absent.includes("load") && type === "VM")
    warn(say`XO measures the load of hosts, not of VMs.`);
  if (absent.includes("latency") && type === "host") {
    warn(
      say`A host has no latency of its own: XAPI adds up those of all its disks. Ask for a VM's.`,
    );
  }
  const untold = type === "VM" ? "load" : "latency";
  const others = absent.filter((topic) => topic !== untold);
  if (others.length === 0) return;
  const what = found.size === 0 ? say`no values at all` : say`no values for ${listed(others)}`;
  warn(say`XO has ${what} of the ${type} ${saidName(subject)} in this window.`);
}

/** As many points of each metric as the budget holds. */
function pointsThatFit(metrics: number, wanted: number, { budget, warn }: Context): number {
  // A point is at most 40 characters; the rest of a metric, and the envelope, some hundred each.
  const room = Math.floor(((budget - 1_500) / Math.max(1, metrics) - 400) / 40);
  const count = Math.max(1, Math.min(wanted, room));
  if (count < wanted) warn(say`Only ${count} points of each metric fit: ask for fewer metrics.`);
  return count;
}
