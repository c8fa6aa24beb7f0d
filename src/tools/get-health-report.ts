import * as z from "zod";
import { examine } from "../health/examine.ts";
import { fittingReport } from "../health/fitting-report.ts";
import { type Rule, type Severity, severities } from "../health/rule.ts";
import { rules } from "../health/rules/index.ts";
import type { Seen } from "../sight/nouns.ts";
import { defineTool, inHelpAlone, warnings } from "../tool.ts";

const ids = rules.map(({ id }) => id);

const list = z.array(z.looseObject({}));

export const getHealthReport = defineTool({
  name: "get_health_report",
  title: "Report what is wrong",
  description:
    "Is everything all right? Checks connections, hosts, networks, storage, disks, snapshots, VMs, HA, memory, alarms, tasks: findings worst first with count, first objects, why, where to look; what could not be checked is unknown, never fine. For room use get_capacity_report.",
  input: z.strictObject({
    pool_id: z.string().optional().describe("UUID or name"),
    min_severity: z.enum(severities).optional().describe("Least severity"),
    checks: z
      .array(z.enum(ids).meta(inHelpAlone))
      .optional()
      .describe("Only these ids, with more objects each"),
  }),
  output: z.object({
    counts: z.record(z.string(), z.number()).describe("Checks by result"),
    findings: list.optional(),
    unknown: list.describe("Checks without an answer, by reason"),
    left_out: z.array(z.string()).optional().describe("Checks that min_severity left out"),
    fine: z.array(z.string()).optional().describe("Checks that found nothing"),
    pools: z.looseObject({}).optional().describe("Looked at; always there"),
    thresholds: z.looseObject({}).optional().describe("What was measured by"),
    warnings,
  }),
  // What each check needs stands in the check: what it does not see, it does not know.
  examples: [{}],
  needs: (input) => {
    const { chosen } = chooseRules(input);
    const needsOf = (those: readonly Rule[]): Seen[] => [
      ...new Set(those.flatMap(({ needs }) => needs)),
    ];
    return {
      parts: {
        ...Object.fromEntries(
          severities.map((severity): [string, Seen[]] => [
            `counts.${severity}`,
            needsOf(chosen.filter((rule) => rule.severity === severity)),
          ]),
        ),
        "counts.fine": needsOf(chosen),
        findings: needsOf(chosen),
        fine: needsOf(chosen),
        ...(input.pool_id === undefined
          ? { "pools.total": ["pools"], "pools.names": ["pools"] }
          : {}),
      },
    };
  },
  async run(input, context) {
    const { pool_id, checks } = input;
    const { chosen, leftOut } = chooseRules(input);
    const examination = await examine(context, chosen, pool_id);
    const { budget, warn } = context;
    const report = fittingReport(examination, { budget, warn, close: checks !== undefined });
    return { ...report, ...(leftOut.length === 0 ? {} : { left_out: leftOut }) };
  },
});

/** The checks that are asked for, and the ids of those that their severity leaves out. */
function chooseRules({
  checks,
  min_severity = "info",
}: {
  checks?: string[] | undefined;
  min_severity?: Severity | undefined;
}) {
  const asked = checks?.length ? rules.filter(({ id }) => checks.includes(id)) : rules;
  const isLeftOut = ({ severity }: Rule) =>
    severities.indexOf(severity) > severities.indexOf(min_severity);
  return {
    chosen: asked.filter((rule) => !isLeftOut(rule)),
    leftOut: asked.filter(isLeftOut).map(({ id }) => id),
  };
}
