import { withUnit } from "./units.ts";

/** A row of measurements in an answer: points of [time, value], beside the unit of all its numbers. */
export interface Series {
  unit: string;
  points: [time: string, value: number | null][];
  /** The whole that it is a part of. */
  of?: number;
}

const blocks = [..."▁▂▃▄▅▆▇█"];

/** Columns that a chart takes, about. */
const width = 60;

export function isSeries(item: unknown): item is Series {
  return (
    typeof item === "object" &&
    item !== null &&
    "unit" in item &&
    typeof item.unit === "string" &&
    "points" in item &&
    Array.isArray(item.points) &&
    item.points.every((point) => Array.isArray(point) && point.length === 2)
  );
}

/**
 * The points as blocks, and their scale: from 0 to the whole, which is 100 for percent; where none
 * is known, to the highest point. A point without a value is a gap.
 */
export function sparkline({ unit, points, of }: Series): string {
  const values = points.map(([, value]) => value);
  const top = unit === "%" ? 100 : (of ?? Math.max(0, ...values.map((value) => value ?? 0)));
  const each = Math.max(1, Math.floor(width / Math.max(1, values.length)));
  const drawn = values.map((value) => (value === null ? " " : block(value, top)).repeat(each));
  return `${drawn.join("")}  0 to ${withUnit(top, unit)}`;
}

function block(value: number, top: number): string {
  const share = top === 0 ? 0 : value / top;
  return blocks[Math.max(0, Math.min(7, Math.floor(share * 8)))] ?? "";
}
