/** What a figure is measured against, and how far it may go. */
export interface Target {
  unit: "ms" | "MB" | "";
  /** What else is measured in the same rounds; nothing where only a bound is held. */
  baseline?: string;
  /** The most that ours may be, for what the baseline took in the same run. */
  most(baseline: number): number;
  /** The same in words. */
  says: string;
}

const times = (ratio: number): Pick<Target, "most" | "says"> => ({
  most: (baseline) => ratio * baseline,
  says: `${ratio} x`,
});
const bound = (most: number, unit: Target["unit"] = ""): Target => ({
  unit,
  most: () => most,
  says: `${most} ${unit}`.trim(),
});

const hello = "a compiled hello world";
const official = "the official server";
const request = "curl, its request";
const allVms = "curl, all VMs";
const requests = "curl, its requests side by side";

/**
 * Every figure of the bench, in the order of its table. Lists, reports and SQL are measured at 5,000
 * VMs. What a joined list may take is half of what it took at a real XO of that size in November 2026.
 */
export const targets = {
  "--version": { unit: "ms", baseline: hello, ...times(1.3) },
  "spawn to tools/list": { unit: "ms", baseline: official, ...times(0.08) },
  "resident after tools/list": { unit: "MB", baseline: official, ...times(0.38) },
  "call list_vms -o json": { unit: "ms", baseline: allVms, ...times(1.8) },
  "list_vms over MCP": { unit: "ms", baseline: allVms, ...times(1.3) },
  "list_vms, the next page": { unit: "ms", baseline: "the first page", ...times(0.1) },
  list_vdis: { unit: "ms", baseline: allVms, ...times(2.5) },
  find_objects: { unit: "ms", baseline: allVms, ...times(1.8) },
  list_srs: { unit: "ms", baseline: allVms, ...times(1.5) },
  get_health_report: { unit: "ms", baseline: requests, ...times(2) },
  "get_health_report, peak memory": bound(130, "MB"),
  "query_sql count, first of a server": { unit: "ms", baseline: request, ...times(2.5) },
  "query_sql count, later": { unit: "ms", baseline: request, ...times(1.6) },
  "xo-mcp sql, the same count": { unit: "ms", baseline: request, ...times(2.5) },
  "query_sql, join of three tables": {
    unit: "ms",
    baseline: "curl, the slowest of its requests",
    most: (baseline) => baseline + 200,
    says: "+ 200 ms",
  },
  "1,000 to 20,000 VMs, exponent of time": { ...bound(1.1), baseline: "that of its requests" },
  "1,000 to 20,000 VMs, exponent of memory": bound(1.1),
  "20,000 VMs, peak memory": bound(400, "MB"),
  "100 calls at once, failed": bound(0),
  "100 calls at once, most requests at once": bound(8),
} satisfies Record<string, Target>;

export type FigureName = keyof typeof targets;

/** One measurement: milliseconds, or megabytes of a million bytes. */
export interface Sample {
  ours: number;
  baseline?: number;
}

export type Samples = Partial<Record<FigureName, Sample>>;
