/** Measurements, oldest first; null is a moment without one, never a zero. */
export type Values = readonly (number | null)[];

/** A value and the end of the interval that it is the mean of, in Unix seconds. */
export interface Sample {
  time: number;
  value: number | null;
}

/** Several rows as one: at each moment what is known of them, joined. All end at the same moment. */
export function combine(
  rows: readonly Values[],
  join: (known: readonly number[]) => number,
): Values {
  const length = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length }, (_, index) => {
    const known = rows.flatMap((row) => row.at(index - length) ?? []);
    return known.length === 0 ? null : join(known);
  });
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

export function mean(numbers: readonly number[]): number {
  return sum(numbers) / numbers.length;
}

/** The values that there are. */
export function known(samples: readonly Sample[]): number[] {
  return samples.flatMap(({ value }) => value ?? []);
}

export interface Summary {
  minimum: number;
  mean: number;
  /** Nearest rank: the smallest measured value that 95 % of them do not exceed. */
  p95: number;
  maximum: number;
  /** Unix seconds. */
  maximumAt: number;
  last: number;
  trend: Trend | undefined;
}

interface Trend {
  direction: "rising" | "falling" | "steady";
  firstThird: number;
  lastThird: number;
}

/** What a person would want to know of a row; nothing of one without values. */
export function summarize(samples: readonly Sample[]): Summary | undefined {
  const values = known(samples);
  const sorted = values.toSorted((a, b) => a - b);
  const [minimum, maximum, last] = [sorted[0], sorted.at(-1), values.at(-1)];
  if (minimum === undefined || maximum === undefined || last === undefined) return undefined;
  return {
    minimum,
    mean: mean(values),
    p95: sorted[Math.ceil(sorted.length * 0.95) - 1] ?? maximum,
    maximum,
    maximumAt: samples.find(({ value }) => value === maximum)?.time ?? 0,
    last,
    trend: trendOf(samples),
  };
}

/** The mean of the last third of the time against the first; nothing where either has no value. */
function trendOf(samples: readonly Sample[]): Trend | undefined {
  const third = Math.floor(samples.length / 3);
  const first = known(samples.slice(0, third));
  const last = known(samples.slice(samples.length - third));
  if (first.length === 0 || last.length === 0) return undefined;
  const [firstThird, lastThird] = [mean(first), mean(last)];
  const steady = Math.abs(lastThird - firstThird) <= 0.1 * Math.max(firstThird, lastThird);
  const direction = steady ? "steady" : lastThird > firstThird ? "rising" : "falling";
  return { direction, firstThird, lastThird };
}

/** At most so many points, each the mean of equally many samples, at the time of the last of them. */
export function thin(samples: readonly Sample[], count: number): Sample[] {
  const buckets = Math.min(count, samples.length);
  return Array.from({ length: buckets }, (_, at) => {
    const start = Math.floor((at * samples.length) / buckets);
    const bucket = samples.slice(start, Math.floor(((at + 1) * samples.length) / buckets));
    const values = known(bucket);
    return {
      time: bucket.at(-1)?.time ?? 0,
      value: values.length === 0 ? null : mean(values),
    };
  });
}

export interface Gaps {
  /** Samples without a value. */
  count: number;
  /** When: consecutive ones as one, from the start of the first to the end of the last. */
  ranges: { from: number; to: number }[];
}

/** Where a row has no values. */
export function gapsOf(samples: readonly Sample[], interval: number): Gaps {
  const ranges: Gaps["ranges"] = [];
  for (const { time, value } of samples) {
    if (value !== null) continue;
    const before = ranges.at(-1);
    if (before?.to === time - interval) before.to = time;
    else ranges.push({ from: time - interval, to: time });
  }
  return { count: samples.filter(({ value }) => value === null).length, ranges };
}
