import * as z from "zod";
import { XoError } from "../errors.ts";
import { examine } from "../health/examine.ts";
import { fittingReport } from "../health/report.ts";
import { type Rule, severities } from "../health/rule.ts";
import { rules } from "../health/rules/index.ts";
import { nearest } from "../nearest.ts";
import { defineTool, warnings } from "../tool.ts";

const list = z.array(z.looseObject({}));

export const getHealthReport = defineTool({
  name: "get_health_report",
  title: "Report what is wrong",
  description:
    "Is everything all right? Checks connections, hosts, networks, storage, disks, snapshots, VMs, HA, memory, alarms, tasks: findings worst first with count, first objects, why, where to look; what could not be checked is unknown, never fine. For room use get_capacity_report.",
  input: z.strictObject({
    pool_id: z.string().optional().describe("UUID or name"),
    min_severity: z.enum(severities).optional().describe("Least severity"),
    checks: z.array(z.string()).optional().describe("Only these ids, with more objects each"),
  }),
  output: z.object({
    counts: z.record(z.string(), z.number()).describe("Checks by result"),
    findings: list,
    unknown: list.describe("Checks without an answer, by reason"),
    fine: z.array(z.string()).describe("Checks that found nothing"),
    pools: z.looseObject({}).optional().describe("Looked at; always there"),
    thresholds: z.looseObject({}).optional().describe("What was measured by; always there"),
    warnings,
  }),
  async run({ pool_id, min_severity = "info", checks }, context) {
    const chosen = chooseRules(checks).filter(
      ({ severity }) => severities.indexOf(severity) <= severities.indexOf(min_severity),
    );
    const examination = await examine(context, chosen, pool_id);
    const { budget, warn } = context;
    return fittingReport(examination, { budget, warn, close: checks !== undefined });
  },
});

function chooseRules(ids: readonly string[] | undefined): readonly Rule[] {
  if (ids === undefined || ids.length === 0) return rules;
  const known = rules.map(({ id }) => id);
  const [unknown] = ids.filter((id) => !known.includes(id));
  if (unknown === undefined) return rules.filter(({ id }) => ids.includes(id));
  const meant = nearest(unknown, known);
  throw new XoError(
    "usage",
    `There is no check ${JSON.stringify(unknown)}${meant === undefined ? "." : `; did you mean ${meant}?`}`,
    `There are: ${known.join(", ")}.`,
  );
}
