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
export interface Form {
  /** At most so many of its objects. */
  most: number;
  /** `full`: why it matters and where to look; `short`: its title; `named`: its objects' names alone. */
  told: "full" | "short" | "named";
}

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

/** The report with so much of each finding, in their order. */
export function reportOf({ pools, outcomes }: Examination, formAt: (at: number) => Form): Report {
  const found = worstFirst(outcomes);
  const empty = outcomes.filter(({ objects }) => objects.length === 0);
  const unknown = empty.filter((outcome) => outcome.unknown !== undefined);
  const fine = empty.filter((outcome) => outcome.unknown === undefined);
  const brief = new Set(
    found.filter((_, at) => formAt(at).told === "named").map(({ rule }) => rule.id),
  );
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
    findings: found.map((outcome, at) => findingOf(outcome, formAt(at))),
    unknown: [...Map.groupBy(unknown, ({ unknown: reason }) => reason ?? "")].map(
      ([reason, group]) => ({ reason, checks: group.map(({ rule }) => rule.id) }),
    ),
    fine: fine.map(({ rule }) => rule.id),
    thresholds: Object.fromEntries(
      outcomes.flatMap(({ rule: { id, thresholds } }) =>
        thresholds && !brief.has(id) ? [[id, thresholds]] : [],
      ),
    ),
  };
}

/** The outcomes that found something, in the order of a report. */
export function worstFirst(outcomes: readonly Outcome[]): Outcome[] {
  return outcomes.filter(({ objects }) => objects.length > 0).toSorted((a, b) => rank(a) - rank(b));
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
    ...(unknown === undefined || told !== "full" ? {} : { unknown }),
  };
}

function nameOnly({ name_label, id }: Record<string, unknown>): Record<string, unknown> {
  return { name_label, id };
}
