import { type Sentence, listed, quoted, say, together } from "../sentence.ts";
import { saidName } from "../estate/name.ts";
import { iso } from "../time.ts";
import type { Metric, Unit } from "./metrics.ts";
import type { Subject } from "./read.ts";
import { gapsOf, known, mean, type Sample, summarize, thin, type Values } from "./series.ts";

const decimals: Record<Unit, number> = {
  "%": 1,
  bytes: 0,
  "bytes/s": 0,
  "operations/s": 1,
  ms: 2,
  "": 2,
};

/** A figure as precise as its unit deserves. */
export function rounded(value: number, unit: Unit): number {
  return Number(value.toFixed(decimals[unit]));
}

/**
 * A metric within a window as an answer shows it: every number in it is in its unit. Nothing when
 * the window holds no value.
 */
export function describeMetric(
  { name, unit, values, cores, total }: Metric,
  select: (values: Values) => Sample[],
  points: number,
) {
  const samples = select(values);
  const summary = summarize(samples);
  if (summary === undefined) return undefined;
  const round = (value: number) => rounded(value, unit);
  const { trend } = summary;
  const whole = known(select(total ?? [])).at(-1);
  return {
    metric: name,
    unit,
    minimum: round(summary.minimum),
    mean: round(summary.mean),
    p95: round(summary.p95),
    maximum: round(summary.maximum),
    maximum_at: iso(summary.maximumAt),
    last: round(summary.last),
    ...(whole === undefined ? {} : { of: round(whole) }),
    ...(trend === undefined
      ? {}
      : {
          trend: trend.direction,
          first_third_mean: round(trend.firstThird),
          last_third_mean: round(trend.lastThird),
        }),
    ...busiestCore(cores, select, round),
    points: thin(samples, points).map(({ time, value }) => [
      iso(time),
      value === null ? null : round(value),
    ]),
  };
}

/** The core with the highest mean, which the mean over all cores hides. */
function busiestCore(
  cores: Record<string, Values> = {},
  select: (values: Values) => Sample[],
  round: (value: number) => number,
) {
  const measured = Object.entries(cores)
    .map(([core, values]) => ({ core, values: known(select(values)) }))
    .filter(({ values }) => values.length > 0)
    .map(({ core, values }) => ({ core, mean: mean(values), maximum: Math.max(...values) }));
  const [busiest, ...others] = measured.toSorted((a, b) => b.mean - a.mean);
  if (busiest === undefined || others.length === 0) return {};
  return {
    busiest_core: {
      core: busiest.core,
      mean: round(busiest.mean),
      maximum: round(busiest.maximum),
    },
  };
}

/** Where metrics have no values, a sentence for all that miss the same; they are gaps, not zeros. */
export function describeGaps(
  rows: readonly { name: string; samples: readonly Sample[] }[],
  interval: number,
): Sentence[] {
  const missing = rows
    .map(({ name, samples }) => ({ name, of: samples.length, ...gapsOf(samples, interval) }))
    .filter(({ count, of }) => count > 0 && count < of)
    .map(({ name, of, count, ranges }) => {
      const shown = ranges
        .slice(0, 4)
        .map(({ from, to }) => say`${quoted(iso(from) ?? "")} to ${quoted(iso(to) ?? "")}`);
      const more =
        ranges.length > shown.length ? say` and ${ranges.length - shown.length} more` : "";
      return {
        name,
        text: say`${count} of ${of} values are missing (${together(shown, ", ")}${more})`,
      };
    });
  return [...Map.groupBy(missing, ({ text }) => text)].map(
    ([text, names]) =>
      say`${names.length === rows.length ? "All metrics" : listed(names.map(({ name }) => name))}: ${text}. They are gaps, not zeros.`,
  );
}

/** A VM or host that nothing measures, in a sentence. */
export function describeUnmeasured({ type, name_label, id, power_state }: Subject): Sentence {
  return say`The ${type} ${saidName({ id, name_label })} is ${quoted(power_state)}: XO has statistics only of what runs, so none of it, also not of the time when it ran.`;
}
