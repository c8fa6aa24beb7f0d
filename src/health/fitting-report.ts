import { say, type Sentence } from "../sentence.ts";
import type { Examination } from "./examine.ts";
import { type Form, type Report, reportOf, worstFirst } from "./report.ts";
import { type Severity, severities } from "./rule.ts";

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

/** What is told first when there is room for little more than counts, one finding after the other. */
const steps: readonly [Severity, Form][] = [
  ["critical", short],
  ["warning", named],
  ["info", named],
  ["critical", full(1)],
  ["warning", short],
  ["info", short],
  ...[1, 3, overview].flatMap((most) =>
    severities.map((severity): [Severity, Form] => [severity, full(most)]),
  ),
];

/** The forms of the findings that together have room. */
function formsFor(examination: Examination, room: number): Form[] {
  const found = worstFirst(examination.outcomes);
  let forms = found.map(() => bare);
  for (const [severity, form] of steps) {
    for (const [at, { rule }] of found.entries()) {
      if (rule.severity !== severity) continue;
      const more = forms.with(at, form);
      if (
        fits(
          reportOf(examination, (place) => more[place] ?? bare),
          room,
        )
      )
        forms = more;
    }
  }
  return forms;
}

/** A report that is no longer than there is room for; what it leaves out is warned of. */
export function fittingReport(
  examination: Examination,
  { budget, close, warn }: { budget: number; close: boolean; warn(text: Sentence): void },
): Report {
  if (close) return closeReport(examination, budget, warn);
  const room = roomFor(budget);
  const forms = formsFor(examination, room);
  if (forms.some(({ told }) => told !== "full")) {
    warn(
      say`Findings are shortened to fit: checks, with their ids, tells of each why, where to look and all objects.`,
    );
  }
  return cutFindings(
    reportOf(examination, (at) => forms[at] ?? bare),
    room,
    warn,
  );
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
  warn: (text: Sentence) => void,
): Report {
  const room = Math.max(budget - reserve.close, budget / 2);
  const withMost = (most: number) => reportOf(examination, () => full(most));
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
function cutFindings(report: Report, room: number, warn: (text: Sentence) => void): Report {
  const { length } = report.findings;
  const findings = [...report.findings];
  while (findings.length > 1 && !fits({ ...report, findings }, room)) findings.pop();
  if (findings.length < length) {
    warn(
      say`Only ${findings.length} of ${length} findings fit: ask for the others with checks or min_severity.`,
    );
  }
  return { ...report, findings };
}

function fits(report: Report, room: number): boolean {
  return JSON.stringify(report).length <= room;
}
