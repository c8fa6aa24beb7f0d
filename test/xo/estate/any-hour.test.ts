import { expect, test } from "bun:test";
import { generateEstate } from "./generate.ts";
import { trap, trapNames } from "./traps.ts";

const hour = 3_600_000;

/** Every half hour, seven minutes past, of a day on which each job runs, and over a new year. */
const moments = [
  ...Array.from(
    { length: 48 },
    (_, half) => Date.parse("2026-11-29T00:07:00Z") + (half * hour) / 2,
  ),
  Date.parse("2026-12-31T23:59:59Z"),
  Date.parse("2027-01-01T00:00:00Z"),
  Date.parse("2027-03-28T01:00:00Z"),
];

test.each(moments.map((now) => [new Date(now).toISOString(), now] as const))(
  "an estate made at %s has what every estate has, and nothing of what comes",
  (_at, now) => {
    const estate = generateEstate({ size: "small", now });
    for (const name of trapNames) expect(() => trap(estate, name)).not.toThrow();
    const statuses = new Set([...estate.coverage.values()].map(({ status }) => status));
    expect(statuses.size).toBe(7);
    const logs = estate.backupLogs;
    expect(new Set(logs.map(({ id }) => id)).size).toBe(logs.length);
    const future = logs.filter(({ start, end }) => Math.max(Number(start), Number(end ?? 0)) > now);
    expect(future).toEqual([]);
    // However late it is, a night has gone by in the last 27 hours.
    const nightly = trap(estate, "id-list-job").id;
    const last = Math.max(
      ...logs.flatMap(({ jobId, start }) => (jobId === nightly ? [Number(start)] : [])),
    );
    expect(now - last).toBeWithin(2 * hour, 27 * hour);
  },
);
