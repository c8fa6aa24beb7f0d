import type { Examination, Outcome } from "./examine.ts";
import { type Severity, severities } from "./rule.ts";

type Finding = {
  check: string;
  severity: Severity;
  title: string;
  count: number;
  objects: Record<string, unknown>[];
  why: string;
  where: string;
  /** What of it is not known. */
  unknown?: string;
};

/** A type and no interface, so that it passes for an answer: a record of texts. */
export type Report = {
  pools: { total: number; names: string[] };
  /** Checks by what they came to. */
  counts: Record<Severity | "fine" | "unknown", number>;
  findings: Finding[];
  unknown: { reason: string; checks: string[] }[];
  fine: string[];
  /** What each check that has one was measured by. */
  thresholds: Record<string, Readonly<Record<string, number>>>;
};

const mostPools = 20;

/** The report with at most so many objects a finding. */
function reportOf({ pools, outcomes }: Examination, most: number): Report {
  const found = outcomes
    .filter(({ objects }) => objects.length > 0)
    .toSorted((a, b) => rank(a) - rank(b));
  const empty = outcomes.filter(({ objects }) => objects.length === 0);
  const unknown = empty.filter((outcome) => outcome.unknown !== undefined);
  const fine = empty.filter((outcome) => outcome.unknown === undefined);
  const count = (severity: Severity) =>
    found.filter(({ rule }) => rule.severity === severity).length;
  return {
    pools: { total: pools.length, names: pools.slice(0, mostPools) },
    counts: {
      critical: count("critical"),
      warning: count("warning"),
      info: count("info"),
      fine: fine.length,
      unknown: unknown.length,
    },
    findings: found.map((outcome) => findingOf(outcome, most)),
    unknown: [...Map.groupBy(unknown, ({ unknown: reason }) => reason ?? "")].map(
      ([reason, group]) => ({ reason, checks: group.map(({ rule }) => rule.id) }),
    ),
    fine: fine.map(({ rule }) => rule.id),
    thresholds: Object.fromEntries(
      outcomes.flatMap(({ rule: { id, thresholds } }) => (thresholds ? [[id, thresholds]] : [])),
    ),
  };
}

function rank({ rule }: Outcome): number {
  return severities.indexOf(rule.severity);
}

function findingOf({ rule, objects, unknown }: Outcome, most: number): Finding {
  const { id, severity, title, why, where } = rule;
  return {
    check: id,
    severity,
    title,
    count: objects.length,
    objects: objects.slice(0, most),
    why,
    where,
    ...(unknown === undefined ? {} : { unknown }),
  };
}

/** Objects a finding in an overview; who asks for certain checks gets what there is room for. */
const overview = 5;

/** Characters for the warnings, which come on top. */
const reserve = 2_000;

/** The report with as many objects as the budget holds; the least severe findings go last. */
export function fittingReport(
  examination: Examination,
  { budget, close, warn }: { budget: number; close: boolean; warn(text: string): void },
): Report {
  const room = Math.max(budget - reserve, budget / 2);
  const fits = (report: Report) => JSON.stringify(report).length <= room;
  const longest = Math.max(0, ...examination.outcomes.map(({ objects }) => objects.length));
  let most = close ? longest : Math.min(overview, longest);
  if (!fits(reportOf(examination, most))) {
    // The largest number that fits lies between these two.
    let least = 0;
    while (most - least > 1) {
      const middle = Math.floor((least + most) / 2);
      if (fits(reportOf(examination, middle))) least = middle;
      else most = middle;
    }
    most = least;
  }
  const report = reportOf(examination, most);
  const { length } = report.findings;
  while (report.findings.length > 1 && !fits(report)) report.findings.pop();
  if (report.findings.length < length) {
    warn(
      `Only ${report.findings.length} of ${length} findings fit: ask for the others with checks or min_severity.`,
    );
  }
  return report;
}
