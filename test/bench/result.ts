import { type FigureName, type Sample, type Samples, type Target, targets } from "./targets.ts";

/** The middle of several measurements, and how far apart the middle half of them lies. */
interface Spread {
  median: number;
  low: number;
  high: number;
}

/** A line of the table. */
export interface Result {
  figure: FigureName;
  unit: Target["unit"];
  rounds: number;
  ours: Spread;
  baseline?: Spread & { name: string };
  ratio?: number;
  target: string;
  holds: boolean;
}

/** Of all rounds, each figure that was measured. */
export function resultsOf(rounds: readonly Samples[]): Result[] {
  return names().flatMap((figure) => {
    const samples = rounds.flatMap((round) => round[figure] ?? []);
    return samples.length === 0 ? [] : [resultOf(figure, samples)];
  });
}

function resultOf(figure: FigureName, samples: readonly Sample[]): Result {
  const target: Target = targets[figure];
  const ours = spreadOf(samples.map((sample) => sample.ours));
  const others = samples.flatMap(({ baseline }) => baseline ?? []);
  const baseline =
    target.baseline === undefined ? undefined : { name: target.baseline, ...spreadOf(others) };
  return {
    figure,
    unit: target.unit,
    rounds: samples.length,
    ours,
    ...(baseline && { baseline, ratio: ours.median / baseline.median }),
    target: target.says,
    holds: ours.median <= target.most(baseline?.median ?? Number.NaN),
  };
}

/** For people: one line a figure. */
export function tableOf(results: readonly Result[]): string {
  return Bun.inspect.table(
    results.map(({ figure, unit, ours, baseline, ratio, target, holds }) => ({
      figure,
      ours: shown(ours, unit),
      baseline: baseline === undefined ? "" : `${shown(baseline, unit)}, ${baseline.name}`,
      ratio: ratio?.toFixed(2) ?? "",
      target,
      "": holds ? "holds" : "falls short",
    })),
  );
}

function shown({ median, low, high }: Spread, unit: Target["unit"]): string {
  const digits = unit === "ms" || (unit === "" && !Number.isInteger(median)) ? 1 : 0;
  const around = low === high ? "" : ` (${low.toFixed(digits)}–${high.toFixed(digits)})`;
  return `${median.toFixed(digits)} ${unit}`.trim() + around;
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number) => {
    const place = part * (sorted.length - 1);
    const [below = Number.NaN, above = below] = sorted.slice(Math.floor(place));
    return below + (above - below) * (place % 1);
  };
  return { median: at(0.5), low: at(0.25), high: at(0.75) };
}

function names(): FigureName[] {
  return Object.keys(targets).filter((name): name is FigureName => name in targets);
}
