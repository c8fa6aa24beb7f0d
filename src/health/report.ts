import type { Examination, Outcome } from "./examine.ts";
import { type Severity, severities } from "./rule.ts";

type Finding = {
  check: string;
  severity: Severity;
  title?: string;
  count: number;
  objects: Record<string, unknown>[];
  why?: string;
  where?: string;
  /** What of it is not known. */
  unknown?: string;
};

/** How much is told of a finding. */
interface Form {
  /** At most so many of its objects. */
  most: number;
  /** `full`: why it matters and where to look; `short`: its title; `named`: its objects' names alone. */
  told: "full" | "short" | "named";
}

type Forms = Record<Severity, Form>;

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

/** The report with so much of each finding. */
function reportOf({ pools, outcomes }: Examination, forms: Forms): Report {
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
    findings: found.map((outcome) => findingOf(outcome, forms[outcome.rule.severity])),
    unknown: [...Map.groupBy(unknown, ({ unknown: reason }) => reason ?? "")].map(
      ([reason, group]) => ({ reason, checks: group.map(({ rule }) => rule.id) }),
    ),
    fine: fine.map(({ rule }) => rule.id),
    thresholds: Object.fromEntries(
      outcomes.flatMap(({ rule: { id, severity, thresholds } }) =>
        thresholds && forms[severity].told !== "named" ? [[id, thresholds]] : [],
      ),
    ),
  };
}

function rank({ rule }: Outcome): number {
  return severities.indexOf(rule.severity);
}

function findingOf({ rule, objects, unknown }: Outcome, { most, told }: Form): Finding {
  const { id, severity, title, why, where } = rule;
  const shown = objects.slice(0, most);
  return {
    check: id,
    severity,
    ...(told === "named" ? {} : { title }),
    count: objects.length,
    objects: told === "named" ? shown.map(nameOnly) : shown,
    ...(told === "full" ? { why, where } : {}),
    ...(unknown === undefined ? {} : { unknown }),
  };
}

function nameOnly({ name_label, id }: Record<string, unknown>): Record<string, unknown> {
  return { name_label, id };
}

/** Objects a finding in an overview; who asks for certain checks gets what there is room for. */
const overview = 5;

/** Characters of an overview that somebody counts. */
const standardLength = 6_000;

/** Characters for the warnings, which come on top. */
const reserve = { overview: 700, close: 2_000 };

const full = (most: number): Form => ({ most, told: "full" });
const short: Form = { most: 1, told: "short" };
const named: Form = { most: 1, told: "named" };
/** Its count alone. */
const bare: Form = { most: 0, told: "named" };

/** From an overview with all that is told of a finding to counts; the least severe give way first. */
const steps: readonly Forms[] = [
  ...[overview, 3, 2, 1].map((most) => sameForm(full(most))),
  { critical: full(1), warning: full(1), info: short },
  { critical: full(1), warning: short, info: short },
  { critical: full(1), warning: short, info: named },
  { critical: full(1), warning: named, info: named },
  { critical: short, warning: named, info: named },
  { critical: short, warning: named, info: bare },
  { critical: short, warning: bare, info: bare },
  sameForm(bare),
];

function sameForm(form: Form): Forms {
  return { critical: form, warning: form, info: form };
}

/** A report that is no longer than there is room for; what it leaves out is warned of. */
export function fittingReport(
  examination: Examination,
  { budget, close, warn }: { budget: number; close: boolean; warn(text: string): void },
): Report {
  if (close) return closeReport(examination, budget, warn);
  const room = roomFor(budget);
  const at = steps.findIndex((forms) => fits(reportOf(examination, forms), room));
  const forms = steps.at(at) ?? sameForm(bare);
  if (Object.values(forms).some(({ told }) => told !== "full")) {
    warn(
      "Findings are shortened to fit: checks, with their ids, tells of each why, where to look and all objects.",
    );
  }
  return cutFindings(reportOf(examination, forms), room, warn);
}

/** Characters for an overview; nobody counts them where the budget has no end. */
function roomFor(budget: number): number {
  if (!Number.isFinite(budget)) return budget;
  return budget > standardLength
    ? standardLength - reserve.overview
    : Math.max(budget - reserve.close, budget / 2);
}

/** With as many objects as the budget holds. */
function closeReport(
  examination: Examination,
  budget: number,
  warn: (text: string) => void,
): Report {
  const room = Math.max(budget - reserve.close, budget / 2);
  const withMost = (most: number) => reportOf(examination, sameForm({ most, told: "full" }));
  let most = Math.max(0, ...examination.outcomes.map(({ objects }) => objects.length));
  if (!fits(withMost(most), room)) {
    // The largest number that fits lies between these two.
    let least = 0;
    while (most - least > 1) {
      const middle = Math.floor((least + most) / 2);
      if (fits(withMost(middle), room)) least = middle;
      else most = middle;
    }
    most = least;
  }
  return cutFindings(withMost(most), room, warn);
}

/** The least severe findings go last. */
function cutFindings(report: Report, room: number, warn: (text: string) => void): Report {
  const { length } = report.findings;
  const findings = [...report.findings];
  while (findings.length > 1 && !fits({ ...report, findings }, room)) findings.pop();
  if (findings.length < length) {
    warn(
      `Only ${findings.length} of ${length} findings fit: ask for the others with checks or min_severity.`,
    );
  }
  return { ...report, findings };
}

function fits(report: Report, room: number): boolean {
  return JSON.stringify(report).length <= room;
}
