import { type Answer, call, type Environment, itemsOf } from "./harness.ts";
import type { FaultRule } from "./xo/start.ts";

/** A health report by check. */
export interface Report {
  answer: Answer;
  /** The ids found by each check that found something, in the answer's order. */
  found: Map<string, string[]>;
  /** Why each check that does not know does not. */
  unknown: Map<string, string>;
  fine: string[];
  finding(check: string): Answer | undefined;
}

/** `get_health_report` in the shell, which has no budget. */
export async function health(
  env: Environment,
  args: Record<string, unknown> = {},
): Promise<Report> {
  return readReport(await call(env, "get_health_report", args));
}

export function readReport(answer: Answer): Report {
  const findings = "findings" in answer ? itemsOf(answer, "findings") : [];
  const found = findings.map((one): [string, string[]] => [
    String(one["check"]),
    itemsOf(one, "objects").map(({ id }) => String(id)),
  ]);
  const unknown = itemsOf(answer, "unknown").flatMap(({ reason, checks }) =>
    [checks].flat().map((check): [string, string] => [String(check), String(reason)]),
  );
  return {
    answer,
    found: new Map(found),
    unknown: new Map(unknown),
    fine: [answer["fine"] ?? []].flat().map(String),
    finding: (check) => findings.find((one) => one["check"] === check),
  };
}

/** Makes XO answer a collection with these records. */
export function answering(collection: string, records: readonly object[]): FaultRule {
  return { match: { path: `^/rest/v0/${collection}\\?` }, body: JSON.stringify(records) };
}

/** Makes XO fail to answer a collection. */
export function failing(collection: string, status = 500): FaultRule {
  return { match: { path: `^/rest/v0/${collection}\\?` }, status, body: '{"error":"CANARY"}' };
}
